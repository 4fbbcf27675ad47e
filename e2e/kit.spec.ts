// What every list gets: filters, saved views, choosing many rows, batches, imports, notices, live changes,
// and the end of a session (issue 3; checklist 3, 12, 19, 20, 23-25, 39, 40, 53, 57, 67, 68, 72).
import { expect, test, type Page } from "@playwright/test";
import { ask, newestCode, newestMessage, people, resaleCustomer, rowOf, searchBox, signedIn, signIn, texts, type Language } from "./support/console";
import { open } from "./support/routes";

type Texts = ReturnType<typeof texts>;

const filter = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).first();

for (const [language, locale] of [["zh", "zh-CN"], ["en", "en-US"]] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t: Texts = texts(language);

    test("filters are set with the keyboard, shown as chips, undone by Back, and cleared", async ({ page }) => {
      await signedIn(page, people.admin);
      await open(page, "/customers");
      await filter(page, t.customers.verified).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("checkbox", { name: t.labels.verified, exact: true }).focus();
      await page.keyboard.press("Space");
      await expect(page).toHaveURL(/verified=verified/);
      await page.keyboard.press("Escape");
      await filter(page, t.customers.available).click();
      await page.getByLabel(t.table.least).fill(language === "zh" ? "1,000" : "1,000.00");
      await page.getByLabel(t.table.most).fill("abc");
      await page.getByRole("button", { name: t.table.apply }).click();
      await expect(page.getByLabel(t.table.most)).toHaveAttribute("aria-invalid", "true");
      await page.getByLabel(t.table.most).fill("500000");
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(/available=1000\.00\.\.500000\.00/);
      for (const row of (await page.getByRole("row").all()).slice(1)) await expect(row).toContainText(t.labels.verified);
      await expect(page.getByText(/1,000\.00 – .*500,000\.00/)).toBeVisible();
      await page.goBack();
      await expect(page).not.toHaveURL(/available/);
      await expect(page).toHaveURL(/verified/);
      await page.goForward();
      await page.getByRole("button", { name: t.table.clear_all }).click();
      await expect(page).not.toHaveURL(/verified|available/);
      await filter(page, t.customers.associated_on).click();
      await page.getByRole("button", { name: t.table.last_30_days }).click();
      await expect(page).toHaveURL(/associated=last_30_days/);
      await page.getByRole("button", { name: new RegExp(t.table.last_30_days) }).first().click();
      await expect(page).not.toHaveURL(/associated/);
    });

    test("a view is saved, opened, changed, reset, made the default, renamed and deleted", async ({ page }) => {
      await signedIn(page, people.admin);
      await open(page, "/customers?association=consultative&sort=name");
      const menu = (name = t.views.title) => page.getByRole("button", { name: t.views.title }).filter({ hasText: name });
      const act = async (name: string) => {
        await page.getByRole("button", { name: t.views.title }).click();
        await page.getByRole("group", { name: t.views.title }).getByRole("button", { name, exact: true }).click();
      };
      const name = `顾问 ${language}`;
      await act(t.views.save_new);
      await page.getByRole("dialog").getByLabel(t.views.name).press("Enter");
      await expect(page.getByRole("dialog").getByLabel(t.views.name)).toHaveAttribute("aria-invalid", "true");
      await page.getByRole("dialog").getByLabel(t.views.name).fill(name);
      await page.getByRole("dialog").getByRole("button", { name: t.views.save, exact: true }).click();
      await expect(page).toHaveURL(/view=/);
      await expect(menu(name)).toBeVisible();
      await expect(menu(t.views.edited)).toHaveCount(0);
      // Another state than the view's is told, and goes back in one step.
      await page.getByRole("columnheader", { name: t.customers.available }).getByRole("link").click();
      await expect(menu(t.views.edited)).toBeVisible();
      await act(t.views.reset);
      await expect(menu(t.views.edited)).toHaveCount(0);
      await expect(page).toHaveURL(/sort=name/);
      await page.getByRole("columnheader", { name: t.customers.available }).getByRole("link").click();
      await act(t.views.save);
      await expect(menu(t.views.edited)).toHaveCount(0);
      await page.reload();
      await expect(menu(name)).toBeVisible();
      await expect(page).toHaveURL(/sort=available/);
      // The list opens with it, and plainly where that is asked for.
      await act(t.views.make_default);
      await expect(page.getByText(t.views.saved).last()).toBeVisible();
      await page.goto("/customers");
      await expect(page).toHaveURL(/view=.*association=consultative/);
      await page.getByRole("button", { name: t.views.title }).click();
      await page.getByRole("link", { name: t.views.plain }).click();
      await expect(page).not.toHaveURL(/association/);
      await page.goBack();
      await act(t.views.change);
      await page.getByRole("dialog").getByLabel(t.views.name).fill(`${name} 2`);
      await page.getByRole("dialog").getByRole("checkbox").check();
      await page.getByRole("dialog").getByRole("button", { name: t.views.save, exact: true }).click();
      await expect(menu(`${name} 2`)).toBeVisible();
      await act(t.views.delete);
      await page.getByRole("alertdialog").getByRole("button", { name: t.views.delete }).click();
      await expect(page).not.toHaveURL(/view=/);
    });

    test("rows are chosen with Shift, over pages, and all that match; the batch is shown, started and taken back", async ({ page }) => {
      await signedIn(page, people.finance);
      await open(page, "/customers?association=resale&frozen=no&verified=verified");
      const bar = page.getByRole("region", { name: t.table.bulk });
      const boxes = page.getByRole("cell").getByRole("checkbox");
      await boxes.nth(1).check();
      await boxes.nth(4).click({ modifiers: ["Shift"] });
      await expect(bar).toContainText("4");
      await page.getByRole("link", { name: t.table.next, exact: true }).click();
      await expect(page).toHaveURL(/page=/);
      await expect(bar).toContainText("4");
      await boxes.first().focus();
      await page.keyboard.press("Space");
      await expect(bar).toContainText("5");
      await page.goBack();
      await expect(boxes.nth(2)).toBeChecked();
      // Space on a row's name chooses it too.
      await page.getByRole("rowheader").nth(8).getByRole("link").focus();
      await page.keyboard.press("Space");
      await expect(bar).toContainText("6");
      await page.getByRole("checkbox", { name: t.table.select_page }).check();
      const total = (await ask<{ total: { count: number } }>(page, "/api/customers?association=resale&frozen=no&verified=verified")).total.count;
      expect(total).toBeGreaterThan(50);
      await bar.getByRole("button", { name: new RegExp(String(total)) }).click();
      await expect(bar).toContainText(String(total));
      await bar.getByRole("button", { name: t.batches.appropriation }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(t.batches.amount_each).fill("0.01");
      await dialog.getByRole("button", { name: t.batches.preview }).click();
      await expect(page).toHaveURL(/\/batches\//);
      await expect(page.getByText(t.batches.ready, { exact: true })).toBeVisible();
      await expect(page.getByRole("main")).toContainText(`¥${(total / 100).toFixed(2)}`);
      // The partner asks for a code; a second click does not ask for another.
      const before = await newestMessage(page);
      await page.getByRole("button", { name: t.batches.start, exact: true }).dblclick();
      await page.getByRole("dialog").getByLabel(t.codes.code).fill(await newestCode(page, before));
      await page.keyboard.press("Enter");
      await expect(page.getByText(t.batches.done, { exact: true }).first()).toBeVisible({ timeout: 30_000 });
      const id = page.url().split("/").pop() ?? "";
      await expect.poll(async () => (await ask<{ state: string }>(page, `/api/batches/${id}`)).state).toBe("done");
      const batch = await ask<{ done: number; failed: number; rows: number }>(page, `/api/batches/${id}`);
      expect([batch.done, batch.failed, batch.rows]).toEqual([total, 0, total]);
      // Taken back by a batch of its own, which is shown and started in the same way.
      await page.getByRole("button", { name: t.batches.reverse }).click();
      await expect(page).not.toHaveURL(new RegExp(id));
      await expect(page.getByText(t.batches.ready, { exact: true })).toBeVisible();
      const again = await newestMessage(page);
      await page.getByRole("button", { name: t.batches.start, exact: true }).click();
      await page.getByRole("dialog").getByLabel(t.codes.code).fill(await newestCode(page, again));
      await page.keyboard.press("Enter");
      await expect(page.getByText(t.batches.done, { exact: true }).first()).toBeVisible({ timeout: 30_000 });
      const back = page.url().split("/").pop() ?? "";
      await expect.poll(async () => (await ask<{ state: string }>(page, `/api/batches/${back}`)).state).toBe("done");
      await page.getByRole("link", { name: t.batches.reverses }).click();
      await expect(page.getByRole("link", { name: t.batches.reversed_by })).toBeVisible();
      await expect(page.getByRole("button", { name: t.batches.reverse })).toHaveCount(0);
    });

    test("a file is brought, its columns assigned, its bad rows told, and it is not done twice", async ({ page }) => {
      await signedIn(page, people.plain);
      const customer = await resaleCustomer(page, 1);
      const file = (extra = "") => ({
        name: `${language}.csv`,
        mimeType: "text/csv",
        buffer: Buffer.from(`Who,How much,Note\n${customer.id},0.0${language === "zh" ? 3 : 4},${extra}\nnobody,5,\n${customer.id},x,\n`),
      });
      await open(page, "/batches");
      await page.getByRole("link", { name: t.batches.import }).click();
      const field = page.getByLabel(t.batches.file, { exact: true });
      await field.setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from([0x89, 0x50, 0, 1]) });
      await expect(page.getByText(t.batches.file_unreadable)).toBeVisible();
      await field.setInputFiles(file());
      await expect(page.getByRole("heading", { name: t.batches.step_columns })).toBeVisible();
      // Headings that say nothing are assigned by the person; what is missing is told at its field.
      await page.getByRole("button", { name: t.batches.preview }).click();
      await expect(page.getByRole("combobox", { name: t.batches.customer, exact: true })).toHaveAttribute("aria-invalid", "true");
      await page.getByRole("combobox", { name: t.batches.customer, exact: true }).selectOption({ label: "Who" });
      await page.getByRole("combobox", { name: t.batches.amount, exact: true }).selectOption({ label: "How much" });
      await page.getByRole("button", { name: t.batches.preview }).click();
      await expect(page).toHaveURL(/\/batches\//);
      await expect(page.getByText(t.batches.ready, { exact: true })).toBeVisible();
      await expect(page.getByRole("row").filter({ hasText: "nobody" })).toContainText(t.errors.not_found);
      await expect(page.getByRole("main")).toContainText(t.faults.not_a_number);
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: t.batches.refused_file }).click();
      expect((await download).suggestedFilename()).toMatch(/^refused-/);
      await page.getByRole("button", { name: t.batches.start_valid }).click();
      await expect(page.getByText(t.batches.done, { exact: true }).first()).toBeVisible();
      await open(page, "/imports/new");
      await page.getByLabel(t.batches.file, { exact: true }).setInputFiles(file());
      await expect(page.getByText(t.batches.imported_before)).toBeVisible();
      await page.getByRole("link", { name: t.batches.see_batch }).click();
      await expect(page.getByText(t.batches.done, { exact: true }).first()).toBeVisible();
    });

    test("notices are counted, read and chosen; a change of choice can be undone", async ({ page }) => {
      await signedIn(page, people.plain);
      for (let n = 0; n < 2; n++) {
        const id = await preparedBatchOfPlain(page);
        await page.request.post(`/api/batches/${id}/start`, { headers: { "Idempotency-Key": `key-${id}` } });
      }
      const unread = async () => (await ask<{ unread: number }>(page, "/api/session")).unread;
      await expect.poll(unread).toBeGreaterThan(1);
      await open(page, "/customers");
      await page.getByRole("banner").getByRole("link", { name: new RegExp(`^${t.notices.title}`) }).click();
      await expect(page).toHaveURL(/\/notices/);
      await page.getByRole("button", { name: t.notices.mark_read, exact: true }).first().click();
      await page.getByRole("button", { name: t.notices.mark_all }).click();
      await expect.poll(unread).toBe(0);
      await expect(page.getByRole("button", { name: t.notices.mark_all })).toHaveAttribute("aria-disabled", "true");
      await page.getByRole("link", { name: t.notices.choices }).click();
      const box = page.getByRole("checkbox", { name: new RegExp(t.notices.kind_movement) }).first();
      await box.check();
      await page.getByRole("status").getByRole("button", { name: t.ui.undo }).click();
      await expect(box).not.toBeChecked();
      await page.reload();
      await expect(box).not.toBeChecked();
    });
  });
}

async function preparedBatchOfPlain(page: Page): Promise<string> {
  const customer = await resaleCustomer(page, 3);
  const data = { kind: "appropriation", customers: [customer.id], amount: "0.05" };
  const { id } = (await (await page.request.post("/api/batches", { data })).json()) as { id: string };
  await expect.poll(async () => (await ask<{ state: string }>(page, `/api/batches/${id}`)).state).toBe("ready");
  return id;
}

const t = texts("zh");

test("a change made elsewhere shows without a reload, and the person's place stays", async ({ page, browser }) => {
  await signedIn(page, people.plain);
  const customer = await resaleCustomer(page, 6);
  const live = page.waitForResponse((r) => r.url().endsWith("/api/live"));
  await open(page, "/customers?association=resale");
  await live;
  const other = await browser.newContext();
  const elsewhere = await other.newPage();
  await signedIn(elsewhere, people.plain);
  const before = await rowOf(page, customer).innerText();
  const answer = await elsewhere.request.post(`/api/customers/${customer.id}/appropriations`, {
    data: { amount: "7.77", memo: "" },
    headers: { "Idempotency-Key": `live-${Date.now()}` },
  });
  expect(answer.status()).toBe(200);
  await expect(rowOf(page, customer)).not.toHaveText(before, { useInnerText: true });
  await expect(page).toHaveURL(/association=resale/);
  await other.close();
});

test("a newer console is offered", async ({ page }) => {
  await signedIn(page, people.plain);
  const event = { areas: [], unread: 0, approvals: 0, build: "console-0123456789abcdef_bg.wasm", session: "admin" };
  await page.route("**/api/live", (route) =>
    route.fulfill({ contentType: "text/event-stream", body: `data: ${JSON.stringify(event)}\n\n` }),
  );
  await open(page, "/customers");
  await expect(page.getByText(t.app.outdated)).toBeVisible();
  await page.unrouteAll();
  await page.getByRole("button", { name: t.app.reload }).click();
  await expect(page.getByText(t.app.outdated)).toBeHidden();
});

test("a session that ends in the middle of a form is taken up in place, and the form is as it was", async ({ page }) => {
  await signedIn(page, people.plain);
  const customer = await resaleCustomer(page, 4);
  await open(page, `/customers/${customer.id}`);
  await page.getByRole("button", { name: t.labels.appropriation, exact: true }).click();
  const amount = page.getByRole("dialog").getByLabel(new RegExp(`^${t.funds.amount}`));
  await amount.fill("12.34");
  await page.context().clearCookies();
  // The next thing that asks the server finds out.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  const again = page.getByRole("dialog", { name: t.session.ended });
  await expect(again).toBeVisible();
  await expect(again.getByLabel(t.identity.email)).toHaveValue(people.plain.email);
  await again.getByLabel(t.identity.password, { exact: true }).fill("wrong");
  await page.keyboard.press("Enter");
  await expect(again.getByText(t.errors.wrong_credentials)).toBeVisible();
  await again.getByLabel(t.identity.password, { exact: true }).fill(people.plain.password);
  await page.keyboard.press("Enter");
  await expect(again).toHaveCount(0);
  await expect(amount).toHaveValue("12.34");
});

test("the end of a session is told before it comes", async ({ page }) => {
  await page.clock.install();
  await signedIn(page, people.plain);
  await open(page, "/customers");
  await page.clock.fastForward("27:30");
  await expect(page.getByRole("dialog", { name: t.session.soon })).toBeVisible();
  const used = page.waitForResponse((r) => r.url().endsWith("/api/session"));
  await page.getByRole("button", { name: t.session.stay }).click();
  await used;
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("signing out in one tab signs out the others", async ({ page, context }) => {
  await signIn(page, people.plain, t);
  const second = await context.newPage();
  await open(second, "/adjustments");
  await page.getByRole("button", { name: new RegExp(t.app.account) }).first().click();
  await page.getByRole("button", { name: t.app.sign_out }).click();
  await expect(second.getByLabel(t.identity.email)).toBeVisible();
});

test("two people change one shared view: the second sees both, and nothing is overwritten unseen", async ({ page, context }) => {
  await signedIn(page, people.plain);
  const view = { list: "adjustments", name: "两人", query: "?kind=reclaim", shared: true };
  const { id } = (await (await page.request.post("/api/views", { data: view })).json()) as { id: string };
  await open(page, `/adjustments?view=${id}&kind=appropriation`);
  await page.getByRole("button", { name: t.views.title }).click();
  await expect(page.getByRole("link", { name: "两人" })).toBeVisible();
  const second = await context.newPage();
  await second.request.put(`/api/views/${id}`, { data: { name: "两人", query: "?at=today", shared: true, version: 1 } });
  await page.route("**/api/views", (route) => route.continue());
  await page.getByRole("button", { name: t.views.save, exact: true }).click();
  const conflict = page.getByRole("dialog", { name: t.views.conflict });
  await expect(conflict).toContainText("?at=today");
  await expect(conflict).toContainText("?kind=appropriation");
  await conflict.getByRole("button", { name: t.views.take_theirs }).click();
  const now = await ask<{ id: string; query: string }[]>(page, "/api/views");
  expect(now.find((v) => v.id === id)?.query).toBe("?at=today");
});

test("typing fast never ends with the answer to an earlier text", async ({ page }) => {
  await signedIn(page, people.admin);
  await open(page, "/customers");
  await page.route(/\/api\/customers\?.*q=/, async (route) => {
    // The first answer is the slowest.
    const early = !decodeURIComponent(route.request().url()).includes("q=hwc0_00");
    await new Promise((resolve) => setTimeout(resolve, early ? 900 : 50));
    await route.continue().catch(() => {});
  });
  await searchBox(page).pressSequentially("hwc0", { delay: 30 });
  await page.waitForTimeout(320);
  await searchBox(page).pressSequentially("_0000012", { delay: 30 });
  await expect(page.getByRole("row")).not.toHaveCount(26);
  await page.waitForTimeout(1_100);
  for (const row of (await page.getByRole("row").all()).slice(1)) await expect(row).toContainText("hwc0_0000012");
});

test("the operation log says in words what was changed, and is searched by who did it", async ({ page }) => {
  await signedIn(page, people.plain);
  const customer = await resaleCustomer(page, 7);
  await page.request.post(`/api/customers/${customer.id}/appropriations`, {
    data: { amount: "3.21", memo: "" },
    headers: { "Idempotency-Key": `log-${Date.now()}` },
  });
  await open(page, "/audit");
  const row = page.getByRole("row").filter({ hasText: t.labels.appropriation }).first();
  await expect(row).toContainText("¥3.21");
  await expect(row).toContainText("→");
  await row.getByRole("link", { name: t.audit.subject_customer }).click();
  await expect(page).toHaveURL(new RegExp(customer.id));
  await open(page, "/audit?q=nobody");
  await expect(page.getByText(t.table.no_match, { exact: true })).toBeVisible();
  await page.getByRole("button", { name: t.table.clear_filters }).click();
  await expect(page.getByRole("row").nth(1)).toBeVisible();
});
