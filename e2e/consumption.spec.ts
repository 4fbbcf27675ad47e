// What all customers consumed (客户消费): the summary leads to its lines, the lines to files, in both languages, by
// mouse and keyboard.
import { expect, test, type Page } from "@playwright/test";
import { ask, people, signedIn, texts, watchForErrors, type Language } from "./support/console";
import { open } from "./support/routes";

type Share = { key: string; name: string; cost: string; lines: number };
type Part = { currency: string; total: string; lines: number; steps: Share[]; services: Share[]; customers: Share[] };
type Summary = { months: string[]; from: string; to: string; currencies: Part[] };
type Lines = { items: { customer_name: string; service: string }[]; total: { count: number } };

const summaryOf = (page: Page) => ask<Summary>(page, "/api/consumption");
/** What the list says it has. */
const total = (page: Page) => page.getByRole("status").filter({ hasText: /共|in all/ }).first();

for (const [language, locale] of [
  ["zh", "zh-CN"],
  ["en", "en-US"],
] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);
    const c = t.consumption;

    test("from the menu to a service's lines with the mouse, and back", async ({ page }) => {
      const errors = watchForErrors(page);
      await signedIn(page, people.admin);
      await page.goto("/customers");
      await page.getByRole("navigation", { name: t.app.side_navigation }).getByRole("link", { name: c.title }).click();
      await expect(page.getByRole("heading", { level: 1, name: c.title })).toBeVisible();
      await expect(page.getByRole("note")).toHaveText(c.no_basis);
      const [part] = (await summaryOf(page)).currencies;
      const chart = page.getByRole("list", { name: part.currency });
      await expect(chart.getByRole("listitem")).toHaveCount(part.steps.length);
      // The chart's figures as a table.
      await page.getByText(t.customers.as_table).click();
      const days = page.getByRole("region", { name: t.customers.day }).getByRole("row");
      await expect(days).toHaveCount(part.steps.length + 1);

      const services = page.getByRole("region", { name: t.customers.service });
      await expect(services.getByRole("row")).toHaveCount(part.services.length + 1);
      const [first] = part.services;
      await services.getByRole("row").filter({ hasText: first.key }).getByRole("link").click();
      await expect(page).toHaveURL(/tab=detail.*service=/);
      await expect(page.getByRole("tab", { name: c.detail })).toHaveAttribute("aria-selected", "true");
      await expect(total(page)).toContainText(first.lines.toLocaleString(locale));
      const rows = page.getByRole("table").getByRole("row");
      await expect(rows.nth(1)).toContainText(first.key);
      await page.goBack();
      await expect(page.getByRole("tab", { name: c.summary })).toHaveAttribute("aria-selected", "true");
      await expect(services).toBeVisible();
      expect(errors).toEqual([]);
    });

    test("tabs, totals and filters with the keyboard", async ({ page }) => {
      const errors = watchForErrors(page);
      await signedIn(page, people.admin);
      await open(page, "/consumption");
      const [part] = (await summaryOf(page)).currencies;
      // The whole total leads to all of its lines.
      const whole = c.total.replace("{currency}", part.currency);
      await page.getByRole("region", { name: whole }).getByRole("link").first().press("Enter");
      await expect(total(page)).toContainText(part.lines.toLocaleString(locale));

      await page.getByRole("tab", { name: c.detail }).press("ArrowLeft");
      await expect(page.getByRole("tab", { name: c.summary })).toBeFocused();
      await expect(page).not.toHaveURL(/tab=/);
      await page.keyboard.press("ArrowRight");
      await expect(page).toHaveURL(/tab=detail/);

      // A service is chosen exactly, and taken away again.
      await open(page, "/consumption?tab=detail");
      const [first, second] = part.services;
      await page.getByRole("button", { name: t.customers.service, exact: true }).press("Enter");
      await page.getByRole("button", { name: second.key, exact: true }).press("Enter");
      await expect(page).toHaveURL((url) => url.searchParams.get("service") === second.key);
      await expect(page.getByRole("table").getByRole("row").nth(1)).toContainText(second.key);
      await expect(page.getByRole("table")).not.toContainText(first.key);
      const chip = t.table.chip.replace("{name}", t.customers.service).replace("{value}", second.key);
      await page.getByRole("button", { name: t.table.remove_filter.replace("{filter}", chip) }).press("Enter");
      await expect(page).not.toHaveURL(/service=/);

      // Months are named, whether they are offered yet or not.
      const [month] = (await summaryOf(page)).months;
      await open(page, `/consumption?tab=detail&month=${month}`);
      const [year, number] = month.split("-").map(Number);
      const name = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" }).format(Date.UTC(year, number - 1, 1));
      await expect(page.getByRole("main").getByText(name).first()).toBeVisible();
      await page.getByRole("button", { name: c.month, exact: true }).press("Enter");
      await expect(page.getByRole("checkbox", { name })).toBeChecked();
      expect(errors).toEqual([]);
    });

    test("a customer's total leads to that customer's lines, which become a file", async ({ page }) => {
      const errors = watchForErrors(page);
      await signedIn(page, people.admin);
      await open(page, "/consumption");
      const [part] = (await summaryOf(page)).currencies;
      const [most] = part.customers;
      const customers = page.getByRole("region", { name: t.customers.name });
      await customers.getByRole("row").filter({ hasText: most.name }).getByRole("link").first().click();
      await expect(total(page)).toContainText(most.lines.toLocaleString(locale));
      await expect(page.getByRole("main").locator(".chip", { hasText: most.name })).toBeVisible();
      await page.getByRole("button", { name: t.exports.export, exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("radio", { name: t.exports.format_csv }).check();
      await dialog.getByRole("button", { name: t.exports.export, exact: true }).click();
      await expect(page).toHaveURL(/\/exports/);
      type Exports = { items: { list: string; state: string; rows: number }[] };
      const newest = async () => (await ask<Exports>(page, "/api/exports")).items[0];
      await expect.poll(async () => (await newest()).state).toBe("done");
      expect(await newest()).toMatchObject({ list: "consumption", rows: most.lines });
      await expect(page.getByRole("row").nth(1)).toContainText(t.exports.list_consumption);
      expect(errors).toEqual([]);
    });
  });
}

test("a range of months is in the address, and says where there is nothing", async ({ page }) => {
  const errors = watchForErrors(page);
  const t = texts("zh");
  await signedIn(page, people.admin);
  const { months } = await summaryOf(page);
  await open(page, "/consumption");
  await page.getByLabel(t.consumption.from).selectOption(months[months.length - 1]);
  await expect(page).toHaveURL(new RegExp(`from=${months[months.length - 1]}`));
  await page.reload();
  await expect(page.getByLabel(t.consumption.from)).toHaveValue(months[months.length - 1]);
  await page.goto("/consumption?from=2025-01&to=2025-01");
  await expect(page.getByText(t.consumption.none_then, { exact: true })).toBeVisible();
  await expect(page.getByLabel(t.consumption.to)).toHaveValue("2025-01");
  expect(errors).toEqual([]);
});

test("a customer manager sees own customers only, on the page, in filters and in lines", async ({ page }) => {
  await signedIn(page, people.admin);
  const all = await ask<Lines>(page, "/api/consumption/lines");
  await signedIn(page, people.manager);
  const own = await ask<Lines>(page, "/api/consumption/lines?limit=100");
  expect(own.total.count).toBeGreaterThan(0);
  expect(own.total.count).toBeLessThan(all.total.count);
  const customers = await ask<{ items: { id: string; name: string; account_name: string }[]; total: { count: number } }>(page, "/api/customers?limit=100");
  await open(page, "/consumption");
  const [part] = (await summaryOf(page)).currencies;
  expect(part.lines).toBeLessThanOrEqual(own.total.count);
  for (const one of part.customers) {
    const mine = await page.request.get(`/api/customers/${one.key}`);
    expect(mine.status(), one.name).toBe(200);
  }
  expect(customers.total.count).toBeGreaterThan(0);
  const shown = page.getByRole("region", { name: texts("zh").customers.name }).getByRole("row");
  await expect(shown).toHaveCount(part.customers.length + 1);
});
