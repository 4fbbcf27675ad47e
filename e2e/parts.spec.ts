// The program comes in parts: what a page is made of is fetched when the page is opened, or shortly before.
import { expect, test, type Page } from "@playwright/test";
import { people, resaleCustomer, signedIn, texts, watchForErrors, type Language } from "./support/console";

const PARTS = "**/part-*.wasm";

/** What the list of customers is made of besides the program itself: its own part, and what it shares. */
const OF_THE_LIST = 3;

/** Opens the list of customers, and holds back every part that it does not need. */
async function listAlone(page: Page, hold: () => Promise<"go" | "lose">) {
  await signedIn(page, people.plain);
  const needed = new Set<string>();
  await page.route(PARTS, async (route) => {
    const file = route.request().url();
    if (needed.size < OF_THE_LIST) needed.add(file);
    if (needed.has(file) || (await hold()) === "go") await route.continue();
    else await route.abort();
  });
  await page.goto("/customers");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
}

for (const [language, locale] of [["zh", "zh-CN"], ["en", "en-US"]] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);

    test("while a part is on its way the page has its title, and the keyboard stays in it", async ({ page }) => {
      const errors = watchForErrors(page);
      let open = () => {};
      const opened = new Promise<void>((resolve) => (open = resolve));
      await listAlone(page, async () => {
        await opened;
        return "go";
      });
      await page.getByRole("navigation").getByRole("link", { name: t.organisation.title, exact: true }).focus();
      await page.keyboard.press("Enter");
      const heading = page.getByRole("heading", { level: 1, name: t.organisation.title });
      await expect(heading).toBeFocused();
      await expect(page).toHaveTitle(new RegExp(t.organisation.title ?? ""));
      await expect(page.getByRole("main").getByRole("row")).toHaveCount(0);
      open();
      await expect(page.getByRole("main").getByRole("row").nth(1)).toBeVisible();
      await expect(heading).toBeFocused();
      expect(errors).toEqual([]);
    });

    test("a part that does not come is said with a way to try again", async ({ page }) => {
      const errors = watchForErrors(page);
      let line: "go" | "lose" = "lose";
      await listAlone(page, async () => line);
      await page.getByRole("navigation").getByRole("link", { name: t.organisation.title, exact: true }).click();
      const said = page.getByRole("alert").filter({ hasText: t.errors.part });
      await expect(said).toBeVisible();
      await page.getByRole("button", { name: t.errors.retry, exact: true }).click();
      await expect(said).toBeVisible();
      line = "go";
      await page.getByRole("button", { name: t.errors.retry, exact: true }).click();
      await expect(page.getByRole("main").getByRole("row").nth(1)).toBeVisible();
      await expect(said).toBeHidden();
      expect(errors).toEqual([]);
    });

    test("a dialog whose part does not come says so, and opens with the next try", async ({ page }) => {
      let line: "go" | "lose" = "lose";
      await listAlone(page, async () => line);
      const customer = await resaleCustomer(page, 0);
      await page.goto(`/customers?act=appropriate&for=${customer.id}`);
      const dialog = page.getByRole("dialog");
      await expect(dialog).toContainText(t.errors.part ?? "");
      line = "go";
      await dialog.getByRole("button", { name: t.errors.retry, exact: true }).click();
      await expect(dialog.getByLabel(new RegExp(`^${t.funds.amount}`))).toBeVisible();
      await expect(page.getByRole("dialog")).toHaveCount(1);
    });
  });
}

test("what is pointed at comes before it is opened, and the rest one by one", async ({ page }) => {
  await signedIn(page, people.plain);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (/part-\w+\.wasm$/.test(request.url())) asked.push(request.url());
  });
  await page.goto("/customers");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  const first = asked.length;
  expect(first).toBeGreaterThan(0);
  const t = texts("zh");
  const link = page.getByRole("navigation").getByRole("link", { name: t.organisation.title, exact: true });
  await link.hover();
  await expect.poll(() => asked.length).toBeGreaterThan(first);
  // In the end everything is here, and each file came once.
  await expect.poll(() => asked.length, { timeout: 30_000 }).toBe(new Set(asked).size);
  let before = -1;
  await expect
    .poll(
      () => {
        const still = before === asked.length;
        before = asked.length;
        return still;
      },
      { timeout: 40_000, intervals: [5_000] },
    )
    .toBe(true);
  expect(new Set(asked).size).toBe(asked.length);
  await page.route(PARTS, (route) => route.abort());
  for (const title of [t.organisation.title, t.webhooks.title, t.batches.title]) {
    await page.getByRole("navigation").getByRole("link", { name: title, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await expect(page.getByRole("alert").filter({ hasText: t.errors.part })).toHaveCount(0);
  }
});
