// What a person signs in with: the password, changed and forgotten; the address; the second step.
import { expect, test, type Browser, type Page } from "@playwright/test";
import { ask, newestCode, people, signIn, signedIn, texts, watchForErrors, type Language, type Person } from "./support/console";
import { totp } from "./support/totp";

const PASSWORD = "plum-orchard-4711";
const NEW = "walnut-harbour-9035";

/** Somebody new of the demo's partner: what such a test does to an account is nobody else's. */
async function somebody(browser: Browser, baseURL: string, email: string): Promise<Person> {
  const admin = await browser.newContext({ baseURL });
  const page = await admin.newPage();
  await signedIn(page, people.admin);
  const invited = await page.request.post("/api/invitations", { data: { emails: [email], roles: ["operator"] } });
  const [{ token }] = (await invited.json()) as { token: string }[];
  const data = { name: "Ada", password: PASSWORD, consent: true };
  expect((await page.request.post(`/api/join/${token}`, { data })).status()).toBe(200);
  await admin.close();
  return { email, password: PASSWORD };
}

const answerOf = async (page: Page, person: Person) => (await page.request.post("/api/session", { data: person })).status();

for (const [language, locale] of [
  ["zh", "zh-CN"],
  ["en", "en-US"],
] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);
    const s = t.person;

    test("with the mouse: the password is changed, and other devices are signed out", async ({ page, browser, baseURL }) => {
      const errors = watchForErrors(page);
      const person = await somebody(browser, baseURL ?? "", `change.${language}@xinghe.example`);
      const other = await (await browser.newContext({ locale, baseURL })).newPage();
      await signedIn(other, person);
      await signIn(page, person, t);
      await page.getByRole("banner").getByRole("button", { name: new RegExp(`^${t.app.account}`) }).click();
      await page.getByRole("link", { name: s.title }).click();
      await page.getByRole("button", { name: s.change_password }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: s.change_password }).click();
      await expect(dialog.getByLabel(s.current_password)).toHaveAttribute("aria-invalid", "true");
      await dialog.getByLabel(s.current_password).fill("not it at all");
      await dialog.getByLabel(s.new_password).fill(NEW);
      await dialog.getByRole("button", { name: s.change_password }).click();
      await expect(dialog.getByText(t.faults.wrong)).toBeVisible();
      await dialog.getByLabel(s.current_password).fill(PASSWORD);
      await dialog.getByLabel(s.new_password).fill("password1");
      await dialog.getByRole("button", { name: s.change_password }).click();
      await expect(dialog.getByText(t.faults.guessable)).toBeVisible();
      await dialog.getByLabel(s.new_password).fill(NEW);
      await dialog.getByRole("button", { name: s.change_password }).click();
      await expect(page.getByText(s.password_changed)).toBeVisible();
      await expect(dialog).toBeHidden();
      // This session goes on, the other one is over.
      await ask(page, "/api/session");
      expect((await other.request.get("/api/session")).status()).toBe(401);
      expect(await answerOf(other, person)).toBe(401);
      expect(await answerOf(other, { ...person, password: NEW })).toBe(200);
      await other.context().close();
      expect(errors).toEqual([]);
    });

    test("with the keyboard: a forgotten password is set anew by the mailed link, once", async ({ page, browser, baseURL }) => {
      const person = await somebody(browser, baseURL ?? "", `forgot.${language}@xinghe.example`);
      const mailbox = await (await browser.newContext({ baseURL })).newPage();
      await signedIn(mailbox, person);
      await page.goto("/sign-in");
      await page.getByRole("link", { name: s.forgot }).press("Enter");
      await expect(page.getByRole("heading", { name: s.forgot })).toBeFocused();
      await page.keyboard.press("Tab");
      await expect(page.getByLabel(t.identity.email)).toBeFocused();
      await page.keyboard.press("Enter");
      await expect(page.getByLabel(t.identity.email)).toHaveAttribute("aria-invalid", "true");
      await page.keyboard.type(person.email);
      await page.keyboard.press("Enter");
      await expect(page.getByRole("status").filter({ hasText: s.link_sent })).toBeFocused();
      let link = "";
      await expect
        .poll(async () => {
          const [mail] = await ask<{ text: string }[]>(mailbox, "/api/messages");
          link = /\/reset\/[0-9a-f]+/.exec(mail?.text ?? "")?.[0] ?? "";
          return link;
        })
        .not.toBe("");
      await page.goto(link);
      await expect(page.getByText(new RegExp(`f\\*+@xinghe\\.example`))).toBeVisible();
      await expect(page.getByLabel(s.new_password)).toBeFocused();
      await page.keyboard.type("short");
      await page.keyboard.press("Enter");
      await expect(page.getByLabel(s.new_password)).toHaveAttribute("aria-invalid", "true");
      await page.getByLabel(s.new_password).fill(NEW);
      await page.keyboard.press("Enter");
      await expect(page.getByText(s.reset_done)).toBeVisible();
      // It signs nobody in, and ends the sessions that there were.
      expect((await page.request.get("/api/session")).status()).toBe(401);
      expect((await mailbox.request.get("/api/session")).status()).toBe(401);
      await page.goto(link);
      await expect(page.getByText(s.reset_dead)).toBeVisible();
      await page.getByRole("link", { name: s.back_to_sign_in }).click();
      await signIn(page, { ...person, password: NEW }, t, "/sign-in");
      await mailbox.context().close();
    });

    test("with the keyboard: another address is taken by the code that goes to it", async ({ page, browser, baseURL }) => {
      const person = await somebody(browser, baseURL ?? "", `before.${language}@xinghe.example`);
      const email = `after.${language}@xinghe.example`;
      await signedIn(page, person);
      await page.goto("/security");
      await page.getByRole("button", { name: s.change_email }).press("Enter");
      const dialog = page.getByRole("dialog");
      await expect(dialog.getByLabel(s.new_email)).toBeFocused();
      await page.keyboard.type(email);
      await dialog.getByLabel(s.current_password).fill(PASSWORD);
      await page.keyboard.press("Enter");
      await expect(dialog.getByLabel(s.code, { exact: true })).toBeFocused();
      await page.keyboard.type(await newestCode(page, undefined));
      await page.keyboard.press("Enter");
      await expect(page.getByText(s.email_changed)).toBeVisible();
      await expect(page.getByRole("main").getByText(email)).toBeVisible();
      expect(await answerOf(page, person)).toBe(401);
      expect(await answerOf(page, { ...person, email })).toBe(200);
    });

    test("with the mouse: a code app is set up, asked for, and turned off", async ({ page, browser, baseURL }) => {
      const errors = watchForErrors(page);
      const f = t.factors;
      const person = await somebody(browser, baseURL ?? "", `app.${language}@xinghe.example`);
      await signedIn(page, person);
      await page.goto("/security");
      await page.getByRole("button", { name: f.set_up }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(s.current_password).fill(PASSWORD);
      await dialog.getByRole("button", { name: f.next }).click();
      await expect(dialog.getByRole("img", { name: f.qr })).toBeVisible();
      const secret = await dialog.locator("code").innerText();
      await dialog.getByLabel(f.code, { exact: true }).fill("000000");
      await dialog.getByRole("button", { name: f.turn_on }).click();
      await expect(dialog.getByText(t.faults.wrong)).toBeVisible();
      await dialog.getByLabel(f.code, { exact: true }).fill(totp(secret));
      await dialog.getByRole("button", { name: f.turn_on }).click();
      const list = dialog.getByRole("list", { name: f.recovery });
      await expect(list.getByRole("listitem")).toHaveCount(10);
      const recovery = (await list.locator("code").allInnerTexts()) as string[];
      await dialog.getByRole("button", { name: f.saved_them }).click();
      await expect(page.getByText(f.on_since)).toBeVisible();

      // Signing in asks for it; a wrong code leaves the step open.
      await page.request.delete("/api/session");
      await page.goto("/sign-in");
      await page.getByLabel(t.identity.email).fill(person.email);
      await page.getByLabel(t.identity.password, { exact: true }).fill(PASSWORD);
      await page.getByRole("button", { name: t.identity.sign_in, exact: true }).click();
      await expect(page.getByLabel(f.code, { exact: true })).toBeFocused();
      expect((await page.request.get("/api/session")).status()).toBe(401);
      await page.getByLabel(f.code, { exact: true }).fill("000000");
      await page.getByRole("button", { name: f.confirm }).click();
      await expect(page.getByRole("alert")).toBeVisible();
      await page.getByLabel(f.code, { exact: true }).fill(totp(secret, 1));
      await page.getByRole("button", { name: f.confirm }).click();
      await expect(page.getByRole("navigation", { name: t.app.side_navigation })).toBeVisible();

      await page.goto("/security");
      await page.getByRole("button", { name: f.turn_off, exact: true }).click();
      await dialog.getByLabel(s.current_password).fill(PASSWORD);
      await dialog.getByLabel(f.code, { exact: true }).fill(recovery[0]);
      await dialog.getByRole("button", { name: f.turn_off, exact: true }).click();
      await expect(page.getByText(f.turned_off)).toBeVisible();
      await expect(page.getByRole("button", { name: f.set_up })).toBeVisible();
      expect(errors).toEqual([]);
    });

    test("with the keyboard: a partner that asks for it lets nobody past without", async ({ page, browser, baseURL }) => {
      const f = t.factors;
      // A partner of its own would be better; the demo has one that nobody else here signs in to.
      const admin = await (await browser.newContext({ locale, baseURL })).newPage();
      await signedIn(admin, people.plain);
      const email = `must.${language}@lanfan.example`;
      const [{ token }] = (await (
        await admin.request.post("/api/invitations", { data: { emails: [email], roles: ["operator"] } })
      ).json()) as { token: string }[];
      const settings = { verification: false, second_factor: true };
      const key = () => ({ "idempotency-key": `e2e-${language}-${Math.random()}` });
      expect((await admin.request.put("/api/partner/settings", { data: settings, headers: key() })).status()).toBe(200);

      await page.goto(`/join/${token}`);
      await page.getByLabel(t.organisation.your_name).fill("Grace");
      await page.getByLabel(t.identity.password).or(page.getByLabel(s.new_password)).first().fill(PASSWORD);
      await page.getByRole("checkbox").check();
      await page.getByRole("button", { name: t.organisation.join }).press("Enter");
      await expect(page.getByRole("heading", { name: f.needed })).toBeVisible();
      await page.goto("/exports");
      await expect(page.getByRole("heading", { name: f.needed })).toBeVisible();
      expect((await page.request.get("/api/customers")).status()).toBe(403);
      await page.getByLabel(s.current_password).fill(PASSWORD);
      await page.keyboard.press("Enter");
      const secret = await page.locator("main code").innerText();
      await expect(page.getByLabel(f.code, { exact: true })).toBeFocused();
      await page.keyboard.type(totp(secret));
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: f.saved_them }).press("Enter");
      await expect(page.getByRole("navigation", { name: t.app.side_navigation })).toBeVisible();

      // The admin, too, is at the door: set up by the API, then off again with a code.
      const begun = (await (await admin.request.post("/api/person/totp", { data: { password: people.plain.password } })).json()) as {
        secret: string;
      };
      const confirmed = await admin.request.post("/api/person/totp/first-code", { data: { code: totp(begun.secret) } });
      const { codes } = (await confirmed.json()) as { codes: string[] };
      await admin.goto("/settings");
      const toggle = admin.getByRole("switch", { name: t.partner.second_factor });
      await expect(toggle).toHaveAttribute("aria-checked", "true");
      await toggle.press("Space");
      const [mail] = await expect
        .poll(() => ask<{ text: string }[]>(admin, "/api/messages").then((m) => m.filter((x) => /\b\d{6}\b/.test(x.text))))
        .not.toEqual([])
        .then(() => ask<{ text: string }[]>(admin, "/api/messages"));
      await admin.getByRole("dialog").getByRole("textbox").fill(/\b\d{6}\b/.exec(mail.text)?.[0] ?? "");
      await admin.getByRole("dialog").getByRole("button", { name: t.ui.confirm, exact: true }).click();
      await expect(toggle).toHaveAttribute("aria-checked", "false");
      const end = { password: people.plain.password, code: codes[0] };
      expect((await admin.request.post("/api/person/totp/end", { data: end })).status()).toBe(200);
      await admin.context().close();
    });
  });
}
