// What a person does in the console, in the words of a person.
import { expect, type Locator, type Page } from "@playwright/test";
import { readdirSync, readFileSync } from "node:fs";

export type Language = "zh" | "en";
type Texts = Record<string, Record<string, string>>;

/** Every visible text of a language, by area and key, as the console has them. */
export function texts(language: Language): Texts {
  const folder = `locales/${language}`;
  return Object.fromEntries(
    readdirSync(folder).map((file) => [
      file.replace(".json", ""),
      JSON.parse(readFileSync(`${folder}/${file}`, "utf8")) as Record<string, string>,
    ]),
  );
}

export const people = {
  admin: { email: "admin@xinghe.example", password: "xinghe-admin-2026" },
  finance: { email: "finance@xinghe.example", password: "xinghe-finance-2026" },
  manager: { email: "chen@xinghe.example", password: "xinghe-manager-2026" },
  operator: { email: "operator@xinghe.example", password: "xinghe-operator-2026" },
  /** Admin of a partner that asks for no codes. */
  plain: { email: "admin@lanfan.example", password: "lanfan-admin-2026" },
};
export type Person = { email: string; password: string };

/** Signs in through the page, in the browser's language, and waits for the list. */
export async function signIn(page: Page, person: Person, t: Texts, path = "/customers") {
  await page.goto(path);
  await page.getByLabel(t.identity.email).fill(person.email);
  await page.getByLabel(t.identity.password, { exact: true }).fill(person.password);
  await page.getByRole("button", { name: t.identity.sign_in, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByLabel(t.identity.password, { exact: true })).toBeHidden();
}

/** Signs in without a page, for tests about something else. */
export async function signedIn(page: Page, person: Person) {
  const answer = await page.request.post("/api/session", { data: person });
  expect(answer.status()).toBe(200);
}

/** What the API answers to the signed-in person. */
export async function ask<T>(page: Page, path: string): Promise<T> {
  const answer = await page.request.get(path);
  expect(answer.status(), path).toBe(200);
  return (await answer.json()) as T;
}

export type Money = { amount: string; currency: string };
export type Customer = { id: string; name: string; account_name: string; available: Money | null; frozen: string };

/** The `n`th resale customer that is in use and has a name. */
export async function resaleCustomer(page: Page, n: number): Promise<Customer> {
  const list = await ask<{ items: Customer[] }>(page, "/api/customers?association=resale&limit=100");
  const fit = list.items.filter((c) => c.name !== "" && c.frozen === "no");
  const chosen = fit[n];
  if (!chosen) throw new Error(`there is no resale customer ${n}`);
  return chosen;
}

/** How often a customer was appropriated to. */
export async function appropriations(page: Page, customer: string): Promise<number> {
  type Records = { total: { count: number } };
  const records = await ask<Records>(page, `/api/adjustments?customer=${customer}&kind=appropriation`);
  return records.total.count;
}

/** The newest code in the demo's message centre, once there is one after `before`. */
export async function newestCode(page: Page, before: string | undefined): Promise<string> {
  type Message = { id: string; text: string };
  let text = "";
  await expect
    .poll(async () => {
      const [first] = await ask<Message[]>(page, "/api/messages");
      text = first && first.id !== before ? first.text : "";
      return text;
    })
    .not.toBe("");
  const code = /\b\d{6}\b/.exec(text)?.[0];
  if (!code) throw new Error(`no code in: ${text}`);
  return code;
}

export async function newestMessage(page: Page): Promise<string | undefined> {
  const [first] = await ask<{ id: string }[]>(page, "/api/messages");
  return first?.id;
}

/** The search field of the list. */
export const searchBox = (page: Page): Locator => page.getByRole("search").getByRole("textbox");

/** The row of a customer in the list. */
export function rowOf(page: Page, customer: Customer): Locator {
  return page.getByRole("row").filter({ hasText: customer.account_name });
}

/** Fails the test when the page logs an error or breaks its Content-Security-Policy. */
export function watchForErrors(page: Page): string[] {
  const seen: string[] = [];
  page.on("pageerror", (error) => seen.push(String(error)));
  page.on("console", (message) => {
    // A refused call is logged by the browser itself; the page shows it to the person.
    const refusedCall = /Failed to load resource/.test(message.text());
    if (message.type() === "error" && !refusedCall) seen.push(message.text());
  });
  return seen;
}

/** Whether the page scrolls sideways. */
export async function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);
}
