// The partner's information, its name and logo in the console, and what a person prefers.
import { expect, test } from "@playwright/test";
import { ask, people, signedIn, texts, watchForErrors, type Language } from "./support/console";

/** A picture of one red pixel. */
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==", "base64");

for (const [language, locale] of [
  ["zh", "zh-CN"],
  ["en", "en-US"],
] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);
    const p = t.partner;

    test("name and logo are the partner's in the console, for everybody of it", async ({ page, browser, baseURL }) => {
      const errors = watchForErrors(page);
      await signedIn(page, people.admin);
      await page.goto("/customers");
      await page.getByRole("banner").getByRole("button", { name: new RegExp(`^${t.app.account}`) }).click();
      await page.getByRole("link", { name: p.company }).click();
      const name = page.getByLabel(p.display_name);
      const save = page.getByRole("region", { name: p.company_details }).getByRole("button", { name: t.ui.save, exact: true });
      await page.getByLabel(p.website).fill("nowhere");
      await save.click();
      await expect(page.getByLabel(p.website)).toHaveAttribute("aria-invalid", "true");
      await page.getByLabel(p.website).fill("https://xinghe.example");
      await name.fill(`Xinghe ${language}`);
      // Leaving with unsaved input asks first.
      await page.getByRole("banner").getByRole("link", { name: t.app.sales, exact: true }).click();
      await page.getByRole("button", { name: t.ui.keep_editing, exact: true }).click();
      // Another logo does not take away what is being typed.
      await page.getByLabel(p.logo_choose).setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: PNG });
      await expect(page.getByRole("banner").locator("img")).toHaveJSProperty("naturalWidth", 1);
      await expect(name).toHaveValue(`Xinghe ${language}`);
      await save.click();
      await expect(page.getByRole("banner")).toContainText(`Xinghe ${language}`);

      const other = await (await browser.newContext({ locale, baseURL })).newPage();
      await signedIn(other, people.manager);
      await other.goto("/company");
      await expect(other.getByRole("banner")).toContainText(`Xinghe ${language}`);
      await expect(other.getByRole("main").locator("code")).toHaveText("d0a1000000004c0e9f10000000000001");
      await expect(other.getByRole("button", { name: t.ui.save, exact: true })).toHaveAttribute("aria-disabled", "true");
      await other.context().close();

      await page.getByRole("button", { name: p.logo_remove }).click();
      await expect(page.getByRole("banner").locator("img")).toHaveCount(0);
      await page.getByLabel(p.display_name).fill("");
      await save.click();
      await expect(page.getByRole("banner")).toContainText(t.app.product);
      expect(errors).toEqual([]);
    });
  });
}

test("a person's language and zone are the same on another machine", async ({ page, browser, baseURL }) => {
  const [zh, en] = [texts("zh"), texts("en")];
  await signedIn(page, people.operator);
  await page.goto("/settings");
  await page.getByLabel(zh.partner.zone).selectOption("Pacific/Auckland");
  await page.getByLabel(zh.app.language, { exact: true }).and(page.locator("select")).selectOption("en");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(en.partner.profile);
  const preferences = async () => (await ask<{ preferences: { language: string; zone: string } }>(page, "/api/session")).preferences;
  await expect.poll(preferences).toEqual({ language: "en", zone: "Pacific/Auckland" });

  const other = await (await browser.newContext({ locale: "zh-CN", timezoneId: "Asia/Shanghai", baseURL })).newPage();
  await signedIn(other, people.operator);
  await other.goto("/sessions");
  await expect(other.getByRole("heading", { level: 1 })).toHaveText(en.identity.sessions);
  const title = await other.getByRole("main").locator("time").first().getAttribute("title");
  expect(title).toMatch(/GMT\+1[23]|NZ[DS]T/);
  await other.context().close();
  await page.request.put("/api/person/preferences", { data: { language: "", zone: "" } });
});
