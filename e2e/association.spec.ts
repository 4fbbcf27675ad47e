// Switching the type of an association and ending it, as product/source 000:5, 000:22 and 001:5 tell it: the partner asks
// under 更多, the customer answers in the account centre; and the other way round.
import { expect, test, type Browser, type Page } from "@playwright/test";
import { ask, people, scrollsSideways, signedIn, texts, watchForErrors, type Language } from "./support/console";

const code = (text: string | null) => /\b\d{6}\b/.exec(text ?? "")?.[0] ?? "";

/** A customer of the partner that came by a general link, and its phone, signed in. */
async function associated(page: Page, browser: Browser, baseURL: string | undefined, locale: string, name: string) {
  const answer = await page.request.post("/api/customer-links", { data: { association: "resale", renew: false } });
  const { address } = (await answer.json()) as { address: string };
  const token = new URL(address).pathname.split("/").pop() ?? "";
  const context = await browser.newContext({ baseURL, locale, viewport: { width: 390, height: 800 } });
  const phone = await context.newPage();
  const asked = await phone.request.post("/api/door/code", { data: { email: `${name}@assoc.example` } });
  const { challenge, message } = (await asked.json()) as { challenge: { id: string }; message: string };
  await phone.request.post("/api/door/session", { data: { challenge: challenge.id, code: code(message) } });
  const consents = ["user_agreement", "privacy", "partner_notice", "partner_terms", "data_sharing"];
  const done = await phone.request.post(`/api/invitation/${token}`, { data: { account_name: name, consents } });
  expect(done.status(), await done.text()).toBe(200);
  return phone;
}

for (const [language, locale] of [
  ["zh", "zh-CN"],
  ["en", "en-US"],
] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);
    const a = t.associations;
    const d = t.door;
    const exact = (name: string) => ({ name, exact: true });

    test("the partner asks with the keyboard, the customer agrees, and the balance comes back", async ({ page, browser, baseURL }) => {
      const errors = watchForErrors(page);
      await signedIn(page, people.plain);
      const name = `switch-${language}-${Date.now().toString(36)}`;
      const phone = await associated(page, browser, baseURL, locale, name);
      const phoneErrors = watchForErrors(phone);
      const { items } = await ask<{ items: { id: string }[] }>(page, `/api/customers?q=${name}`);
      const key = { "idempotency-key": `assoc-${name}` };
      const paid = await page.request.post(`/api/customers/${items[0].id}/appropriations`, { data: { amount: "12.34", memo: "" }, headers: key });
      expect(paid.status(), await paid.text()).toBe(200);

      // 更多 > 切换关联类型.
      await page.goto(`/customers?q=${name}`);
      const row = page.getByRole("row").filter({ hasText: name });
      await row.getByRole("button", exact(a.more)).press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", exact(a.switch)).press("Enter");
      await expect(dialog).toContainText("12.34");
      await expect(dialog.getByText(a.note_coupons)).toBeVisible();
      await dialog.getByRole("button", exact(a.ask)).press("Enter");
      await expect(dialog.getByText(t.faults.required)).toBeVisible();
      await dialog.getByRole("checkbox").press("Space");
      await dialog.getByRole("button", exact(a.ask)).press("Enter");
      await expect(dialog).toBeHidden();
      await page.goto("/association-records");
      const record = page.getByRole("row").filter({ hasText: name });
      await expect(record).toContainText(a.state_pending);

      // A second one meets the first.
      await page.goto(`/customers?q=${name}`);
      await row.getByRole("button", exact(a.more)).click();
      await dialog.getByRole("button", exact(a.end)).click();
      await expect(dialog.getByText(a.obstacle_pending)).toBeVisible();
      await dialog.getByRole("button", exact(t.ui.close)).last().click();

      // The customer sees what it does, and agrees.
      await phone.goto("/account");
      await expect(phone.getByText("12.34")).toBeVisible();
      expect(await scrollsSideways(phone)).toBe(false);
      await phone.getByRole("button", exact(a.agree)).click();
      await phone.getByRole("alertdialog").getByRole("button", exact(a.agree)).click();
      await expect(phone.getByText(t.labels.consultative).first()).toBeVisible();
      await expect(phone.getByRole("button", exact(a.agree))).toBeHidden();
      await page.goto("/association-records");
      await expect(record).toContainText(a.state_done);
      await expect(record).toContainText("12.34");
      // What became of it stands on the customer's page.
      await record.getByRole("link", { name, exact: true }).click();
      await page.getByRole("tab", exact(t.customers.tab_timeline)).click();
      const told = page.getByRole("tabpanel").getByRole("listitem");
      await expect(told).toHaveCount(3);
      await expect(told.first()).toContainText(t.timeline.switched.replace("{association}", t.labels.consultative));
      await expect(told.last()).toContainText(t.timeline.associated.replace("{association}", t.labels.resale));
      expect([...errors, ...phoneErrors]).toEqual([]);
      await phone.context().close();
    });

    test("the customer asks to leave; refused once with a reason, then let go", async ({ page, browser, baseURL }) => {
      const errors = watchForErrors(page);
      await signedIn(page, people.plain);
      const name = `leave-${language}-${Date.now().toString(36)}`;
      const phone = await associated(page, browser, baseURL, locale, name);
      const wish = async () => {
        await phone.goto("/account");
        await phone.getByRole("button", exact(d.leave_partner)).click();
        await phone.getByRole("dialog").getByLabel(a.reason).fill("business");
        await phone.getByRole("dialog").getByRole("button", exact(d.leave_ask)).click();
        await expect(phone.getByText(d.request_own_end).first()).toBeVisible();
      };
      await wish();
      await page.goto("/association-records?state=pending");
      const record = page.getByRole("row").filter({ hasText: name });
      await record.getByRole("button", exact(a.refuse)).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", exact(a.refuse)).click();
      await expect(dialog.getByText(t.faults.required)).toBeVisible();
      await dialog.getByLabel(a.refuse_reason).fill("not yet");
      await dialog.getByRole("button", exact(a.refuse)).click();
      await expect(record).toHaveCount(0);
      await phone.reload();
      await expect(phone.getByText("not yet")).toBeVisible();
      await wish();
      await page.reload();
      await record.getByRole("button", exact(a.agree)).click();
      await page.getByRole("alertdialog").getByRole("button", exact(a.agree)).click();
      await expect(record).toHaveCount(0);
      await phone.reload();
      await expect(phone.getByText(d.no_partner)).toBeVisible();
      await page.goto(`/customers?q=${name}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(0);
      expect(errors).toEqual([]);
      await phone.context().close();
    });
  });
}
