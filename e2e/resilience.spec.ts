// What goes wrong: wrong codes, second clicks, lost answers, reloads, no network.
import { expect, test, type Page } from "@playwright/test";
import { appropriations, newestCode, newestMessage, people, resaleCustomer, signedIn, texts, type Customer } from "./support/console";

const t = texts("zh");

/** Opens the dialog for a customer and goes on to the review. */
async function toReview(page: Page, customer: Customer, amount: string) {
  await page.goto(`/customers/${customer.id}`);
  await page.getByRole("button", { name: t.labels.appropriation, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(new RegExp(`^${t.funds.amount}`)).fill(amount);
  await dialog.getByRole("button", { name: t.funds.to_review, exact: true }).click();
  return dialog;
}

const submit = (dialog: import("@playwright/test").Locator) =>
  dialog.getByRole("button", { name: t.labels.appropriation, exact: true });

test("a wrong code keeps the form, tells the tries left, and moves nothing", async ({ page }) => {
  await signedIn(page, people.admin);
  const customer = await resaleCustomer(page, 10);
  const count = await appropriations(page, customer.id);
  const message = await newestMessage(page);
  const dialog = await toReview(page, customer, "3.00");
  await submit(dialog).click();
  const field = dialog.getByLabel(t.codes.code);
  await expect(field).toBeVisible();
  const right = await newestCode(page, message);
  const wrong = right === "000000" ? "111111" : "000000";
  await field.fill(wrong);
  const confirm = submit(dialog);
  if (await confirm.isEnabled()) await confirm.click().catch(() => undefined);
  await expect(dialog).toContainText("4");
  await expect(field).toBeVisible();
  expect(await appropriations(page, customer.id)).toBe(count);
  await field.fill(right);
  if (await confirm.isVisible()) await confirm.click().catch(() => undefined);
  await expect(dialog).toContainText(t.funds.transfer_id);
  expect(await appropriations(page, customer.id)).toBe(count + 1);
});

test("a double click moves once", async ({ page }) => {
  await signedIn(page, people.plain);
  const customer = await resaleCustomer(page, 0);
  const count = await appropriations(page, customer.id);
  const dialog = await toReview(page, customer, "1.00");
  await submit(dialog).dblclick();
  await expect(dialog).toContainText(t.funds.transfer_id);
  expect(await appropriations(page, customer.id)).toBe(count + 1);
});

test("a lost answer is asked for again with the same key, and moves once", async ({ page }) => {
  await signedIn(page, people.plain);
  const customer = await resaleCustomer(page, 1);
  const count = await appropriations(page, customer.id);
  const dialog = await toReview(page, customer, "2.00");
  let lost = 0;
  await page.route("**/appropriations", async (route) => {
    if (route.request().method() === "POST" && lost === 0) {
      lost++;
      await route.fetch(); // the server does it; the browser never hears of it
      await route.abort("connectionreset");
    } else {
      await route.continue();
    }
  });
  await submit(dialog).click();
  await dialog.getByRole("button", { name: t.funds.send_again }).or(dialog.getByRole("button", { name: t.errors.retry })).first().click();
  await expect(dialog).toContainText(t.funds.transfer_id);
  await expect(dialog).toContainText(t.funds.repeated);
  expect(lost).toBe(1);
  expect(await appropriations(page, customer.id)).toBe(count + 1);
});

test("a reload during the request leaves one movement, and the dialog finds out", async ({ page }) => {
  await signedIn(page, people.plain);
  const customer = await resaleCustomer(page, 2);
  const count = await appropriations(page, customer.id);
  const dialog = await toReview(page, customer, "4.00");
  let done = () => {};
  const reached = new Promise<void>((resolve) => (done = resolve));
  let first = true;
  await page.route("**/appropriations", async (route) => {
    if (route.request().method() !== "POST" || !first) return route.continue();
    first = false;
    await route.fetch(); // the server does it; the answer is still on its way when the page goes
    done();
  });
  await submit(dialog).click();
  await reached;
  await page.reload();
  await expect.poll(() => appropriations(page, customer.id)).toBe(count + 1);
  const again = page.getByRole("dialog");
  await again.getByRole("button", { name: t.funds.check_unsettled }).click();
  await expect(again).toContainText(t.funds.repeated);
  expect(await appropriations(page, customer.id)).toBe(count + 1);
});

test("giving up frees what was held", async ({ page }) => {
  await signedIn(page, people.admin);
  const customer = await resaleCustomer(page, 11);
  const dialog = await toReview(page, customer, "5.00");
  await submit(dialog).click();
  await expect(dialog.getByLabel(t.codes.code)).toBeVisible();
  const held = async () => ((await (await page.request.get("/api/funds/balances")).json()) as { held: { amount: string } }[])[0].held.amount;
  expect(await held()).toBe("5.00");
  await dialog.getByRole("button", { name: t.ui.cancel, exact: true }).click();
  const discard = page.getByRole("button", { name: t.ui.discard, exact: true });
  if (await discard.isVisible().catch(() => false)) await discard.click();
  await expect.poll(held).toBe("0.00");
});

test("bad amounts are refused at their field, with the keyboard's focus there", async ({ page }) => {
  await signedIn(page, people.plain);
  const customer = await resaleCustomer(page, 3);
  await page.goto(`/customers/${customer.id}`);
  await page.getByRole("button", { name: t.labels.appropriation, exact: true }).click();
  const dialog = page.getByRole("dialog");
  const amount = dialog.getByLabel(new RegExp(`^${t.funds.amount}`));
  for (const bad of ["", "0", "-1", "1.001", "abc", "99999999999999"]) {
    await amount.fill(bad);
    await dialog.getByRole("button", { name: t.funds.to_review, exact: true }).click();
    await expect(amount, bad).toHaveAttribute("aria-invalid", "true");
    await expect(amount).toBeFocused();
  }
});

test("offline is told, and clears by itself", async ({ page, context }) => {
  await signedIn(page, people.admin);
  await page.goto("/customers");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText(t.app.offline)).toBeVisible();
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText(t.app.offline)).toBeHidden();
});

test("a failed load says why, with a request id, and retries in place", async ({ page }) => {
  await signedIn(page, people.admin);
  const failed = { code: "internal", message: "x", fields: [], request_id: "request-0001" };
  await page.route("**/api/customers?**", (route) => route.fulfill({ status: 500, json: failed }));
  await page.route("**/api/customers", (route) => route.fulfill({ status: 500, json: failed }));
  await page.goto("/customers");
  await expect(page.getByText("request-0001")).toBeVisible();
  await page.unrouteAll();
  await page.getByRole("button", { name: t.errors.retry }).click();
  await expect(page.getByRole("row").nth(1)).toBeVisible();
});

test("a session that has ended leads to the sign-in and back", async ({ page }) => {
  await signedIn(page, people.plain);
  const customer = await resaleCustomer(page, 4);
  await page.goto("/customers");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await page.context().clearCookies();
  await page.getByRole("link", { name: customer.name }).first().click();
  await page.getByLabel(t.identity.email).fill(people.plain.email);
  await page.getByLabel(t.identity.password, { exact: true }).fill(people.plain.password);
  await page.getByRole("button", { name: t.identity.sign_in, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(customer.id));
  await expect(page.getByRole("heading", { level: 1 })).toContainText(customer.name);
});

test("an app that cannot start says so, with a way to try again", async ({ page }) => {
  const broken = (pattern: string, contentType: string) =>
    page.route(pattern, (route) => route.fulfill({ contentType, body: "\0asm\u0001\0\0\0broken" }));
  for (const [pattern, contentType] of [["**/*_bg.wasm", "application/wasm"], ["**/console-*.js", "text/javascript"]]) {
    await broken(pattern, contentType);
    await page.goto("/");
    await expect(page.getByRole("alert")).toContainText("页面出错了，请重新加载。");
    await page.unroute(pattern);
    await page.getByRole("link", { name: /重新加载/ }).click();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
});
