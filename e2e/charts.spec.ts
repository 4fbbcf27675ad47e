// Charts of a customer's consumption: the kind in the address, marks by keyboard and mouse, without colour.
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Locator, type Page } from "@playwright/test";
import { ask, people, scrollsSideways, signedIn, texts, watchForErrors, type Customer } from "./support/console";

const zh = texts("zh");
const en = texts("en");

type Service = { service: string; total: string; days: { day: string; cost: string }[] };
type Consumption = { month: string | null; months: string[]; currencies: { currency: string; total: string; services: Service[] }[] };

/** The consumption tab of a customer that has some of several services, by its address. */
async function tab(page: Page): Promise<{ path: string; consumption: Consumption }> {
  await signedIn(page, people.admin);
  const list = await ask<{ items: Customer[] }>(page, "/api/customers?limit=100");
  for (const { id } of list.items) {
    const consumption = await ask<Consumption>(page, `/api/customers/${id}/consumption`);
    if ((consumption.currencies[0]?.services.length ?? 0) > 2) return { path: `/customers/${id}?tab=consumption`, consumption };
  }
  throw new Error("no customer has any consumption");
}

const chart = (page: Page): Locator => page.getByRole("list", { name: /消费|onsumption/ });
const kind = (page: Page, name: string): Locator => page.getByRole("radio", { name, exact: true });
const marks = (page: Page): Locator => chart(page).getByRole("listitem");
/** What is shown for the mark that is pointed at; those who do not see it have the mark's name. */
const tip = (page: Page): Locator => page.locator(".chart__tip");

const titleOf = async (mark: Locator): Promise<string> => (await mark.getAttribute("aria-label"))?.split(":")[0] ?? "none";

/** Puts the pointer onto what is drawn: the middle of a sector's box is mostly not the sector. */
async function pointAt(page: Page, mark: Locator) {
  const place = await mark.evaluate((element) => {
    const box = element.getBoundingClientRect();
    for (let y = box.top + 2; y < box.bottom; y += 4) {
      for (let x = box.left + 2; x < box.right; x += 4) {
        if (document.elementFromPoint(x, y)?.closest("[data-mark]") === element) return { x, y };
      }
    }
    throw new Error("the mark is covered");
  });
  await page.mouse.move(place.x, place.y);
}

test("the kind of chart is in the address: chosen by mouse and keyboard, undone by Back, kept by reload", async ({ page }) => {
  const errors = watchForErrors(page);
  const { path, consumption } = await tab(page);
  const [{ services }] = consumption.currencies;
  await page.goto(path);
  await expect(kind(page, zh.customers.chart_bars)).toBeChecked();
  const days = await marks(page).count();
  expect(days).toBeGreaterThan(20);

  await kind(page, zh.customers.chart_lines).check();
  await expect(page).toHaveURL(/chart=line/);
  await expect(marks(page)).toHaveCount(days);
  await expect(chart(page).locator("polyline")).toHaveCount(services.length);

  await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(/chart=share/);
  await expect(marks(page)).toHaveCount(services.length);
  await page.reload();
  await expect(kind(page, zh.customers.chart_shares)).toBeChecked();
  await expect(marks(page)).toHaveCount(services.length);

  await page.goBack();
  await expect(kind(page, zh.customers.chart_lines)).toBeChecked();
  await page.goBack();
  await expect(kind(page, zh.customers.chart_bars)).toBeChecked();
  await expect(page).not.toHaveURL(/chart=/);
  await expect(page.getByText(zh.customers.as_table)).toBeVisible();
  expect(errors).toEqual([]);
});

for (const chosen of ["bars", "line", "share"]) {
  test(`marks have names, tips and one tab stop: ${chosen}`, async ({ page }) => {
    const { path } = await tab(page);
    await page.goto(`${path}&chart=${chosen}`);
    await expect(tip(page)).toHaveCount(0);
    await page.getByRole("radio", { checked: true }).focus();
    await page.keyboard.press("Tab");
    await expect(marks(page).nth(0)).toBeFocused();
    await page.keyboard.press("ArrowRight");
    const second = marks(page).nth(1);
    await expect(second).toBeFocused();
    await expect(second).toHaveAccessibleName(/.+: .*¥[\d,.]+ \(.+\)$/);
    await expect(tip(page)).toContainText(await titleOf(second));
    await page.keyboard.press("Escape");
    await expect(tip(page)).toHaveCount(0);
    // Tab leaves the chart, and comes back to the mark that was left.
    await page.keyboard.press("Tab");
    await expect(marks(page).and(page.locator(":focus"))).toHaveCount(0);
    await page.keyboard.press("Shift+Tab");
    await expect(second).toBeFocused();
    await page.keyboard.press("ArrowLeft");
    await expect(marks(page).nth(0)).toBeFocused();

    await page.keyboard.press("Escape");
    await pointAt(page, marks(page).nth(2));
    await expect(tip(page)).toContainText(await titleOf(marks(page).nth(2)));
    await page.locator("h1").hover();
    await expect(tip(page)).toHaveCount(0);
  });
}

test("in a language written from the right the first mark is at the right, and the arrows follow", async ({ page }) => {
  const { path } = await tab(page);
  await page.goto(path);
  await expect(marks(page).nth(1)).toBeVisible();
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  const [first, second] = [await marks(page).nth(0).boundingBox(), await marks(page).nth(1).boundingBox()];
  expect(first?.x).toBeGreaterThan(second?.x ?? Infinity);
  await marks(page).nth(0).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(marks(page).nth(1)).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(marks(page).nth(0)).toBeFocused();
});

test("a service below zero has no share, and is named; it is on the other side of zero in bars", async ({ page }) => {
  const { path } = await tab(page);
  const day = (cost: string) => [{ day: "2026-10-01", cost }];
  const services = [
    { service: "Compute", total: "300", days: day("300.0000") },
    { service: "Storage", total: "100", days: day("100") },
    { service: "Refunds", total: "-50.5", days: day("-50.5") },
  ];
  const consumption: Consumption = { month: "2026-10", months: ["2026-10"], currencies: [{ currency: "CNY", total: "349.5", services }] };
  await page.route("**/api/customers/*/consumption*", (route) => route.fulfill({ json: consumption }));
  await page.goto(`${path}&chart=share`);
  await expect(marks(page)).toHaveCount(2);
  await expect(marks(page).nth(0)).toHaveAccessibleName("Compute: ¥300.00 (75.0%)");
  await expect(marks(page).nth(1)).toHaveAccessibleName("Storage: ¥100.00 (25.0%)");
  await expect(page.getByText(zh.ui.no_share.replace("{names}", "Refunds -¥50.50"))).toBeVisible();
  await kind(page, zh.customers.chart_bars).check();
  await expect(marks(page).nth(0)).toHaveAccessibleName(/: ¥349\.50 \(Compute ¥300\.00, Storage ¥100\.00, Refunds -¥50\.50\)$/);
});

test("on paper there is the legend, no tip, and a white ground, whatever the theme", async ({ page }) => {
  const { path, consumption } = await tab(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(path);
  await marks(page).nth(0).focus();
  await expect(tip(page)).toBeVisible();
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  await expect(tip(page)).toBeHidden();
  await expect(page.locator(".chart__legend")).toContainText(consumption.currencies[0].services[0].service);
  expect(await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor)).toBe("rgb(255, 255, 255)");
});

for (const [scheme, locale, t] of [["light", "zh-CN", zh], ["dark", "en-US", en]] as const) {
  test.describe(scheme, () => {
    // axe puts its script into the page, which the page's own policy forbids.
    test.use({ colorScheme: scheme, locale, bypassCSP: true });

    test("no chart has an accessibility finding or needs sideways scrolling", async ({ page }) => {
      const { path } = await tab(page);
      await page.goto(path);
      for (const name of [t.customers.chart_bars, t.customers.chart_lines, t.customers.chart_shares]) {
        await kind(page, name).check();
        await marks(page).nth(1).focus();
        await expect(tip(page)).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).include(".consumption").analyze();
        expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(" | ")}`), name).toEqual([]);
        for (const width of [390, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          expect(await scrollsSideways(page), `${name} at ${width}`).toBe(false);
        }
      }
    });
  });
}
