// Access keys: made with a code, shown once, used by a program, revoked.
import { expect, test, type Page } from "@playwright/test";
import { createHash, createHmac } from "node:crypto";
import { newestCode, newestMessage, people, signedIn, texts, watchForErrors, type Language } from "./support/console";

/** What the published API answers to a signed call (product/signing.md), from outside of the browser. */
async function balances(page: Page, access: string, secret: string): Promise<number> {
  const { host, origin } = new URL(page.url());
  const path = "/v2/accounts/partner-accounts/balances";
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const canonical = `GET\n${path}/\n\nhost:${host}\nx-sdk-date:${date}\n\nhost;x-sdk-date\n${hash("")}`;
  const signature = createHmac("sha256", secret).update(`SDK-HMAC-SHA256\n${date}\n${hash(canonical)}`).digest("hex");
  const authorization = `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=host;x-sdk-date, Signature=${signature}`;
  const answer = await fetch(origin + path, { headers: { "x-sdk-date": date, authorization } });
  return answer.status;
}

for (const [language, locale] of [
  ["zh", "zh-CN"],
  ["en", "en-US"],
] as [Language, string][]) {
  test(`in ${language}: a key is made with a code, works, and is revoked`, async ({ browser, baseURL }) => {
    const page = await (await browser.newContext({ locale, baseURL })).newPage();
    const t = texts(language);
    const k = t.keys;
    const errors = watchForErrors(page);
    await signedIn(page, people.finance);
    await page.goto("/access-keys");
    const name = `nightly ${language}`;
    await page.getByRole("button", { name: k.create, exact: true }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel(k.name, { exact: true })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(dialog.getByLabel(k.name, { exact: true })).toHaveAttribute("aria-invalid", "true");
    await page.keyboard.type(name);
    // Only what the person may do is offered.
    await expect(dialog.getByLabel(t.labels.may_customers_verify, { exact: true })).toHaveCount(0);
    await dialog.getByLabel(t.labels.may_funds_read, { exact: true }).press("Space");
    await dialog.getByLabel(k.validity).selectOption("30");
    const before = await newestMessage(page);
    await dialog.getByRole("button", { name: k.create, exact: true }).press("Enter");
    await expect(dialog.getByLabel(t.codes.code)).toBeFocused();
    await page.keyboard.type(await newestCode(page, before));
    await page.keyboard.press("Enter");
    await expect(dialog.getByText(k.shown_once)).toBeVisible();
    const [access, secret] = await dialog.locator("code").allInnerTexts();
    expect([access.length, secret.length]).toEqual([20, 40]);
    expect(await balances(page, access, secret)).toBe(200);
    // What is shown this once is not lost by one Esc.
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").getByRole("button", { name: t.ui.go_back }).press("Enter");
    await expect(dialog.getByText(k.shown_once)).toBeVisible();
    await dialog.getByRole("button", { name: t.ui.saved_it }).press("Enter");
    await expect(dialog).toHaveCount(0);

    const row = page.getByRole("row").filter({ hasText: name });
    await expect(row).toContainText(k.active);
    await expect(page.getByText(secret)).toHaveCount(0);
    await row.getByRole("button", { name: k.revoke, exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: k.revoke, exact: true }).click();
    await expect(row).toContainText(k.revoked);
    expect(await balances(page, access, secret)).toBe(401);
    expect(errors).toEqual([]);
    await page.context().close();
  });
}

test("whoever may not call the API is told so, and sees no others' keys", async ({ page }) => {
  const t = texts("zh");
  await signedIn(page, people.manager);
  await page.goto("/access-keys");
  const create = page.getByRole("button", { name: t.keys.create, exact: true });
  await expect(create).toHaveAttribute("aria-disabled", "true");
  await expect(page.getByText(t.keys.may_not)).toBeAttached();
});
