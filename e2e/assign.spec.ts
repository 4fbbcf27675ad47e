// Assigning customers to customer managers, as product/source/003 tells it: single, in batch, and taken back.
import { expect, test, type Page } from "@playwright/test";
import { ask, people, resaleCustomer, rowOf, signedIn, texts, watchForErrors, type Customer, type Language } from "./support/console";

type Count = { manager: { id: string; name: string }; customers: number };

const managerOf = async (page: Page, id: string) => (await ask<{ row: { manager: string | null } }>(page, `/api/customers/${id}`)).row.manager;

/** Past the page, to begin from the same. */
async function assigned(page: Page, customers: string[], manager?: string) {
  const answer = await page.request.post("/api/customer-assignments", { data: { customers, manager } });
  expect(answer.status(), await answer.text()).toBe(200);
}

for (const [language, locale, n] of [
  ["zh", "zh-CN", 30],
  ["en", "en-US", 33],
] as [Language, string, number][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);
    const a = t.assignments;

    test("one with the keyboard, several with the mouse, and back again", async ({ page, browser, baseURL }) => {
      const errors = watchForErrors(page);
      await signedIn(page, people.admin);
      const [manager, other] = await ask<Count[]>(page, "/api/customer-assignments");
      const customers: Customer[] = [];
      for (let k = 0; k < 3; k++) customers.push(await resaleCustomer(page, n + k));
      const ids = customers.map((c) => c.id);
      await assigned(page, ids);

      // 分配客户经理: confirm the account, 下一步, choose the manager, 确定.
      await page.goto(`/customers?q=${customers[0].account_name}`);
      await rowOf(page, customers[0]).getByRole("button", { name: a.assign, exact: true }).press("Enter");
      const dialog = page.getByRole("dialog");
      await expect(dialog.getByText(customers[0].name)).toBeVisible();
      await dialog.getByRole("button", { name: a.next }).press("Enter");
      await dialog.getByRole("button", { name: a.ok, exact: true }).press("Enter");
      await expect(dialog.getByText(t.faults.required)).toBeVisible();
      await dialog.getByLabel(t.customers.manager).selectOption({ label: manager.manager.name });
      await dialog.getByRole("button", { name: a.ok, exact: true }).press("Enter");
      await expect(dialog).toBeHidden();
      await expect(rowOf(page, customers[0])).toContainText(manager.manager.name);

      // 批量分配客户经理. Somebody else is faster for one of them.
      await page.goto(`/customers?q=${customers[1].account_name}`);
      await rowOf(page, customers[1]).getByRole("checkbox").check();
      await page.getByRole("button", { name: a.assign_all, exact: true }).click();
      await dialog.getByRole("button", { name: a.next }).click();
      await expect(dialog.getByLabel(t.customers.manager)).toBeVisible();
      const second = await (await browser.newContext({ baseURL })).newPage();
      await signedIn(second, people.admin);
      await assigned(second, [ids[1]], other.manager.id);
      await second.context().close();
      await dialog.getByLabel(t.customers.manager).selectOption({ label: manager.manager.name });
      await dialog.getByRole("button", { name: a.ok, exact: true }).click();
      // The same admin in another window: the own change is no surprise, the last one holds.
      await expect(dialog).toBeHidden();
      await expect.poll(() => managerOf(page, ids[1])).toBe(manager.manager.name);

      // 客户分配 > 查看客户列表 > 收回客户.
      await assigned(page, [ids[2]], manager.manager.id);
      await page.goto("/customer-assignments");
      const row = page.getByRole("row").filter({ hasText: manager.manager.name });
      await row.getByRole("link", { name: a.view }).click();
      await expect(page.getByRole("heading", { name: a.managed, level: 1 })).toBeVisible();
      await page.getByRole("search").getByRole("textbox").fill(customers[0].account_name);
      const one = rowOf(page, customers[0]);
      await one.getByRole("button", { name: a.take_back, exact: true }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: a.take_back, exact: true }).click();
      await expect(one).toHaveCount(0);
      expect(await managerOf(page, ids[0])).toBeNull();
      // 批量回收客户.
      await page.getByRole("search").getByRole("textbox").fill(customers[2].account_name);
      await rowOf(page, customers[2]).getByRole("checkbox").check();
      await page.getByRole("region", { name: t.table.bulk }).getByRole("button", { name: a.take_back_all, exact: true }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: a.take_back, exact: true }).click();
      await expect.poll(() => managerOf(page, ids[2])).toBeNull();
      await assigned(page, ids);
      expect(errors).toEqual([]);
    });

    test("whoever may not assign sees neither the page nor the buttons", async ({ page }) => {
      await signedIn(page, people.finance);
      await page.goto("/customers");
      await expect(page.getByRole("row").nth(1)).toBeVisible();
      await expect(page.getByRole("button", { name: a.assign, exact: true })).toHaveCount(0);
      await expect(page.getByRole("link", { name: a.title, exact: true })).toHaveCount(0);
    });
  });
}
