// Four-eyes approval: one member asks, another decides; nobody decides their own.
import { expect, test, type Browser, type Page } from "@playwright/test";
import { ask, newestCode, newestMessage, people, resaleCustomer, signedIn, texts, watchForErrors, type Language } from "./support/console";

type Settings = { verification: boolean; code_from: unknown; approval_from: unknown };

/** From here on appropriations of 777 wait. Lowering the limit takes no code, and a person has only ten a day. */
async function limit(page: Page) {
  const now = await ask<Settings>(page, "/api/partner/settings");
  const answer = await page.request.put("/api/partner/settings", {
    data: { ...now, approval_from: { amount: "777.00", currency: "CNY" } },
    headers: { "idempotency-key": `limit-${Math.random().toString().slice(2)}` },
  });
  expect(answer.status()).toBe(200);
}

async function session(browser: Browser, locale: string, baseURL: string | undefined, person: keyof typeof people) {
  const page = await (await browser.newContext({ locale, baseURL })).newPage();
  await signedIn(page, people[person]);
  return page;
}

// The last test takes the limit away that the others work under.
test.describe.configure({ mode: "serial", timeout: 120_000 });

for (const [language, locale, n] of [
  ["zh", "zh-CN", 20],
  ["en", "en-US", 21],
] as [Language, string, number][]) {
  test(`in ${language}: asked for with the mouse, approved with the keyboard, refused with a reason`, async ({ browser, baseURL }) => {
    const t = texts(language);
    const a = t.approvals;
    const reason = `contract not signed (${language})`;
    const admin = await session(browser, locale, baseURL, "admin");
    const finance = await session(browser, locale, baseURL, "finance");
    const errors = watchForErrors(finance);
    await limit(admin);
    try {
      const customer = await resaleCustomer(admin, n);
      const open = async () => {
        await admin.goto(`/customers/${customer.id}?act=appropriate&for=${customer.id}`);
        const dialog = admin.getByRole("dialog");
        await dialog.getByLabel(new RegExp(`^${t.funds.amount}`)).fill("777");
        await dialog.getByRole("button", { name: t.funds.to_review, exact: true }).click();
        await expect(dialog.getByText(a.will_wait)).toBeVisible();
        await dialog.getByRole("button", { name: a.submit, exact: true }).click();
        await expect(dialog.getByText(a.submitted, { exact: true })).toBeFocused();
        await dialog.getByRole("button", { name: t.ui.close, exact: true }).last().click();
        await expect(dialog).toHaveCount(0);
      };
      const available = async () => (await ask<{ row: { available: { amount: string } } }>(admin, `/api/customers/${customer.id}`)).row.available.amount;
      const before = await available();
      await open();
      expect(await available()).toBe(before);

      // The count comes to the other member's menu without a reload.
      await finance.goto("/customers");
      const menu = finance.getByRole("navigation", { name: t.app.side_navigation }).getByRole("link", { name: a.title });
      await expect(menu).toContainText("1");
      await menu.click();
      const row = finance.getByRole("row").filter({ hasText: customer.name }).filter({ hasText: a.waiting });
      await row.getByRole("button", { name: a.approve, exact: true }).press("Enter");
      const dialog = finance.getByRole("dialog");
      await expect(dialog.getByText("777.00")).toBeVisible();
      const message = await newestMessage(finance);
      await dialog.getByRole("button", { name: a.approve, exact: true }).press("Enter");
      await expect(dialog.getByLabel(t.codes.code)).toBeFocused();
      await finance.keyboard.type(await newestCode(finance, message));
      await finance.keyboard.press("Enter");
      await expect(dialog).toHaveCount(0);
      await expect(finance.getByRole("row").filter({ hasText: customer.name }).first()).toContainText(a.approved);
      await expect.poll(available).not.toBe(before);
      await expect(menu).not.toContainText("1");

      await open();
      await row.getByRole("button", { name: a.refuse, exact: true }).click();
      await dialog.getByRole("button", { name: a.refuse, exact: true }).click();
      await expect(dialog.getByLabel(a.reason)).toHaveAttribute("aria-invalid", "true");
      await dialog.getByLabel(a.reason).fill(reason);
      await dialog.getByRole("button", { name: a.refuse, exact: true }).click();
      await expect(dialog).toHaveCount(0);
      // Who asked sees why, and has nothing to decide there.
      await admin.goto("/approvals");
      const own = admin.getByRole("row").filter({ hasText: reason });
      await expect(own).toContainText(a.refused);
      await expect(own.getByRole("button", { name: a.approve, exact: true })).toHaveCount(0);

      await open();
      await admin.goto("/approvals");
      const waiting = admin.getByRole("row").filter({ hasText: a.waiting });
      await waiting.getByRole("button", { name: a.withdraw, exact: true }).click();
      await admin.getByRole("alertdialog").getByRole("button", { name: a.withdraw, exact: true }).click();
      await expect(waiting).toHaveCount(0);
      expect(errors).toEqual([]);
    } finally {
      await admin.context().close();
      await finance.context().close();
    }
  });
}

test("limits are set in the settings, loosened with a code", async ({ page }) => {
  const t = texts("zh");
  await signedIn(page, people.admin);
  await page.goto("/settings");
  const field = page.getByLabel(new RegExp(`^${t.partner.approval_from}`));
  const save = page.getByRole("region", { name: t.partner.limits }).getByRole("button", { name: t.ui.save, exact: true });
  await field.fill("x");
  await save.click();
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await field.fill("500");
  await save.click();
  await expect(field).toHaveValue("500.00");
  await field.fill("");
  const before = await newestMessage(page);
  await save.click();
  await page.getByRole("dialog").getByLabel(t.codes.code).fill(await newestCode(page, before));
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await ask<Settings>(page, "/api/partner/settings")).approval_from).toBeNull();
});
