// What asks for a code, how codes come, and the phone that they can come to.
import { expect, test, type Browser, type Page } from "@playwright/test";
import { ask, newestCode, newestMessage, people, signedIn, texts, watchForErrors, type Language, type Person } from "./support/console";

type Settings = { verification: boolean; approval_from: unknown; code_by: string; excepted: Record<string, boolean>; version: number };

const PASSWORD = "plum-orchard-4711";
const settingsOf = (page: Page) => ask<Settings>(page, "/api/partner/settings");

/** Past the page; nothing here takes a code unless codes are on. */
async function set(page: Page, change: object, code?: string, key = `policy-${Math.random().toString().slice(2)}`) {
  const now = await settingsOf(page);
  const headers: Record<string, string> = { "idempotency-key": key };
  if (code) headers["verification-code"] = code;
  const answer = await page.request.put("/api/partner/settings", { data: { ...now, ...change }, headers });
  expect(answer.status(), await answer.text()).toBe(200);
}

async function somebody(browser: Browser, baseURL: string | undefined, email: string): Promise<Person> {
  const admin = await (await browser.newContext({ baseURL })).newPage();
  await signedIn(admin, people.plain);
  const invited = await admin.request.post("/api/invitations", { data: { emails: [email], roles: ["finance"] } });
  const [{ token }] = (await invited.json()) as { token: string }[];
  const data = { name: "Ada", password: PASSWORD, consent: true };
  expect((await admin.request.post(`/api/join/${token}`, { data })).status()).toBe(200);
  await admin.context().close();
  return { email, password: PASSWORD };
}

const none = { appropriate: false, reclaim: false, batch: false, approval: false, access_key: false };

for (const [language, locale, end] of [
  ["zh", "zh-CN", "1234"],
  ["en", "en-US", "5678"],
] as [Language, string, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);
    const w = t.partner;

    test("operations are excepted, ways chosen, and what another admin has set stays", async ({ page }) => {
      const errors = watchForErrors(page);
      await signedIn(page, people.plain);
      await set(page, { excepted: none, code_by: "email", approval_from: null });
      // This window hears of nothing: as if the other admin had been a second faster.
      await page.route("**/api/live*", (route) => route.abort());
      await page.goto("/settings");
      const form = page.getByRole("region", { name: w.limits });
      const asking = form.getByRole("group", { name: w.asking });
      await expect(asking.getByRole("checkbox")).toHaveCount(5);
      await asking.getByRole("checkbox", { name: w.op_reclaim, exact: true }).press("Space");
      await form.getByRole("radio", { name: w.by_app, exact: true }).check();
      await form.getByRole("button", { name: t.ui.save, exact: true }).click();
      await expect(page.getByText(w.limits_saved, { exact: true }).first()).toBeVisible();
      expect(await settingsOf(page)).toMatchObject({ code_by: "app", excepted: { ...none, reclaim: true } });
      await set(page, { approval_from: { amount: "900.00", currency: "CNY" } });
      await asking.getByRole("checkbox", { name: w.op_batch, exact: true }).click();
      await form.getByRole("button", { name: t.ui.save, exact: true }).press("Enter");
      await expect(page.getByText(t.errors.changed)).toBeVisible();
      await expect(form.getByLabel(new RegExp(`^${w.approval_from}`))).toHaveValue("900.00");
      await expect(asking.getByRole("checkbox", { name: w.op_batch, exact: true })).toBeChecked();
      await asking.getByRole("checkbox", { name: w.op_batch, exact: true }).click();
      await form.getByRole("button", { name: t.ui.save, exact: true }).click();
      await expect.poll(async () => (await settingsOf(page)).excepted).toEqual({ ...none, reclaim: true, batch: true });
      await set(page, { excepted: none, code_by: "email", approval_from: null });
      expect(errors).toEqual([]);
    });

    test("a phone is set by the code that goes to it, and codes come there", async ({ page, browser, baseURL }) => {
      const errors = watchForErrors(page);
      const s = t.person;
      const person = await somebody(browser, baseURL, `phone.${language}@lanfan.example`);
      await signedIn(page, person);
      await page.goto("/security");
      const card = page.getByRole("region", { name: s.phone, exact: true });
      await expect(card.getByText(s.no_phone)).toBeVisible();
      await card.getByRole("button", { name: s.set_phone }).press("Enter");
      const dialog = page.getByRole("dialog");
      await expect(dialog.getByLabel(s.new_phone)).toBeFocused();
      await page.keyboard.type("138");
      await page.keyboard.press("Enter");
      await expect(dialog.getByLabel(s.new_phone)).toHaveAttribute("aria-invalid", "true");
      await dialog.getByLabel(s.new_phone).fill(`138 0000 ${end}`);
      await dialog.getByLabel(s.current_password).fill(PASSWORD);
      await page.keyboard.press("Enter");
      await expect(dialog.getByLabel(s.code, { exact: true })).toBeFocused();
      await page.keyboard.type(await newestCode(page, undefined));
      await page.keyboard.press("Enter");
      await expect(page.getByText(s.phone_changed)).toBeVisible();
      await expect(card.getByText(`+86******${end}`)).toBeVisible();

      const admin = await (await browser.newContext({ locale, baseURL })).newPage();
      await signedIn(admin, people.plain);
      await set(admin, { verification: true, code_by: "sms" });
      try {
        await page.goto("/access-keys");
        await page.getByRole("button", { name: t.keys.create, exact: true }).click();
        await dialog.getByLabel(t.keys.name, { exact: true }).fill(`by phone ${language}`);
        await dialog.getByLabel(t.labels.may_funds_read, { exact: true }).check();
        const before = await newestMessage(page);
        await dialog.getByRole("button", { name: t.keys.create, exact: true }).click();
        await expect(dialog.getByText(t.codes.sent_by_sms.replace("{to}", `+86******${end}`))).toBeVisible();
        await dialog.getByLabel(t.codes.code).fill(await newestCode(page, before));
        await page.keyboard.press("Enter");
        await expect(dialog.getByText(t.keys.shown_once)).toBeVisible();
        await dialog.getByRole("button", { name: t.ui.saved_it }).click();
      } finally {
        const [key, last] = [`policy-off-${language}`, await newestMessage(admin)];
        await set(admin, { verification: false, code_by: "email" }, undefined, key);
        await set(admin, { verification: false, code_by: "email" }, await newestCode(admin, last), key);
        await admin.context().close();
      }

      await page.goto("/security");
      await card.getByRole("button", { name: s.end_phone }).click();
      await dialog.getByRole("button", { name: s.end_phone }).click();
      await expect(dialog.getByLabel(s.current_password)).toHaveAttribute("aria-invalid", "true");
      await dialog.getByLabel(s.current_password).fill(PASSWORD);
      await dialog.getByRole("button", { name: s.end_phone }).click();
      await expect(page.getByText(s.phone_ended)).toBeVisible();
      await expect(card.getByText(s.no_phone)).toBeVisible();
      expect(errors).toEqual([]);
    });
  });
}
