// Lists: the address is the state; search, sort and paging are the server's.
import { expect, test } from "@playwright/test";
import { ask, people, scrollsSideways, searchBox, signedIn, signIn, texts, type Customer } from "./support/console";

const t = texts("zh");

test.beforeEach(async ({ page }) => signedIn(page, people.admin));

test("search, sort and paging live in the address; Back and reload keep them", async ({ page }) => {
  await page.goto("/customers");
  const rows = page.getByRole("row");
  await expect(rows).toHaveCount(26);
  await page.getByRole("button", { name: t.table.next, exact: true }).or(page.getByRole("link", { name: t.table.next, exact: true })).click();
  await expect(page).toHaveURL(/page=/);
  const second = await rows.nth(1).innerText();
  await page.reload();
  await expect(rows.nth(1)).toHaveText(second, { useInnerText: true });
  await page.goBack();
  await expect(page).not.toHaveURL(/page=/);
  await expect(rows.nth(1)).not.toHaveText(second, { useInnerText: true });
  await page.goForward();
  await expect(rows.nth(1)).toHaveText(second, { useInnerText: true });
});

test("a search of two Chinese characters finds them anywhere, and none says so", async ({ page }) => {
  await page.goto("/customers");
  await searchBox(page).fill("科技");
  await expect(page).toHaveURL(/q=/);
  await expect(page.getByRole("row").nth(1)).toContainText("科技");
  for (const row of (await page.getByRole("row").all()).slice(1)) await expect(row).toContainText("科技");
  await searchBox(page).fill("没有这样的客户");
  await expect(page.getByText(t.table.no_match, { exact: true })).toBeVisible();
  await page.getByRole("button", { name: t.table.clear_filters }).or(page.getByRole("button", { name: t.table.clear_all })).first().click();
  await expect(page.getByRole("row")).toHaveCount(26);
});

test("sorting by the available amount is over all pages, and told to assistive technology", async ({ page }) => {
  await page.goto("/customers");
  const head = page.getByRole("columnheader", { name: t.customers.available });
  await head.getByRole("button").or(head.getByRole("link")).first().click();
  await expect(head).toHaveAttribute("aria-sort", /ascending|descending/);
  await head.getByRole("button").or(head.getByRole("link")).first().click();
  await expect(page).toHaveURL(/sort=-available/);
  const best = await ask<{ items: Customer[] }>(page, "/api/customers?sort=-available");
  await expect(page.getByRole("row").nth(1)).toContainText(best.items[0].account_name);
});

test("the filter by association type is a chip that can be removed", async ({ page }) => {
  await page.goto("/customers?association=consultative");
  await expect(page.getByRole("row").nth(1)).toContainText(t.labels.consultative);
  const chip = page.getByRole("button", { name: new RegExp(t.labels.consultative) }).first();
  await chip.click();
  await expect(page).not.toHaveURL(/association/);
});

test("every list is usable at 390 pixels, and no page scrolls sideways at 1280", async ({ page }) => {
  const list = await ask<{ items: Customer[] }>(page, "/api/customers?association=resale");
  for (const path of ["/customers", `/customers/${list.items[0].id}`, "/adjustments"]) {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.waitForLoadState("networkidle");
      expect(await scrollsSideways(page), `${path} at ${width}`).toBe(false);
    }
  }
});

test("nothing of the header is cut off at 390 pixels, in English with its longer words", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, locale: "en-US", viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  await signedIn(page, people.admin);
  await page.goto("/customers");
  for (const button of await page.getByRole("banner").getByRole("button").all()) {
    if (!(await button.isVisible())) continue;
    const box = await button.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 400)).toBeLessThanOrEqual(390);
  }
  await context.close();
});

// Eight, and the three parts of the program that the list is made of, which come side by side (docs/decisions/0004).
test("a first load makes at most 3 API calls and 11 requests", async ({ page }) => {
  const urls: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) urls.push(new URL(request.url()).pathname);
  });
  await page.goto("/customers");
  await expect(page.getByRole("row")).toHaveCount(26);
  await page.waitForLoadState("networkidle");
  expect(urls.filter((u) => u.startsWith("/api/")).length).toBeLessThanOrEqual(3);
  expect(urls.length, urls.join(" ")).toBeLessThanOrEqual(11);
  expect(new Set(urls).size).toBe(urls.length);
});

test("the adjustment records lead to receipts and customers", async ({ page }) => {
  await page.goto("/adjustments");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await page.getByRole("row").nth(1).getByRole("link").first().click();
  await expect(page).toHaveURL(/\/(transfers|customers)\//);
});

test("a deep link opened signed out returns there after sign-in", async ({ browser }) => {
  const context = await browser.newContext({ locale: "zh-CN" });
  const page = await context.newPage();
  await signIn(page, people.admin, t, "/customers?association=resale&sort=name");
  await expect(page).toHaveURL(/association=resale/);
  await expect(page).toHaveURL(/sort=name/);
  await context.close();
});
