// What a person signs in with: the password, changed and forgotten.
import { expect, test, type Browser, type Page } from "@playwright/test";
import { ask, people, signIn, signedIn, texts, watchForErrors, type Language, type Person } from "./support/console";

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
  });
}
