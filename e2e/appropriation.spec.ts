// The main job: find a customer, appropriate money with a verification code, see it everywhere.
import { expect, test, type Page } from "@playwright/test";
import {
  appropriations,
  ask,
  newestCode,
  newestMessage,
  people,
  resaleCustomer,
  rowOf,
  searchBox,
  signedIn,
  signIn,
  texts,
  watchForErrors,
  type Language,
  type Money,
} from "./support/console";

type Detail = { row: { available: Money } };
type Balance = { available: Money; posted: Money; held: Money };

const available = async (page: Page, id: string) => (await ask<Detail>(page, `/api/customers/${id}`)).row.available.amount;
const partner = async (page: Page) => (await ask<Balance[]>(page, "/api/funds/balances"))[0];
const fen = (amount: string) => BigInt(amount.replace(".", ""));

for (const [language, locale, n] of [
  ["zh", "zh-CN", 0],
  ["en", "en-US", 1],
] as [Language, string, number][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });

    test("with the mouse: find, appropriate, confirm, and every place agrees", async ({ page }) => {
      const t = texts(language);
      const errors = watchForErrors(page);
      await signIn(page, people.admin, t);
      const customer = await resaleCustomer(page, n);
      const before = { customer: fen(await available(page, customer.id)), partner: fen((await partner(page)).posted.amount) };
      const message = await newestMessage(page);

      await searchBox(page).fill(customer.account_name);
      await expect(page.getByRole("row")).toHaveCount(2);
      await page.getByRole("link", { name: customer.name }).click();
      await expect(page.getByRole("heading", { level: 1 })).toContainText(customer.name);
      await page.getByRole("button", { name: t.labels.appropriation, exact: true }).click();

      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(new RegExp(`^${t.funds.amount}`)).fill("1,234.50");
      const shown = (amount: bigint) => new Intl.NumberFormat("en-US", { minimumFractionDigits: 2 }).format(`${amount / 100n}.${String(amount % 100n).padStart(2, "0")}` as unknown as number);
      for (const amount of [before.customer, before.customer + 123450n, before.partner, before.partner - 123450n]) {
        await expect(dialog.getByRole("table")).toContainText(shown(amount));
      }
      await dialog.getByRole("button", { name: t.funds.to_review, exact: true }).click();
      await expect(dialog).toContainText("1,234.50");
      await dialog.getByRole("button", { name: t.labels.appropriation, exact: true }).click();

      // Held, not moved, while the code is awaited.
      await expect(dialog.getByLabel(t.codes.code)).toBeFocused();
      expect((await partner(page)).held.amount).toBe("1234.50");
      expect(fen(await available(page, customer.id))).toBe(before.customer);
      await dialog.getByLabel(t.codes.code).fill(await newestCode(page, message));
      const confirm = dialog.getByRole("button", { name: t.labels.appropriation, exact: true });
      if (await confirm.isVisible()) await confirm.click();

      await expect(dialog).toContainText(t.funds.transfer_id);
      await dialog.getByRole("button", { name: t.ui.close, exact: true }).last().click();
      await expect(dialog).toBeHidden();

      // The customer's and the partner's balance, the records and the audit trail agree.
      expect(fen(await available(page, customer.id))).toBe(before.customer + 123450n);
      const after = await partner(page);
      expect(fen(after.posted.amount)).toBe(before.partner - 123450n);
      expect(after.held.amount).toBe("0.00");
      const tab = (name: string) => page.getByRole("main").getByRole("tab", { name }).or(page.getByRole("main").getByRole("link", { name, exact: true }));
      await tab(t.customers.tab_adjustments).click();
      await expect(page.getByRole("row").filter({ hasText: "1,234.50" })).toHaveCount(1);
      await tab(t.customers.tab_audit).click();
      await expect(page.getByRole("row").filter({ hasText: people.admin.email }).first()).toBeVisible();
      expect(errors).toEqual([]);
    });

    test("with the keyboard only", async ({ page }) => {
      const t = texts(language);
      await signedIn(page, people.admin);
      const customer = await resaleCustomer(page, n + 2);
      const count = await appropriations(page, customer.id);
      const message = await newestMessage(page);
      await page.goto("/customers");
      await expect(page.getByRole("row").nth(1)).toBeVisible();
      await page.keyboard.press("Tab");
      await expect(page.getByRole("link", { name: t.app.skip })).toBeFocused();

      await tabTo(page, () => searchBox(page));
      await page.keyboard.type(customer.account_name);
      await expect(page.getByRole("row")).toHaveCount(2);
      const act = rowOf(page, customer).getByRole("button", { name: new RegExp(`^${t.labels.appropriation}`) });
      await tabTo(page, () => act);
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      await expect(dialog.getByLabel(new RegExp(`^${t.funds.amount}`))).toBeFocused();
      await page.keyboard.type("7.25");
      await page.keyboard.press("Enter");
      await tabTo(page, () => dialog.getByRole("button", { name: t.labels.appropriation, exact: true }));
      await page.keyboard.press("Enter");
      await expect(dialog.getByLabel(t.codes.code)).toBeFocused();
      await page.keyboard.type(await newestCode(page, message));
      await page.keyboard.press("Enter");
      await expect(dialog).toContainText(t.funds.transfer_id);
      await page.keyboard.press("Escape");
      await expect(dialog).toBeHidden();
      await expect(act).toBeFocused();
      expect(await appropriations(page, customer.id)).toBe(count + 1);
    });
  });
}

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, wanted: () => import("@playwright/test").Locator) {
  for (let presses = 0; presses < 80; presses++) {
    if (await wanted().evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("Tab never reached it");
}
