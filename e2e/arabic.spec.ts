// Right to left as a tested property: the console with a language that is only in this test, whose texts
// are the English ones with Arabic around them (checklist 65, 66).
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { people, scrollsSideways, signedIn } from "./support/console";
import { addresses, open } from "./support/routes";

test.use({ locale: "ar", bypassCSP: true });
test.describe.configure({ timeout: 240_000 });

/** Adds the language to what the start script knows. */
async function withArabic(page: Page) {
  const html = await (await page.request.get("/")).text();
  const boot = /src="(\/boot-[^"]+)"/.exec(html)?.[1] ?? "";
  const script = await (await page.request.get(boot)).text();
  const file = /\["en","[^"]+","ltr","([^"]+)"\]/.exec(script)?.[1] ?? "";
  const english = (await (await page.request.get(file)).json()) as unknown[];
  const wrap = (text: string) => `نص ${text}`;
  const texts = english.map((text) =>
    typeof text === "string" ? wrap(text) : Object.fromEntries(Object.entries(text as object).map(([form, words]) => [form, wrap(words as string)])),
  );
  await page.route(`**${boot}`, (route) =>
    route.fulfill({ contentType: "text/javascript", body: script.replace('[["zh"', '[["ar","العربية","rtl","/texts/ar.json"],["zh"') }),
  );
  await page.route("**/texts/ar.json", (route) => route.fulfill({ json: texts }));
}

test("every page is mirrored: menu at the right, amounts and ids from left to right, nothing cut off", async ({ page }) => {
  await signedIn(page, people.admin);
  await withArabic(page);
  for (const path of await addresses(page)) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await open(page, path);
    await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
    const menu = await page.getByRole("navigation").nth(1).boundingBox();
    expect(menu?.x ?? 0, `${path}: the menu`).toBeGreaterThan(640);
    const heading = await page.getByRole("heading", { level: 1 }).boundingBox();
    expect(heading?.x ?? 0, `${path}: the heading begins at the right`).toBeGreaterThan(200);
    expect(await scrollsSideways(page), path).toBe(false);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await scrollsSideways(page), `${path} at 390`).toBe(false);
  }
});

test("amounts, numbers and ids keep their direction, and the sides of a table change places", async ({ page }) => {
  await signedIn(page, people.admin);
  await withArabic(page);
  await open(page, "/customers");
  const name = await page.getByRole("rowheader").first().boundingBox();
  const actions = await page.getByRole("row").nth(1).getByRole("cell").last().boundingBox();
  expect(name?.x ?? 0).toBeGreaterThan(actions?.x ?? 0);
  const amount = page.locator("td .number").first();
  expect(await amount.evaluate((e) => getComputedStyle(e).unicodeBidi)).toMatch(/isolate/);
  // Numbers as the locale writes them, with the currency.
  await expect(amount).toContainText(/CN|¥/);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`no serious accessibility finding from right to left, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await signedIn(page, people.admin);
    await withArabic(page);
    for (const path of ["/customers", "/batches", "/settings", "/notices", "/imports/new"]) {
      await open(page, path);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
      expect(found.map((v) => `${v.id} ${v.nodes[0].html}`), path).toEqual([]);
    }
  });
}
