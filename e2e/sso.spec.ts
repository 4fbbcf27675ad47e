// Single sign-on against a real identity provider on another site: set up, tested, used, required, taken away.
import { expect, test, type Browser, type Page } from "@playwright/test";
import { ask, people, signIn, signedIn, texts, watchForErrors, type Language, type Person } from "./support/console";
import { CLIENT, IdentityProvider, SECRET, logIn } from "./support/identity";

const PASSWORD = "plum-orchard-4711";

/** Somebody new of the partner whose settings nobody else here changes. */
async function somebody(browser: Browser, baseURL: string, email: string): Promise<Person> {
  const admin = await (await browser.newContext({ baseURL })).newPage();
  await signedIn(admin, people.plain);
  const invited = await admin.request.post("/api/invitations", { data: { emails: [email], roles: ["operator"] } });
  const [{ token }] = (await invited.json()) as { token: string }[];
  const data = { name: "Ada", password: PASSWORD, consent: true };
  expect((await admin.request.post(`/api/join/${token}`, { data })).status()).toBe(200);
  await admin.context().close();
  return { email, password: PASSWORD };
}

type Setup = { provider: { version: number } | null; admins: { user_id: string }[] };

/** Takes away what a test that failed left behind. */
async function reset(browser: Browser, baseURL: string) {
  const admin = await (await browser.newContext({ baseURL })).newPage();
  await signedIn(admin, people.plain);
  const answer = await admin.request.post("/api/partner/sso/end", { data: { password: people.plain.password, code: "" } });
  expect([200, 404]).toContain(answer.status());
  await admin.context().close();
}

const idp = new IdentityProvider();

test.beforeAll(async ({ baseURL }) => {
  await idp.start(baseURL ?? "");
  idp.add(people.plain.email);
});
test.afterAll(() => idp.stop());

for (const [language, locale] of [
  ["zh", "zh-CN"],
  ["en", "en-US"],
] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);
    const s = t.sso;
    const inside = (page: Page) => page.getByRole("navigation", { name: t.app.side_navigation });
    test.afterEach(async ({ browser, baseURL }) => reset(browser, baseURL ?? ""));

    /** Sets the provider up and on by the API, with a test through the pages. */
    async function ready(browser: Browser, baseURL: string): Promise<Page> {
      const admin = await (await browser.newContext({ locale, baseURL })).newPage();
      await signedIn(admin, people.plain);
      const password = people.plain.password;
      const data = { name: "lanfan", issuer: idp.issuer, client_id: CLIENT, client_secret: SECRET, domains: [], version: 0, proof: { password, code: "" } };
      expect((await admin.request.put("/api/partner/sso", { data })).status()).toBe(200);
      await admin.goto("/settings/sso");
      await admin.getByRole("button", { name: s.test, exact: true }).click();
      await logIn(admin, people.plain.email);
      await expect(admin.getByText(s.tested, { exact: true })).toBeVisible();
      const { provider } = await ask<Setup>(admin, "/api/partner/sso");
      const use = { enabled: true, required: false, both_steps: true, exempt: [], version: provider?.version, proof: { password, code: "" } };
      expect((await admin.request.put("/api/partner/sso/use", { data: use })).status()).toBe(200);
      return admin;
    }

    test("with the mouse: an admin sets it up, tests it, switches it on, and a member comes by it", async ({
      page,
      browser,
      baseURL,
    }) => {
      const errors = watchForErrors(page);
      const email = `sso.${language}@lanfan.example`;
      const member = await somebody(browser, baseURL ?? "", email);
      idp.add(email);
      await signIn(page, people.plain, t);
      await page.goto("/settings");
      await page.getByRole("link", { name: s.title }).click();
      await expect(page.getByText(`${baseURL}/sign-in/callback`)).toBeVisible();
      const provider = page.getByRole("region", { name: s.provider });
      await expect(provider.getByLabel(s.name, { exact: true })).toHaveValue("lanfan");
      await provider.getByRole("button", { name: t.ui.save }).click();
      await expect(provider.getByLabel(s.issuer)).toHaveAttribute("aria-invalid", "true");
      await provider.getByLabel(s.issuer).fill(`${baseURL}`);
      await provider.getByLabel(s.client_id).fill(CLIENT);
      await provider.getByLabel(s.client_secret).fill(SECRET);
      await provider.getByLabel(s.domains).fill("Lanfan.example, ");
      await provider.getByLabel(t.person.current_password).fill(people.plain.password);
      await provider.getByRole("button", { name: t.ui.save }).click();
      // The console is no provider: that is told at the field, and what was typed stays.
      await expect(provider.getByText(t.faults.no_provider)).toBeVisible();
      await provider.getByLabel(s.issuer).fill(idp.issuer);
      await provider.getByRole("button", { name: t.ui.save }).click();
      await expect(provider.getByText(`${idp.issuer}/token`)).toBeVisible();
      await expect(provider.getByLabel(s.client_secret)).toHaveValue("");
      await expect(page.getByText(s.not_tested)).toBeVisible();

      // Not before a test.
      const how = page.getByRole("region", { name: s.allow });
      await how.getByLabel(s.enabled, { exact: true }).check();
      await how.getByLabel(t.person.current_password).fill(people.plain.password);
      await how.getByRole("button", { name: t.ui.save }).click();
      await expect(how.getByText(t.errors.sso_untested)).toBeVisible();

      // A test that is stopped at the provider says so, with the request's id; then one that succeeds.
      await page.getByRole("button", { name: s.test, exact: true }).click();
      await page.getByRole("button", { name: "Cancel" }).click();
      await expect(page.getByRole("heading", { name: s.failed })).toBeVisible();
      await expect(page.getByRole("alert")).toContainText(t.errors.sso_denied);
      await expect(page.getByRole("alert").getByText(/^[0-9a-f]{32}$/)).toBeVisible();
      expect(new URL(page.url()).search, "nothing stays in the address").toBe("");
      await page.getByRole("link", { name: s.back_to_setup }).click();
      await page.getByRole("button", { name: s.test, exact: true }).click();
      await logIn(page, people.plain.email);
      await expect(page.getByText(s.tested, { exact: true })).toBeVisible();
      await how.getByLabel(s.enabled, { exact: true }).check();
      await how.getByLabel(t.person.current_password).fill(people.plain.password);
      await how.getByRole("button", { name: t.ui.save }).click();
      await expect(page.getByText(s.saved)).toBeVisible();

      // A member, by the name, to the page that was asked for.
      const theirs = await (await browser.newContext({ locale, baseURL })).newPage();
      const theirErrors = watchForErrors(theirs);
      await theirs.goto("/exports");
      await theirs.getByRole("link", { name: s.sign_in }).click();
      await theirs.getByLabel(s.name_or_email).fill("nobody-has-this");
      await theirs.getByRole("button", { name: s.continue }).click();
      await expect(theirs.getByText(t.errors.sso_unknown)).toBeVisible();
      await theirs.getByLabel(s.name_or_email).fill(email);
      await theirs.getByRole("button", { name: s.continue }).click();
      await logIn(theirs, email);
      await expect(inside(theirs)).toBeVisible();
      await expect(theirs).toHaveURL(/\/exports$/);
      await theirs.goto("/sessions");
      await expect(theirs.getByText(t.identity.by_sso, { exact: true })).toBeVisible();

      // The link is seen and taken away; the session that began by it is over, and goes on by a new tab.
      await theirs.goto("/security");
      await theirs.getByRole("button", { name: s.link_end }).click();
      const dialog = theirs.getByRole("dialog");
      await dialog.getByLabel(t.person.current_password).fill(member.password);
      await dialog.getByRole("button", { name: s.link_end }).click();
      const ended = theirs.getByRole("dialog", { name: t.session.ended });
      const [tab] = await Promise.all([
        theirs.context().waitForEvent("page"),
        ended.getByRole("link", { name: s.new_tab }).click(),
      ]);
      await expect(tab.getByText(s.done_here)).toBeVisible();
      await expect(ended).toBeHidden();
      await expect(theirs).toHaveURL(/\/security$/);
      await expect(theirs.getByRole("button", { name: s.link_end })).toBeVisible();
      await theirs.context().close();

      // The trail tells it all to the admin, and nobody the secret.
      await page.goto("/audit?area=partner");
      await expect(page.getByText(t.actions["partner.sso_tested"]).first()).toBeVisible();
      expect(await page.content()).not.toContain(SECRET);
      expect(errors).toEqual([]);
      expect(theirErrors).toEqual([]);
    });

    test("with the keyboard: where it is required a password leads to its door, and taking it away opens again", async ({
      page,
      browser,
      baseURL,
    }) => {
      const email = `must.sso.${language}@lanfan.example`;
      const member = await somebody(browser, baseURL ?? "", email);
      const admin = await ready(browser, baseURL ?? "");
      idp.add(email);
      await signIn(page, member, t);

      await admin.goto("/settings/sso");
      const how = admin.getByRole("region", { name: s.allow });
      await how.getByLabel(s.required, { exact: true }).focus();
      await admin.keyboard.press("Space");
      await how.getByRole("checkbox", { name: people.plain.email }).press("Space");
      await how.getByLabel(t.person.current_password).focus();
      await admin.keyboard.type(people.plain.password);
      await admin.keyboard.press("Enter");
      await expect(admin.getByText(s.saved)).toBeVisible();

      // For whoever is signed in by a password it holds at once; what was asked for comes afterwards.
      await page.goto("/exports");
      await expect(page.getByRole("heading", { name: s.needed })).toBeVisible();
      expect((await page.request.get("/api/exports")).status()).toBe(403);
      await page.getByRole("button", { name: s.sign_in }).press("Enter");
      await logIn(page, email);
      await expect(inside(page)).toBeVisible();
      await expect(page).toHaveURL(/\/exports$/);

      // A sign-in by password, anew, ends at the same door; the direct address leads in.
      const other = await (await browser.newContext({ locale, baseURL })).newPage();
      await other.goto("/customers");
      await other.getByLabel(t.identity.email).fill(member.email);
      await other.getByLabel(t.identity.password, { exact: true }).fill(member.password);
      await other.keyboard.press("Enter");
      await expect(other.getByRole("heading", { name: s.needed })).toBeVisible();
      await other.getByRole("button", { name: t.app.sign_out }).press("Enter");
      await expect(other.getByLabel(t.identity.email)).toBeVisible();
      await other.goto("/sign-in/sso/lanfan");
      await logIn(other, email);
      await expect(inside(other)).toBeVisible();
      await other.context().close();

      // An answer of another browser opens nothing.
      const stranger = await (await browser.newContext({ locale, baseURL })).newPage();
      await stranger.goto("/sign-in/callback?state=made-up&code=x");
      await expect(stranger.getByRole("alert")).toContainText(t.errors.sso_stale);
      await stranger.getByRole("link", { name: s.password_way }).press("Enter");
      await signIn(stranger, people.plain, t, "/sign-in");
      await expect(inside(stranger), "the admin is exempt").toBeVisible();
      await stranger.context().close();

      const provider = admin.getByRole("region", { name: s.provider });
      await provider.getByRole("button", { name: s.remove }).press("Enter");
      const dialog = admin.getByRole("dialog");
      await dialog.getByLabel(t.person.current_password).fill(people.plain.password);
      await admin.keyboard.press("Enter");
      await expect(admin.getByText(s.removed)).toBeVisible();
      await expect(provider.getByLabel(s.issuer)).toHaveValue("");
      await admin.context().close();
      await page.context().clearCookies();
      await signIn(page, member, t);
      await expect(inside(page)).toBeVisible();
    });
  });
}
