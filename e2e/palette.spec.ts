// The palette and the keys that work everywhere.
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { ask, people, resaleCustomer, signedIn, texts, type Language } from "./support/console";

for (const [language, locale] of [["zh", "zh-CN"], ["en", "en-US"]] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);

    test("a few letters and Enter lead to a page or a customer", async ({ page }) => {
      await signedIn(page, people.admin);
      await page.goto("/funds");
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.keyboard.press("Control+k");
      const field = page.getByRole("combobox", { name: t.palette.title });
      await expect(field).toBeFocused();
      await field.fill(t.exports.title ?? "");
      await expect(page.getByRole("option", { selected: true })).toContainText(t.exports.title ?? "");
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(/\/exports$/);
      await expect(page.getByRole("dialog")).toBeHidden();

      const customer = await resaleCustomer(page, 5);
      await page.keyboard.press("Control+k");
      await field.fill(customer.account_name);
      const found = page.getByRole("option").filter({ hasText: customer.account_name });
      await expect(found).toContainText(t.palette.customer ?? "");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowUp");
      await expect(found).toHaveAttribute("aria-selected", "true");
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(new RegExp(`/customers/${customer.id}`));

      // By id, and with the mouse.
      await page.getByRole("button", { name: t.palette.title }).click();
      await field.fill(customer.id);
      await page.getByRole("option").filter({ hasText: customer.account_name }).click();
      await expect(page).toHaveURL(new RegExp(`/customers/${customer.id}`));
      await page.keyboard.press("Control+k");
      await field.fill("zzzz-nothing");
      await expect(page.getByText(t.palette.nothing ?? "")).toBeVisible();
    });
  });
}

const t = texts("zh");
test.use({ locale: "zh-CN", bypassCSP: true });

test("Esc closes it and gives the focus back; it opens over no dialog", async ({ page }) => {
  await signedIn(page, people.admin);
  await page.goto("/customers");
  const next = page.getByRole("link", { name: t.customers.name }).first();
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await next.focus();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: t.palette.title })).toBeFocused();
  const findings = (await new AxeBuilder({ page }).analyze()).violations.filter((v) => v.impact === "serious" || v.impact === "critical");
  expect(findings).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(next).toBeFocused();
  await page.getByRole("button", { name: t.columns.title }).click();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toHaveCount(1);
});

test("a receipt is found by its id, and only what one may see is offered", async ({ page }) => {
  await signedIn(page, people.admin);
  const records = await ask<{ items: { transfer_id: string }[] }>(page, "/api/adjustments");
  const id = records.items.map((r) => r.transfer_id).find((i) => /^[0-9a-f]{32}$/.test(i)) ?? "";
  await page.goto("/funds");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill(id);
  await page.getByRole("option").filter({ hasText: id }).filter({ hasText: t.palette.receipt }).click();
  await expect(page).toHaveURL(`/transfers/${id}`);
  await page.request.delete("/api/session", { headers: { origin: new URL(page.url()).origin } });
  await signedIn(page, people.operator);
  await page.goto("/customers");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("option").filter({ hasText: t.customers.title })).toBeVisible();
  await expect(page.getByRole("option").filter({ hasText: t.funds.funds })).toHaveCount(0);
});

test("shortcuts are listed, work, and leave fields alone", async ({ page }) => {
  await signedIn(page, people.admin);
  await page.goto("/customers");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: t.palette.shortcuts });
  await expect(sheet.getByText(t.palette.key_palette ?? "")).toBeVisible();
  await page.keyboard.press("Escape");
  for (const [letter, path] of [["f", "/funds"], ["r", "/adjustments"], ["e", "/exports"], ["c", "/customers"]]) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter ?? "");
    await expect(page).toHaveURL(new RegExp(`${path}$`));
  }
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await page.keyboard.press("/");
  const search = page.getByRole("search").getByRole("textbox");
  await expect(search).toBeFocused();
  await page.keyboard.type("g?f");
  await expect(search).toHaveValue("g?f");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
