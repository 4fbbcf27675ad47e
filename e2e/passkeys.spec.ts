// Passkeys: added, signed in with, asked for in place of codes, removed; with the browser's own virtual authenticator.
import { expect, test, type Browser, type CDPSession, type Page } from "@playwright/test";
import { ask, people, resaleCustomer, signedIn, texts, watchForErrors, type Language, type Person } from "./support/console";

const PASSWORD = "plum-orchard-4711";
const port = Number(process.env.E2E_PORT ?? 8931);
/** Browsers allow no passkeys at an IP address. The server is the same. */
const site = `http://localhost:${port}`;

/** Somebody new of the demo's partner, with a role. */
async function somebody(browser: Browser, email: string, role: string): Promise<Person> {
  const admin = await browser.newContext({ baseURL: site });
  const page = await admin.newPage();
  await signedIn(page, people.admin);
  const invited = await page.request.post("/api/invitations", { data: { emails: [email], roles: [role] } });
  const [{ token }] = (await invited.json()) as { token: string }[];
  const data = { name: "Ada", password: PASSWORD, consent: true };
  expect((await page.request.post(`/api/join/${token}`, { data })).status()).toBe(200);
  await admin.close();
  return { email, password: PASSWORD };
}

type Device = { cdp: CDPSession; id: string };

/** A device with a fingerprint reader on which a finger lies. */
async function device(page: Page): Promise<Device> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, id: authenticatorId };
}

const isOwner = async ({ cdp, id }: Device, isUserVerified: boolean) => {
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId: id, isUserVerified });
};

for (const [language, locale] of [
  ["zh", "zh-CN"],
  ["en", "en-US"],
] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale, baseURL: site });
    const t = texts(language);
    const k = t.passkeys;
    const f = t.factors;
    const exact = true;

    /** Adds a first passkey on the security page. */
    async function add(page: Page, name: string): Promise<string[]> {
      await page.goto("/security");
      await page.getByRole("button", { name: k.add, exact }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(k.name, { exact }).fill(name);
      await dialog.getByLabel(t.person.current_password).fill(PASSWORD);
      await dialog.getByRole("button", { name: k.add, exact }).click();
      const list = dialog.getByRole("list", { name: f.recovery });
      await expect(list.getByRole("listitem")).toHaveCount(10);
      const codes = await list.locator("code").allInnerTexts();
      await dialog.getByRole("button", { name: f.saved_them }).click();
      await expect(dialog).toBeHidden();
      return codes;
    }

    const signedOut = async (page: Page) => {
      await page.request.delete("/api/session");
      await page.goto("/sign-in");
    };

    test("with the mouse: a passkey is added, signs in alone and as the second step, and is removed", async ({ page, browser }) => {
      const errors = watchForErrors(page);
      const person = await somebody(browser, `passkey.${language}@xinghe.example`, "operator");
      const finger = await device(page);
      await signedIn(page, person);
      await page.goto("/security");
      await expect(page.getByText(k.none)).toBeVisible();
      await page.getByRole("button", { name: k.add, exact }).click();
      const dialog = page.getByRole("dialog");
      // What is missing is told before the browser is asked.
      await dialog.getByLabel(k.name, { exact }).fill("");
      await dialog.getByRole("button", { name: k.add, exact }).click();
      await expect(dialog.getByLabel(k.name, { exact })).toHaveAttribute("aria-invalid", "true");
      await dialog.getByLabel(k.name, { exact }).fill("Laptop");
      await dialog.getByLabel(t.person.current_password).fill("not it");
      await dialog.getByRole("button", { name: k.add, exact }).click();
      await expect(dialog.getByText(t.faults.wrong)).toBeVisible();
      await dialog.getByLabel(t.person.current_password).fill(PASSWORD);
      // Somebody else's finger.
      await isOwner(finger, false);
      await dialog.getByRole("button", { name: k.add, exact }).click();
      await expect(dialog.getByRole("alert")).toContainText(k.cancelled);
      await isOwner(finger, true);
      await dialog.getByRole("button", { name: k.add, exact }).click();
      await expect(dialog.getByRole("list", { name: f.recovery }).getByRole("listitem")).toHaveCount(10);
      await dialog.getByRole("button", { name: f.saved_them }).click();
      const list = page.getByRole("list", { name: k.title });
      await expect(list.getByRole("listitem")).toHaveCount(1);
      await expect(list).toContainText("Laptop");
      await expect(list).toContainText(k.never_used);

      await list.getByRole("button", { name: k.rename }).click();
      await dialog.getByLabel(k.name, { exact }).fill("Ada’s laptop");
      await dialog.getByRole("button", { name: t.ui.save, exact }).click();
      await expect(list).toContainText("Ada’s laptop");

      // Another one on the same device: the browser knows.
      await page.getByRole("button", { name: k.add, exact }).click();
      await dialog.getByLabel(t.person.current_password).fill(PASSWORD);
      await dialog.getByRole("button", { name: k.use, exact }).click();
      await expect(dialog.getByRole("alert")).toContainText(k.known);
      await page.keyboard.press("Escape");
      await expect(dialog).toBeHidden();

      await signedOut(page);
      await isOwner(finger, false);
      await page.getByRole("button", { name: k.sign_in }).click();
      await expect(page.getByRole("alert")).toContainText(k.cancelled);
      await isOwner(finger, true);
      await page.getByRole("button", { name: k.sign_in }).click();
      await expect(page.getByRole("navigation", { name: t.app.side_navigation })).toBeVisible();
      expect((await ask<{ email: string }>(page, "/api/session")).email).toBe(person.email);

      await signedOut(page);
      await page.getByLabel(t.identity.email).fill(person.email);
      await page.getByLabel(t.identity.password, { exact }).fill(PASSWORD);
      await page.getByRole("button", { name: t.identity.sign_in, exact }).click();
      await expect(page.getByText(k.step_text)).toBeVisible();
      expect((await page.request.get("/api/session")).status()).toBe(401);
      await page.getByRole("button", { name: k.use, exact }).click();
      await expect(page.getByRole("navigation", { name: t.app.side_navigation })).toBeVisible();

      await page.goto("/security");
      await expect(list).toContainText(k.last_used);
      await list.getByRole("button", { name: k.remove }).click();
      await dialog.getByLabel(t.person.current_password).fill(PASSWORD);
      await dialog.getByRole("button", { name: k.remove, exact }).click();
      await expect(dialog.getByLabel(f.code, { exact })).toHaveAttribute("aria-invalid", "true");
      await dialog.getByRole("button", { name: k.use, exact }).click();
      await expect(page.getByText(k.removed)).toBeVisible();
      await expect(page.getByText(k.none)).toBeVisible();
      // The device still has it: the server does not know it any more.
      await signedOut(page);
      await page.getByRole("button", { name: k.sign_in }).click();
      await expect(page.getByRole("alert")).toContainText(t.errors.passkey_wrong);
      await page.request.post("/api/session", { data: person });
      expect((await page.request.get("/api/session")).status()).toBe(200);
      expect(errors).toEqual([]);
    });

    test("with the keyboard: an appropriation is confirmed with the passkey, another with a code after all", async ({ page, browser }) => {
      const errors = watchForErrors(page);
      const person = await somebody(browser, `payer.${language}@xinghe.example`, "finance");
      const finger = await device(page);
      await signedIn(page, person);
      await add(page, "Key");
      const customer = await resaleCustomer(page, language === "zh" ? 2 : 3);
      const available = async () => (await ask<{ row: { available: { amount: string } } }>(page, `/api/customers/${customer.id}`)).row.available.amount;
      const before = Number(await available());
      const messages = (await ask<unknown[]>(page, "/api/messages")).length;
      const dialog = page.getByRole("dialog");
      const begin = async (amount: string) => {
        await page.goto(`/customers/${customer.id}`);
        await page.getByRole("button", { name: t.labels.appropriation, exact }).press("Enter");
        await dialog.getByLabel(new RegExp(`^${t.funds.amount}`)).press("End");
        await page.keyboard.type(amount);
        await page.keyboard.press("Enter");
        await dialog.getByRole("button", { name: t.labels.appropriation, exact }).press("Enter");
        await expect(dialog.getByText(k.confirm_text)).toBeVisible();
        await expect(dialog.getByText(`${Number(amount).toFixed(2)}`), "what is signed is seen").toBeVisible();
        await expect(dialog.getByRole("button", { name: k.use, exact })).toBeFocused();
      };
      await begin("12.50");
      await isOwner(finger, false);
      await page.keyboard.press("Enter");
      await expect(dialog.getByRole("alert")).toContainText(k.cancelled);
      expect(Number(await available())).toBe(before);
      await isOwner(finger, true);
      await dialog.getByRole("button", { name: k.use, exact }).press("Enter");
      await expect(dialog).toContainText(t.funds.transfer_id);
      expect(Number(await available())).toBeCloseTo(before + 12.5, 2);
      expect((await ask<unknown[]>(page, "/api/messages")).length, "no code was sent").toBe(messages);

      await begin("1");
      await dialog.getByRole("button", { name: k.code_instead }).press("Enter");
      await expect(dialog.getByLabel(t.codes.code)).toBeFocused();
      const [mail] = await ask<{ text: string }[]>(page, "/api/messages");
      await expect(dialog.getByRole("button", { name: k.use, exact })).toBeVisible();
      await dialog.getByLabel(t.codes.code).fill(/\b\d{6}\b/.exec(mail.text)?.[0] ?? "");
      await page.keyboard.press("Enter");
      await expect(dialog).toContainText(t.funds.transfer_id);
      expect(Number(await available())).toBeCloseTo(before + 13.5, 2);
      expect(errors).toEqual([]);
    });

    test("where passkeys cannot be, the page says why and where they can", async ({ browser }) => {
      const context = await browser.newContext({ locale, baseURL: `http://127.0.0.1:${port}` });
      const page = await context.newPage();
      const errors = watchForErrors(page);
      await page.goto("/sign-in");
      await expect(page.getByText(k.address)).toBeVisible();
      await expect(page.getByRole("button", { name: k.sign_in })).toHaveCount(0);
      await signedIn(page, people.operator);
      await page.goto("/security");
      const card = page.getByRole("region", { name: k.title });
      await expect(card.getByText(k.only_at)).toBeVisible();
      await expect(card.getByRole("link", { name: site })).toHaveAttribute("href", `${site}/security`);
      await expect(card.getByRole("button", { name: k.add })).toHaveCount(0);
      expect(errors).toEqual([]);
      // A browser that is too old for it.
      const old = await browser.newContext({ locale, baseURL: site });
      await old.addInitScript(() => {
        delete (window as { PublicKeyCredential?: unknown }).PublicKeyCredential;
      });
      const other = await old.newPage();
      await other.goto("/sign-in");
      await expect(other.getByText(k.not_supported)).toBeVisible();
      await old.close();
      await context.close();
    });
  });
}
