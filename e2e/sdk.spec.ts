// What a program does with the official SDK is seen in the browser.
import { expect, test } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { people, resaleCustomer, signedIn, texts } from "./support/console";

type Account = { email: string; domain_id: string; access_key: string; secret_key: string };

test("an appropriation by the official SDK appears in the records and the balance", async ({ page, baseURL }) => {
  const python = process.env.TEST_PYTHON;
  test.skip(!python, "TEST_PYTHON is not set: ./dev test sets it");
  const t = texts("zh");
  const program = process.env.PARTNER_CENTER_PROGRAM ?? "target/release/partner-center";
  const accounts = JSON.parse(execFileSync(program, ["demo", "accounts", "--json"]).toString()) as Account[];
  const key = accounts.find((a) => a.email === people.admin.email) as Account;
  await signedIn(page, people.admin);
  const customer = await resaleCustomer(page, 20);
  const transfer = execFileSync(python as string, [
    "e2e/support/appropriate.py",
    baseURL as string,
    key.access_key,
    key.secret_key,
    key.domain_id,
    customer.id,
    "4321.09",
  ])
    .toString()
    .trim();
  await page.goto(`/customers/${customer.id}?tab=adjustments`);
  await expect(page.getByRole("row").filter({ hasText: "4,321.09" })).toHaveCount(1);
  await page.goto(`/transfers/${transfer}`);
  await expect(page.getByRole("main")).toContainText(key.access_key);
  await expect(page.getByRole("main")).toContainText("4,321.09");
  await expect(page.getByText(t.funds.transfer_id).first()).toBeVisible();
});
