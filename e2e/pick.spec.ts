// Fields that find one customer or member out of many by a few letters.
import { expect, test, type Page } from "@playwright/test";
import { ask, people, resaleCustomer, signedIn, texts, watchForErrors, type Language } from "./support/console";

type Member = { id: string; name: string; email: string; supervisor: string | null };
const member = async (page: Page, email: string) => {
  const found = await ask<{ items: Member[] }>(page, `/api/members?q=${encodeURIComponent(email)}`);
  return found.items[0];
};

// The pager's choice of rows a page has options too.
const options = (page: Page) => page.getByRole("listbox").getByRole("option");

for (const [language, locale] of [
  ["zh", "zh-CN"],
  ["en", "en-US"],
] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);

    test("records are filtered by a customer that is found by name, with the keyboard and with the mouse", async ({ page }) => {
      const errors = watchForErrors(page);
      await signedIn(page, people.admin);
      const customer = await resaleCustomer(page, 30);
      await page.goto("/adjustments");
      const button = page.getByRole("button", { name: t.funds.customer, exact: true });
      const field = page.getByRole("combobox", { name: t.funds.customer });
      await button.press("Enter");
      await expect(field).toBeFocused();
      await page.keyboard.type("zzzzzz");
      await expect(page.getByText(t.pick.nothing)).toBeVisible();
      await field.fill(customer.account_name);
      const option = options(page).filter({ hasText: customer.account_name });
      await expect(options(page)).toHaveCount(1);
      await expect(option).toHaveAttribute("aria-selected", "true");
      // Esc closes the options, and leaves the filter open.
      await page.keyboard.press("Escape");
      await expect(option).toBeHidden();
      await expect(field).toBeVisible();
      await page.keyboard.press("ArrowDown");
      await expect(option).toBeVisible();
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(new RegExp(`customer=${customer.id}`));
      await expect(field).toBeHidden();
      // The chip has the name, whether or not the customer has records.
      const chip = page.getByRole("main").getByText(`${customer.name}`).first();
      await expect(chip).toBeVisible();
      await page.reload();
      await expect(chip).toBeVisible();

      const other = await resaleCustomer(page, 31);
      await button.click();
      await field.fill(other.account_name);
      await options(page).filter({ hasText: other.account_name }).click();
      await expect(page).toHaveURL(new RegExp(`customer=${other.id}`));
      await page.goBack();
      await expect(page).toHaveURL(new RegExp(`customer=${customer.id}`));
      expect(errors).toEqual([]);
    });

    test("a member's supervisor is found by name; what is not one is refused at the field", async ({ page }) => {
      const errors = watchForErrors(page);
      await signedIn(page, people.admin);
      const before = await member(page, "zhao@xinghe.example");
      const finance = await member(page, people.finance.email);
      const boss = await member(page, "supervisor@xinghe.example");
      await page.goto("/members");
      const row = page.getByRole("row").filter({ hasText: before.email });
      await row.getByRole("button", { name: t.organisation.change_roles, exact: true }).click();
      const dialog = page.getByRole("dialog");
      const field = dialog.getByRole("combobox", { name: t.organisation.supervisor });
      const save = dialog.getByRole("button", { name: t.ui.save, exact: true });
      const supervisor = async () => (await member(page, before.email)).supervisor;
      // Only who can be above is offered.
      await field.fill(finance.name);
      await expect(dialog.getByText(t.pick.nothing)).toBeVisible();
      await save.click();
      await expect(field).toHaveAttribute("aria-invalid", "true");
      await expect(field).toBeFocused();
      expect(await supervisor()).toBe(before.supervisor);
      await field.fill("");
      await field.pressSequentially(boss.name.slice(0, 2));
      await expect(options(page).first()).toContainText(boss.email);
      await page.keyboard.press("Enter");
      await expect(field).toHaveValue(boss.name);
      await save.press("Enter");
      await expect(dialog).toHaveCount(0);
      await expect.poll(supervisor).toBe(boss.id);
      await expect(row).toContainText(boss.name);

      // Taken away by emptying the field.
      await row.getByRole("button", { name: t.organisation.change_roles, exact: true }).click();
      await expect(field).toHaveValue(boss.name);
      await field.fill("");
      await save.click();
      await expect(dialog).toHaveCount(0);
      await expect.poll(supervisor).toBeNull();
      expect(errors).toEqual([]);
    });
  });
}
