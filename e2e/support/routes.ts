// The routes of the console, read from the table that the console itself is made of: a later page is
// walked without being named here, and one with an id in its address fails the walk until it has an example.
import { expect, type Page } from "@playwright/test";
import { readdirSync, readFileSync } from "node:fs";
import { ask, resaleCustomer } from "./console";
import { Receiver } from "./receiver";

/** The paths that `src/pages` declares, patterns included. */
export function declared(): string[] {
  const sources = readdirSync("src/pages", { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readFileSync(`src/pages/${entry.name}/mod.rs`, "utf8"));
  sources.push(readFileSync("src/kit/export.rs", "utf8"));
  const constants = sources.flatMap((source) => [...source.matchAll(/const \w+: &str = "(\/[^"]*)";/g)].map((m) => m[1]));
  return [...new Set(constants)];
}

/** A real address for each pattern with an id in it. */
const examples: Record<string, (page: Page) => Promise<string>> = {
  "/customers/:id": async (page) => `/customers/${(await resaleCustomer(page, 5)).id}`,
  "/customer-assignments/:id": async (page) => {
    const managers = await ask<{ manager: { id: string } }[]>(page, "/api/customer-assignments");
    return `/customer-assignments/${managers[0].manager.id}`;
  },
  "/transfers/:id": async (page) => {
    const records = await ask<{ items: { transfer_id: string }[] }>(page, "/api/adjustments");
    return `/transfers/${records.items[0].transfer_id}`;
  },
  "/batches/:id": async (page) => `/batches/${await preparedBatch(page)}`,
  "/webhooks/deliveries/:id": async (page) => `/webhooks/deliveries/${await madeDelivery(page)}`,
};

/** A batch that is checked and waits to be started. */
export async function preparedBatch(page: Page, amount = "1.00", count = 2): Promise<string> {
  const customers: string[] = [];
  for (let n = 0; n < count; n++) customers.push((await resaleCustomer(page, 12 + n)).id);
  const answer = await page.request.post("/api/batches", { data: { kind: "appropriation", customers, amount } });
  expect(answer.status(), await answer.text()).toBe(200);
  const { id } = (await answer.json()) as { id: string };
  await expect.poll(async () => (await ask<{ state: string }>(page, `/api/batches/${id}`)).state).toBe("ready");
  return id;
}

/** A webhook that was delivered: of all walks the same one. */
async function madeDelivery(page: Page): Promise<string> {
  type Deliveries = { items: { id: string }[] };
  const delivered = () => ask<Deliveries>(page, "/api/webhook-deliveries?state=delivered");
  const known = (await delivered()).items;
  if (known.length > 0) return known[0].id;
  const url = await new Receiver().start();
  const answer = await page.request.post("/api/webhooks", { data: { url, description: "", events: ["batch.done"] } });
  expect(answer.status(), await answer.text()).toBe(200);
  const { webhook } = (await answer.json()) as { webhook: { id: string } };
  expect((await page.request.post(`/api/webhooks/${webhook.id}/test`)).status()).toBe(200);
  await expect.poll(async () => (await delivered()).items.length).toBeGreaterThan(0);
  return (await delivered()).items[0].id;
}

/** Pages without the frame: they are for people without a session. */
const open_to_all = [
  "/sign-in",
  "/sign-in/sso",
  "/sign-in/sso/:name",
  "/sign-in/callback",
  "/forgot",
  "/reset/:token",
  "/join/:token",
  "/invitation/:token",
  "/account",
];

/** Every address that a signed-in admin can open, tabs included. */
export async function addresses(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const path of declared().filter((path) => !open_to_all.includes(path))) {
    if (!path.includes(":")) {
      found.push(path);
      continue;
    }
    const example = examples[path];
    if (!example) throw new Error(`${path}: tell e2e/support/routes.ts where to find an example of it`);
    found.push(await example(page));
  }
  const customer = found.find((path) => path.startsWith("/customers/")) ?? "";
  for (const tab of ["balance", "adjustments", "consumption", "timeline", "audit"]) found.push(`${customer}?tab=${tab}`);
  for (const tab of ["roles", "invitations"]) found.push(`/members?tab=${tab}`);
  for (const tab of ["offline", "invited"]) found.push(`/customer-development?tab=${tab}`);
  found.push("/webhooks?tab=deliveries", "/consumption?tab=detail");
  return [...found, "/none"];
}

/** Addresses whose page is a list, with the path of its API. */
export const lists: [path: string, api: string][] = [
  ["/customers", "/api/customers"],
  ["/adjustments", "/api/adjustments"],
  ["/batches", "/api/batches"],
  ["/exports", "/api/exports"],
  ["/notices", "/api/notices"],
  ["/audit", "/api/audit"],
  ["/customer-development", "/api/prospects"],
  ["/customer-development?tab=invited", "/api/customer-invitations"],
  ["/association-records", "/api/association-requests"],
  ["/members", "/api/members"],
  ["/members?tab=invitations", "/api/invitations"],
  ["/access-keys", "/api/keys"],
  ["/approvals", "/api/approvals"],
  ["/webhooks?tab=deliveries", "/api/webhook-deliveries"],
  ["/consumption?tab=detail", "/api/consumption/lines"],
];

/** Opens an address and waits until nothing is on its way any more. */
export async function open(page: Page, path: string) {
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}
