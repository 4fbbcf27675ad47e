// The shell: languages, themes, accessibility, access by role, sessions, safety of the page.
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { ask, people, resaleCustomer, signedIn, signIn, texts, watchForErrors, type Customer } from "./support/console";
import { addresses } from "./support/routes";

const zh = texts("zh");
const en = texts("en");


async function serious(page: Page): Promise<string[]> {
  const result = await new AxeBuilder({ page }).analyze();
  return result.violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(" | ")}`);
}

for (const scheme of ["light", "dark"] as const) {
  test.describe(scheme, () => {
    // axe puts its script into the page, which the page's own policy forbids.
    test.use({ colorScheme: scheme, bypassCSP: true });

    test("no page has a serious accessibility finding, nor a dialog", async ({ page }) => {
      test.setTimeout(180_000);
      await page.goto("/customers");
      await expect(page.getByLabel(zh.identity.email)).toBeVisible();
      expect(await serious(page), "sign-in").toEqual([]);
      await signedIn(page, people.admin);
      for (const path of await addresses(page)) {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
        await page.waitForLoadState("networkidle");
        expect(await serious(page), path).toEqual([]);
      }
      const customer = await resaleCustomer(page, 5);
      await page.goto(`/customers/${customer.id}?act=appropriate&for=${customer.id}`);
      await expect(page.getByRole("dialog").getByRole("textbox").first()).toBeVisible();
      expect(await serious(page), "dialog").toEqual([]);
      for (const button of [zh.columns.title, zh.exports.export]) {
        await page.goto("/adjustments");
        await page.getByRole("button", { name: button, exact: true }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        expect(await serious(page), button).toEqual([]);
      }
    });
  });
}

test("no page breaks its policy or logs an error, and titles name the object", async ({ page }) => {
  const errors = watchForErrors(page);
  await signedIn(page, people.admin);
  const titles = new Set<string>();
  for (const path of await addresses(page)) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    titles.add(await page.title());
  }
  expect(errors).toEqual([]);
  expect(titles.size).toBeGreaterThanOrEqual(7);
  const customer = await resaleCustomer(page, 5);
  await page.goto(`/customers/${customer.id}`);
  await expect(page).toHaveTitle(new RegExp(customer.name));
});

test("an injected inline script does not run", async ({ page }) => {
  await signedIn(page, people.admin);
  await page.goto("/customers");
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    try {
      script.textContent = "window.injected = true";
      document.body.append(script);
    } catch {
      // Trusted Types refuse it earlier.
    }
    return "injected" in window;
  });
  expect(ran).toBe(false);
});

test("the language switches in place, and no key is left untranslated", async ({ page }) => {
  await signedIn(page, people.admin);
  await page.goto("/customers?association=resale");
  await expect(page.getByRole("heading", { level: 1, name: zh.customers.title })).toBeVisible();
  await page.getByRole("button", { name: zh.app.language }).click();
  await page.getByRole("radio", { name: en.language.name }).or(page.getByRole("menuitemradio", { name: en.language.name })).or(page.getByRole("button", { name: en.language.name })).first().click();
  await expect(page.getByRole("heading", { level: 1, name: en.customers.title })).toBeVisible();
  await expect(page).toHaveURL(/association=resale/);
  await expect(page.locator("html")).toHaveAttribute("lang", /^en/);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: en.customers.title })).toBeVisible();
  const body = await page.locator("body").innerText();
  expect(body).not.toMatch(/\b[a-z]+\.[a-z]+_[a-z_]+\b/);
});

test("an operator without money rights is told why, and who can change it", async ({ page }) => {
  await signedIn(page, people.operator);
  const customer = await resaleCustomer(page, 0);
  await page.goto(`/customers/${customer.id}`);
  const button = page.getByRole("button", { name: zh.labels.appropriation, exact: true });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await button.focus();
  await expect(button).toBeFocused();
  await page.goto("/funds");
  await expect(page.getByText(zh.app.no_access, { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("link", { name: zh.funds.funds, exact: true })).toHaveCount(0);
});

test("a customer manager sees the assigned customers only", async ({ page }) => {
  await signedIn(page, people.admin);
  const all = await ask<{ items: (Customer & { manager: string | null })[] }>(page, "/api/customers?limit=100");
  const foreign = all.items.find((c) => c.manager === null);
  await signedIn(page, people.manager);
  const own = await ask<{ items: (Customer & { manager: string | null })[] }>(page, "/api/customers?limit=100");
  expect(own.items.length).toBeGreaterThan(0);
  expect(own.items.every((c) => c.manager === "陈立")).toBe(true);
  await page.goto(`/customers/${foreign?.id}`);
  await expect(page.getByText(zh.app.not_found).or(page.getByText(zh.errors.not_found)).first()).toBeVisible();
});

test("personal data is masked until it is asked for, and the look is on record", async ({ page }) => {
  await signedIn(page, people.admin);
  const customer = await resaleCustomer(page, 6);
  await page.goto(`/customers/${customer.id}`);
  await expect(page.getByText(/1\d\d\*{4}\d{4}/).first()).toBeVisible();
  await page.getByRole("button", { name: zh.customers.reveal }).first().click();
  await expect(page.getByText(/\b1\d{10}\b/).first()).toBeVisible();
  const audit = await ask<{ items: { action: string }[] }>(page, `/api/audit?subject=${customer.id}`);
  expect(audit.items[0].action).toBe("customers.revealed");
});

test("sessions can be ended one by one, and signing out ends this one", async ({ page, browser }) => {
  const other = await browser.newContext({ locale: "zh-CN" });
  const otherPage = await other.newPage();
  await signIn(otherPage, people.plain, zh);
  await signIn(page, people.plain, zh);
  await page.goto("/sessions");
  await expect(page.getByRole("row")).not.toHaveCount(1);
  await page.getByRole("button", { name: zh.identity.end, exact: true }).first().click();
  await expect.poll(async () => (await otherPage.request.get("/api/session")).status()).toBe(401);
  await page.getByRole("button", { name: new RegExp(zh.app.account) }).first().click();
  await page.getByRole("button", { name: zh.app.sign_out }).or(page.getByRole("menuitem", { name: zh.app.sign_out })).first().click();
  await expect(page.getByLabel(zh.identity.email)).toBeVisible();
  expect((await page.request.get("/api/session")).status()).toBe(401);
  await other.close();
});

test("something readable is there before and without WebAssembly", async ({ request }) => {
  const html = await (await request.get("/customers")).text();
  expect(html).toContain("Partner Center");
  const noscript = /<noscript>(.*?)<\/noscript>/s.exec(html)?.[1] ?? "";
  expect(noscript).toContain("请启用 JavaScript");
  expect(noscript).toContain("turn JavaScript on");
});
