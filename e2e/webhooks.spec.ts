// Webhooks: an endpoint with its secret, a test event, the log, faults, a replay, the end.
import { expect, test, type Page } from "@playwright/test";
import { ask, people, signedIn, texts, watchForErrors, type Language } from "./support/console";
import { isSigned, Receiver } from "./support/receiver";

type Webhook = { id: string; url: string; description: string };
const endpoints = (page: Page) => ask<Webhook[]>(page, "/api/webhooks");

for (const [language, locale] of [
  ["zh", "zh-CN"],
  ["en", "en-US"],
] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);
    const w = t.webhooks;
    const event = (kind: string) => t.actions[`event.${kind}`];

    test("with the mouse: add, test, look into the log, deliver again, replace the secret, delete", async ({ page }) => {
      const errors = watchForErrors(page);
      const receiver = new Receiver();
      const url = await receiver.start();
      await signedIn(page, people.plain);
      await page.goto("/webhooks");
      await page.getByRole("button", { name: w.add, exact: true }).click();
      const dialog = page.getByRole("dialog");
      // Bad input is told at its field, and nothing is sent.
      await dialog.getByLabel(w.url).fill("ftp://nowhere");
      await dialog.getByRole("button", { name: t.ui.save, exact: true }).click();
      await expect(dialog.getByLabel(w.url)).toHaveAttribute("aria-invalid", "true");
      await dialog.getByLabel(w.url).fill(url);
      await dialog.getByLabel(w.description).fill(`ERP ${language}`);
      await dialog.getByLabel(event("funds.appropriated"), { exact: true }).check();
      await dialog.getByRole("button", { name: t.ui.save, exact: true }).click();
      const secret = await dialog.locator("code").innerText();
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      await dialog.getByRole("button", { name: t.ui.saved_it }).click();
      await expect(dialog).toHaveCount(0);

      const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: url }) });
      await expect(card).toContainText(w.no_lag);
      await card.getByRole("button", { name: w.test }).click();
      await expect.poll(() => receiver.got.length).toBe(1);
      expect(isSigned(receiver.got[0], secret)).toBe(true);
      // The figures follow by themselves.
      const fact = (name: string) => card.getByText(name, { exact: true }).locator("xpath=../dd");
      await expect(fact(w.delivered_day)).toHaveText("1");
      await expect(fact(w.p50)).not.toHaveText("–");

      // A fault stands in the log and in the figures.
      receiver.status = 500;
      await card.getByRole("button", { name: w.test }).click();
      await expect(card.getByText(w.failing_since, { exact: true })).toBeVisible();
      await card.getByRole("link", { name: w.deliveries }).click();
      await expect(page).toHaveURL(/tab=deliveries&webhook=/);
      const failed = page.getByRole("row").filter({ hasText: w.fault_answer.replace("{status}", "500") });
      await expect(failed).toHaveCount(1);
      await expect(failed).toContainText(w.waiting_state);
      receiver.status = 200;
      await failed.getByRole("link", { name: event("webhook.test") }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(event("webhook.test"));
      await expect(page.getByRole("region", { name: w.payload }).last()).toContainText('"type": "webhook.test"');
      await page.getByRole("button", { name: w.again }).click();
      await expect(page.getByText(w.delivered_state, { exact: true })).toBeVisible();
      const ids = receiver.got.map((got) => got.id);
      expect(ids.at(-1)).toBe(ids[1]);

      await page.goto("/webhooks");
      await card.getByRole("button", { name: w.rotate }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: w.rotate }).click();
      const next = await dialog.locator("code").innerText();
      await dialog.getByRole("button", { name: t.ui.saved_it }).click();
      await card.getByRole("button", { name: w.test }).click();
      await expect.poll(() => isSigned(receiver.got.at(-1)!, next)).toBe(true);
      expect(isSigned(receiver.got.at(-1)!, secret)).toBe(true);

      await card.getByRole("button", { name: w.delete, exact: true }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: w.delete, exact: true }).click();
      await expect(card).toHaveCount(0);
      expect((await endpoints(page)).filter((e) => e.url === url)).toEqual([]);
      receiver.stop();
      expect(errors).toEqual([]);
    });

    test("with the keyboard: add, switch off and on, replay what was missed", async ({ page }) => {
      const receiver = new Receiver();
      const url = await receiver.start();
      await signedIn(page, people.plain);
      await page.goto("/webhooks");
      await page.getByRole("button", { name: w.add, exact: true }).press("Enter");
      const dialog = page.getByRole("dialog");
      await expect(dialog.getByLabel(w.url)).toBeFocused();
      await page.keyboard.type(url);
      await dialog.getByLabel(event("partner.settings_changed"), { exact: true }).press("Space");
      await dialog.getByLabel(event("funds.appropriated"), { exact: true }).press("Space");
      await dialog.getByLabel(w.url).press("Enter");
      await expect(dialog.locator("code")).toContainText("whsec_");
      // What is shown this once is not lost by one Esc.
      await page.keyboard.press("Escape");
      await page.getByRole("alertdialog").getByRole("button", { name: t.ui.go_back }).press("Enter");
      await dialog.getByRole("button", { name: t.ui.saved_it }).press("Enter");
      await expect(dialog).toHaveCount(0);

      const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: url }) });
      const box = dialog.getByLabel(w.enabled, { exact: true });
      await card.getByRole("button", { name: w.change, exact: true }).press("Enter");
      await box.press("Space");
      // Leaving with changes asks first.
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: t.ui.keep_editing, exact: true }).press("Enter");
      await dialog.getByRole("button", { name: t.ui.save, exact: true }).press("Enter");
      await expect(card.getByText(w.state_disabled, { exact: true })).toBeVisible();
      await expect(card.getByRole("button", { name: w.test })).toHaveAttribute("aria-disabled", "true");

      // Meanwhile something happens.
      const list = await ask<{ items: { id: string }[] }>(page, "/api/customers?association=resale&frozen=no&limit=25");
      const moved = await page.request.post(`/api/customers/${list.items[0].id}/appropriations`, {
        data: { amount: "1" },
        headers: { "idempotency-key": `hook-${language}-${Date.now()}` },
      });
      expect(moved.status(), await moved.text()).toBe(200);
      await card.getByRole("button", { name: w.change, exact: true }).press("Enter");
      await box.press("Space");
      await dialog.getByRole("button", { name: t.ui.save, exact: true }).press("Enter");
      await expect(card.getByText(w.state_enabled, { exact: true })).toBeVisible();
      expect(receiver.got).toEqual([]);

      await card.getByRole("button", { name: w.replay }).press("Enter");
      const since = dialog.getByLabel(w.replay_since);
      await expect(since).toBeFocused();
      await page.keyboard.press("Enter");
      await expect(since).toHaveAttribute("aria-invalid", "true");
      // An hour ago, in the page's own time zone, as a person would type it.
      const local = await page.evaluate(() => {
        const at = new Date(Date.now() - 3_600_000);
        const two = (n: number) => String(n).padStart(2, "0");
        return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
      });
      await since.fill(local);
      await since.press("Enter");
      await expect(dialog).toHaveCount(0);
      const types = () => receiver.got.map((got) => (JSON.parse(got.body) as { type: string }).type);
      await expect.poll(types).toContain("funds.appropriated");

      const [mine] = (await endpoints(page)).filter((e) => e.url === url);
      expect((await page.request.delete(`/api/webhooks/${mine.id}`)).status()).toBe(204);
      receiver.stop();
    });
  });
}

test("who may not set up webhooks neither sees nor opens the page", async ({ page }) => {
  const t = texts("zh");
  await signedIn(page, people.finance);
  await page.goto("/webhooks");
  await expect(page.getByRole("heading", { name: t.app.no_access })).toBeVisible();
  await expect(page.getByRole("link", { name: t.webhooks.title })).toHaveCount(0);
});
