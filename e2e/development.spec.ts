// Customer development, as product/source 000:7 and 003:15 to 003:20 tell it: customers are reported and invited, and
// come in by the customer's door.
import { expect, test, type Browser, type Page } from "@playwright/test";
import { ask, people, scrollsSideways, signedIn, texts, watchForErrors, type Language } from "./support/console";

type Report = { id: string; name: string; state: string };

/** Ends the reports of earlier runs, so that names are free. */
async function begin(page: Page) {
  await signedIn(page, people.plain);
  const { items } = await ask<{ items: Report[] }>(page, "/api/prospects?limit=100");
  const prospects = items.filter((r) => r.state === "reported").map((r) => r.id);
  if (prospects.length > 0) await page.request.post("/api/prospects/delete", { data: { prospects } });
}

const code = (text: string | null) => /\b\d{6}\b/.exec(text ?? "")?.[0] ?? "";

/** A customer with a phone, in a browser of its own. */
async function customer(browser: Browser, baseURL: string | undefined, locale: string) {
  const context = await browser.newContext({ baseURL, locale, viewport: { width: 390, height: 800 } });
  return context.newPage();
}

for (const [language, locale, tag] of [
  ["zh", "zh-CN", "Z"],
  ["en", "en-US", "E"],
] as [Language, string, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);
    const p = t.prospects;
    const d = t.door;
    const exact = (name: string) => ({ name, exact: true });

    test("with the mouse: reported, invited, associated, and in the list of customers", async ({ page, browser, baseURL }) => {
      const errors = watchForErrors(page);
      await begin(page);
      const run = Date.now().toString(36);
      const name = `${tag}北方重工${run}有限公司`;
      const email = `wang-${run}@${language}.example`;
      await page.goto("/customer-development");

      // 报备客户: what is missing is told at its field; then it is made.
      await page.getByRole("button", exact(p.report)).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(p.name).fill(name);
      await dialog.getByRole("button", exact(p.check)).click();
      await expect(dialog.getByText(t.faults.required)).toBeVisible();
      await dialog.getByLabel(p.phone).fill("138 0013 8000".replace("8000", String(1000 + (Date.now() % 9000))));
      await dialog.getByRole("button", exact(p.check)).click();
      await expect(dialog).toBeHidden();
      const row = page.getByRole("row").filter({ hasText: name });
      await expect(row).toContainText(p.state_reported);

      // The same customer again meets the report, and nothing is made.
      await page.getByRole("button", exact(p.report)).click();
      await dialog.getByLabel(p.name).fill(name.replace("有限公司", " 股份有限公司"));
      await dialog.getByLabel(p.email).fill(`else-${run}@${language}.example`);
      await dialog.getByRole("button", exact(p.check)).click();
      await expect(dialog.getByText(p.verdict_blocked)).toBeVisible();
      await expect(dialog.getByRole("button", exact(p.check))).toBeHidden();
      await dialog.getByRole("button", exact(t.ui.cancel)).click();
      await expect(dialog).toBeHidden();

      // 点击添加邮箱, then 邀请 with 关联类型 and a look at the mail.
      await row.getByRole("button", exact(p.add_email)).click();
      await dialog.getByLabel(p.email).fill(email);
      await dialog.getByRole("button", exact(p.save)).click();
      await expect(dialog).toBeHidden();
      await row.getByRole("button", exact(p.invite)).click();
      await dialog.getByRole("radio", exact(t.labels.resale)).check();
      await dialog.getByText(p.preview).click();
      await expect(dialog.getByText(name).last()).toBeVisible();
      await dialog.getByRole("button", exact(p.confirm)).click();
      const link = (await dialog.locator("code").textContent()) ?? "";
      expect(link).toContain("/invitation/");
      await dialog.getByRole("button", exact(t.ui.close)).last().click();

      // The customer opens it on a phone.
      const phone = await customer(browser, baseURL, locale);
      const phoneErrors = watchForErrors(phone);
      await phone.goto(new URL(link).pathname);
      await expect(phone.getByText(t.labels.resale)).toBeVisible();
      expect(await scrollsSideways(phone)).toBe(false);
      await phone.getByRole("button", exact(d.send_code)).click();
      const right = code(await phone.locator("pre").textContent());
      await phone.getByLabel(d.code).fill(right === "000000" ? "000001" : "000000");
      await phone.getByRole("button", exact(d.enter)).click();
      await expect(phone.getByRole("alert")).toBeVisible();
      await phone.getByLabel(d.code).fill(right);
      await phone.getByRole("button", exact(d.enter)).click();
      await phone.getByRole("textbox", { name: d.account_name }).fill(`wang-${run}`);
      await phone.getByRole("button", exact(d.associate)).click();
      await expect(phone.getByText(t.faults.required)).toBeVisible();
      for (const box of await phone.getByRole("checkbox").all()) await box.check();
      expect(await scrollsSideways(phone)).toBe(false);
      await phone.getByRole("button", exact(d.associate)).click();
      await expect(phone.getByRole("heading", exact(d.done))).toBeVisible();
      await phone.getByRole("link", exact(d.to_account)).click();
      await expect(phone.getByRole("region", { name: `wang-${run}` })).toContainText("蓝帆科技有限公司");
      await phone.getByText(d.log, { exact: true }).click();
      await expect(phone.getByText(d.log_created)).toBeVisible();
      // The link is used.
      await phone.goto(new URL(link).pathname);
      await expect(phone.getByText(d.used)).toBeVisible();
      expect(phoneErrors).toEqual([]);
      await phone.context().close();

      // The partner sees it everywhere.
      await page.goto("/customer-development?tab=invited");
      await expect(page.getByRole("row").filter({ hasText: name })).toContainText(p.inv_state_associated);
      await page.goto("/customer-development");
      await expect(row).toContainText(p.state_associated);
      await expect(row.getByRole("button", exact(p.delete))).toHaveCount(0);
      await row.getByRole("link", exact(name)).click();
      await expect(page.getByText(`wang-${run}`).first()).toBeVisible();
      expect(errors).toEqual([]);
    });

    test("with the keyboard: several are invited and deleted, and those left alone are told", async ({ page }) => {
      const errors = watchForErrors(page);
      await begin(page);
      const run = Date.now().toString(36);
      const names = [`${tag}东港纺织${run}有限公司`, `${tag}西域乳业${run}有限公司`];
      for (const [n, name] of names.entries()) {
        const data = n === 0 ? { name, email: `k-${run}@${language}.example` } : { name, phone: `+4930${Date.now() % 100_000_000}` };
        expect((await page.request.post("/api/prospects", { data })).status()).toBe(200);
      }
      await page.goto("/customer-development?q=" + run);
      for (const name of names) {
        await page.getByRole("row").filter({ hasText: name }).getByRole("checkbox").press("Space");
      }
      await page.getByRole("button", exact(p.invite_all)).press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", exact(p.confirm)).press("Enter");
      await expect(dialog.getByText(p.left_no_email)).toBeVisible();
      await expect(dialog.locator("code")).toHaveCount(1);
      await page.keyboard.press("Escape");
      await expect(dialog).toBeHidden();
      await page.getByRole("button", exact(p.delete_all)).press("Enter");
      await page.getByRole("button", exact(p.delete)).last().press("Enter");
      await expect(page.getByText(p.deleted_other.replace("{count}", "2"))).toBeVisible();
      await expect(page.getByRole("row").filter({ hasText: names[0] })).toHaveCount(0);
      await page.goto("/customer-development?tab=invited");
      await expect(page.getByRole("row").filter({ hasText: names[0] })).toContainText(p.inv_state_cancelled);
      expect(errors).toEqual([]);
    });

    test("a general link with its QR code; who cannot be associated is told why, and so is the partner", async ({ page, browser, baseURL }) => {
      const errors = watchForErrors(page);
      await begin(page);
      await page.goto("/customer-development?tab=offline");
      await expect(page.getByRole("img", exact(p.qr))).toBeVisible();
      await expect(page.getByRole("main").getByText("admin@lanfan.example", { exact: true })).toBeVisible();
      for (const [name, file] of [[p.download_svg, "svg"], [p.download_png, "png"]]) {
        const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", exact(name)).click()]);
        expect(download.suggestedFilename()).toBe(`invitation-consultative.${file}`);
      }
      const address = (await page.locator(".link-card code").textContent()) ?? "";
      const run = Date.now().toString(36);
      const phone = await customer(browser, baseURL, locale);
      await phone.goto(new URL(address).pathname);
      await phone.getByLabel(d.email).fill(`walk-${run}@${language}.example`);
      await phone.getByLabel(d.email).press("Enter");
      await phone.getByLabel(d.code).fill(code(await phone.locator("pre").textContent()));
      await phone.getByLabel(d.code).press("Enter");
      await phone.getByRole("textbox", { name: d.account_name }).fill(`walk-${run}`);
      for (const box of await phone.getByRole("checkbox").all()) await box.press("Space");
      await phone.getByRole("button", exact(d.associate)).press("Enter");
      await expect(phone.getByRole("heading", exact(d.done))).toBeVisible();
      // Once more with the same address.
      await phone.goto(new URL(address).pathname);
      await phone.getByRole("textbox", { name: d.account_name }).fill(`again-${run}`);
      for (const box of await phone.getByRole("checkbox").all()) await box.check();
      await phone.getByRole("button", exact(d.associate)).click();
      await expect(phone.getByRole("alert").filter({ hasText: p.cause_already_yours_cure })).toBeVisible();
      await phone.getByRole("button", exact(d.decline)).click();
      await expect(phone.getByText(d.declined)).toBeVisible();
      await phone.goto("/invitation/nothing-there");
      await expect(phone.getByText(d.dead_cure)).toBeVisible();
      await phone.goto("/account");
      await phone.getByRole("button", exact(d.leave)).click();
      await expect(phone.getByLabel(d.email)).toBeVisible();
      await phone.context().close();
      await page.goto("/customer-development?tab=invited&state=failed");
      await expect(page.getByRole("row").nth(1)).toContainText(p.cause_already_yours);
      expect(errors).toEqual([]);
    });

    test("a file is looked at first; the rows that cannot be come back with reasons", async ({ page }) => {
      const errors = watchForErrors(page);
      await begin(page);
      const run = Date.now().toString(36);
      await page.goto("/customer-development/import");
      const rows = [`${tag}南山建材${run}公司,,,a-${run}@${language}.example,`, ",,,nameless@x.example,", `${tag}无联系${run}公司,,,,`];
      const content = Buffer.from(["客户名称,联系人,手机号,邮箱,备注", ...rows].join("\r\n"));
      await page.getByLabel(p.file, { exact: true }).setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer: content });
      await expect(page.getByRole("row")).toHaveCount(3);
      await expect(page.getByRole("row").nth(1)).toContainText(t.faults.required);
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", exact(p.file_refused)).click(),
      ]);
      expect(download.suggestedFilename()).toBe("refused.csv");
      const go = (p.file_go_one ?? p.file_go_other).replace("{count}", "1");
      await page.getByRole("button", exact(go)).click();
      await expect(page.getByText(p.file_done_accepted, { exact: true })).toBeVisible();
      await page.getByRole("link", exact(p.file_back)).click();
      await expect(page.getByRole("row").filter({ hasText: `${tag}南山建材${run}公司` })).toBeVisible();
      await begin(page);
      expect(errors).toEqual([]);
    });
  });
}
