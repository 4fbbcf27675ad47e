// Files of lists, and which columns a list shows.
import { expect, test, type Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { people, signedIn, texts, type Language } from "./support/console";

/** Asks for a file of the list on the page, and waits for it on the page of exports. */
async function exported(page: Page, t: ReturnType<typeof texts>, format: string): Promise<string> {
  await page.getByRole("button", { name: t.exports.export, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: format }).check();
  await dialog.getByRole("button", { name: t.exports.export, exact: true }).click();
  await expect(page).toHaveURL(/\/exports$/);
  const row = page.getByRole("row").nth(1);
  await expect(row.getByText(t.exports.done)).toBeVisible();
  const waiting = page.waitForEvent("download");
  await row.getByRole("link").click();
  return (await waiting).path();
}

/** The records of a simple CSV file. */
function records(path: string): string[] {
  const text = readFileSync(path, "utf8");
  expect(text.startsWith("\ufeff")).toBe(true);
  return text.slice(1).trimEnd().split("\r\n");
}

for (const [language, locale] of [["zh", "zh-CN"], ["en", "en-US"]] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);

    test("a file has the rows that the list says, and the columns that it shows", async ({ page }) => {
      await signedIn(page, people.admin);
      await page.goto("/customers?association=resale&q=科技&sort=name");
      const total = await page.getByRole("status").filter({ hasText: /\d/ }).first().innerText();
      const count = Number(/\d[\d,]*/.exec(total)?.[0].replace(",", ""));
      expect(count).toBeGreaterThan(25);
      const lines = records(await exported(page, t, t.exports.format_csv));
      expect(lines.length - 1).toBe(count);
      expect(lines[0]?.split(",")[0]).toBe(t.customers.name);
      expect(lines[0]).not.toContain(t.exports.column_email);
      await expect(page.getByRole("row").nth(1)).toContainText(count.toLocaleString(locale));
      // It is deleted after a question.
      await page.getByRole("row").nth(1).getByRole("button", { name: t.exports.delete }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: t.exports.delete }).click();
      await expect(page.getByRole("row").nth(1).getByText(t.exports.gone)).toBeVisible();
    });
  });
}

const t = texts("zh");
test.use({ locale: "zh-CN" });

test("a workbook comes too, and what one may not see is masked in it", async ({ page }) => {
  await signedIn(page, people.operator);
  await page.goto("/customers");
  const path = await exported(page, t, t.exports.format_xlsx);
  expect(readFileSync(path).subarray(0, 2).toString()).toBe("PK");
  await expect(page.getByRole("row").nth(1)).toContainText("已匿名");
});

test("columns are hidden and moved with the keyboard, and stay so", async ({ page }) => {
  await signedIn(page, people.admin);
  await page.goto("/customers");
  const heads = page.getByRole("columnheader");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  const before = await heads.allInnerTexts();
  const picker = page.getByRole("button", { name: t.columns.title });
  await picker.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: t.columns.title });
  await dialog.getByRole("checkbox", { name: t.customers.phone }).focus();
  await page.keyboard.press("Space");
  const up = dialog.getByRole("button", { name: t.columns.up?.replace("{name}", t.customers.verified ?? "") });
  for (let step = 0; step < 2; step += 1) {
    await up.focus();
    await page.keyboard.press("Enter");
    await expect(up).toBeFocused();
  }
  // The row's name has its place.
  await expect(dialog.getByRole("checkbox", { name: t.customers.name, exact: true })).toBeDisabled();
  await page.keyboard.press("Escape");
  await expect(picker).toBeFocused();
  // The first is that of the boxes by which rows are chosen.
  const wanted = [0, 1, 4, 2, 3, 5, 6, 7, 8, 9].map((at) => before[at]).filter((h) => h !== undefined && h !== t.customers.phone);
  await expect(heads).toHaveText(wanted as string[]);
  const cells = page.getByRole("row").nth(1).getByRole("cell");
  await expect(cells).toHaveCount(wanted.length - 1);
  await page.reload();
  await expect(heads).toHaveText(wanted as string[]);
  const lines = records(await exported(page, t, t.exports.format_csv));
  expect(lines[0]).toBe(wanted.slice(1, -1).map((head) => head?.trim()).join(","));
  await page.goto("/customers");
  await picker.click();
  await dialog.getByRole("button", { name: t.columns.reset }).click();
  await page.keyboard.press("Escape");
  await expect(heads).toHaveText(before);
});

test("a column is moved with the mouse", async ({ page }) => {
  await signedIn(page, people.admin);
  await page.goto("/adjustments");
  await page.getByRole("button", { name: t.columns.title }).click();
  const dialog = page.getByRole("dialog", { name: t.columns.title });
  const item = (name: string | undefined) => dialog.getByRole("listitem").filter({ hasText: name });
  await item(t.funds.memo).dragTo(item(t.funds.kind));
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader").nth(1)).toHaveText(t.funds.memo ?? "");
});

test("a file is in the language of the page, and knows nothing of what is not a filter", async ({ page }) => {
  await signedIn(page, people.admin);
  await page.addInitScript(() => localStorage.setItem("language", "en"));
  await page.goto("/customers?association=resale&from=elsewhere");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  const en = texts("en");
  const lines = records(await exported(page, en, en.exports.format_csv ?? ""));
  expect(lines[0]).toContain(en.customers.association ?? "");
  expect(lines[1]).toContain(en.labels.resale ?? "");
});
