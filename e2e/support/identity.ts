// A real identity provider with pages of its own, on another site than the console: `localhost`, not 127.0.0.1.
import { expect, type Page } from "@playwright/test";
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider, type Interaction } from "oidc-provider";

export const CLIENT = "partner-center";
export const SECRET = "a secret of the tests: 4711";
/** The password of everybody there. */
const PASSWORD = "at-the-provider-2026";

type Account = { sub: string; email: string; verified: boolean };

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>${body}</html>`;
const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

async function form(request: IncomingMessage): Promise<URLSearchParams> {
  let body = "";
  for await (const part of request) body += String(part);
  return new URLSearchParams(body);
}

export class IdentityProvider {
  issuer = "";
  private readonly accounts = new Map<string, Account>();
  private provider!: Provider;
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  /** Listens on a free port, for a console at this address. */
  async start(console: string): Promise<string> {
    await new Promise<void>((ready) => this.server.listen(0, "127.0.0.1", ready));
    // What is forgotten must not keep the tests from ending.
    this.server.unref();
    this.issuer = `http://localhost:${(this.server.address() as AddressInfo).port}`;
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT,
          client_secret: SECRET,
          redirect_uris: [`${console}/sign-in/callback`],
          response_types: ["code"],
          grant_types: ["authorization_code"],
        },
      ],
      claims: { openid: ["sub"], email: ["email", "email_verified"] },
      cookies: { keys: ["of the tests"] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
      jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "e2e", use: "sig", alg: "RS256" }] },
      pkce: { required: () => true },
      findAccount: (_: unknown, sub: string) => {
        const found = [...this.accounts.values()].find((account) => account.sub === sub);
        return (
          found && { accountId: sub, claims: () => ({ sub, email: found.email, email_verified: found.verified }) }
        );
      },
    });
    return this.issuer;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Adds somebody. */
  add(email: string, verified = true) {
    this.accounts.set(email, { sub: `sub of ${email}`, email, verified });
  }

  private async answer(request: IncomingMessage, response: ServerResponse) {
    const path = new URL(request.url ?? "/", this.issuer).pathname;
    if (!path.startsWith("/interaction/")) {
      this.provider.callback()(request, response);
      return;
    }
    const interaction = await this.provider.interactionDetails(request, response);
    if (request.method === "POST") await this.take(interaction, request, response);
    else this.show(interaction.prompt.name, interaction.params.login_hint ?? "", response);
  }

  /** The page that asks for what is missing. */
  private show(prompt: string, hint: string, response: ServerResponse, wrong = "") {
    const login = `<p role="alert">${wrong}</p><form method="post">
      <label>Account <input name="email" type="email" value="${escaped(hint)}" required></label>
      <label>Secret <input name="password" type="password" required></label>
      <button name="do" value="login">Log in</button></form>
      <form method="post"><button name="do" value="abort">Cancel</button></form>`;
    const consent = `<form method="post"><button name="do" value="consent">Allow</button>
      <button name="do" value="abort">Cancel</button></form>`;
    const body = prompt === "login" ? page("Log in", login) : page("Allow Partner Center", consent);
    response.writeHead(200, { "content-type": "text/html", "cache-control": "no-store" }).end(body);
  }

  /** What the person did there. */
  private async take(interaction: Interaction, request: IncomingMessage, response: ServerResponse) {
    const given = await form(request);
    const finish = (result: object, merge: boolean) =>
      this.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: merge });
    switch (given.get("do")) {
      case "login": {
        const account = this.accounts.get(given.get("email") ?? "");
        if (!account || given.get("password") !== PASSWORD) {
          this.show("login", given.get("email") ?? "", response, "Wrong account or secret");
          return;
        }
        await finish({ login: { accountId: account.sub } }, false);
        return;
      }
      case "consent": {
        const { prompt, params, session, grantId } = interaction;
        const accountId = session?.accountId ?? "";
        const known = grantId ? await this.provider.Grant.find(grantId) : undefined;
        const grant = known ?? new this.provider.Grant({ accountId, clientId: params.client_id });
        if (prompt.details.missingOIDCScope) grant.addOIDCScope(prompt.details.missingOIDCScope.join(" "));
        if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
        await finish({ consent: { grantId: await grant.save() } }, true);
        return;
      }
      default:
        await finish({ error: "access_denied", error_description: "<b>stopped</b>" }, false);
    }
  }
}

/** Logs in at the provider's own pages and allows what the console asks for. */
export async function logIn(page: Page, email: string) {
  await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
  await page.getByLabel("Account").fill(email);
  await page.getByLabel("Secret").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
}
