// Members, roles, invitations, looking as a member, and acting for several partners.
import { expect, test, type Page } from "@playwright/test";
import { ask, people, rowOf, signedIn, texts, watchForErrors, type Customer, type Language } from "./support/console";

type Member = { id: string; name: string; email: string; roles: { id: string }[]; sight: string };
const members = async (page: Page) => (await ask<{ items: Member[] }>(page, "/api/members?limit=100")).items;
const row = (page: Page, email: string) => page.getByRole("row").filter({ hasText: email });

for (const [language, locale] of [
  ["zh", "zh-CN"],
  ["en", "en-US"],
] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);
    const o = t.organisation;

    test("with the mouse: invite, join, change roles with a warning, unbind", async ({ page, browser }) => {
      const errors = watchForErrors(page);
      const email = `new.${language}@xinghe.example`;
      await signedIn(page, people.admin);
      await page.goto("/members");
      await page.getByRole("button", { name: o.invite, exact: true }).click();
      const dialog = page.getByRole("dialog");
      // Bad input is told at its field, and nothing is sent.
      await dialog.getByLabel(o.emails).fill("nobody");
      await dialog.getByRole("button", { name: o.send }).click();
      await expect(dialog.getByLabel(o.emails)).toHaveAttribute("aria-invalid", "true");
      await dialog.getByLabel(o.emails).fill(email);
      await dialog.getByLabel(t.labels.role_customer_manager, { exact: true }).check();
      await expect(dialog.getByText(o.widened)).toBeHidden();
      await dialog.getByRole("button", { name: o.send }).click();
      const link = new URL(await dialog.locator("code").innerText());
      await dialog.getByRole("button", { name: t.ui.close, exact: true }).last().click();

      const invited = await (await browser.newContext({ locale, baseURL: new URL(page.url()).origin })).newPage();
      await invited.goto(link.pathname);
      await expect(invited.getByText(email)).toBeVisible();
      await invited.getByLabel(o.your_name).fill("Ada");
      await invited.getByLabel(t.identity.password).fill("a-very-new-password");
      await invited.getByRole("button", { name: o.join }).click();
      // Without the consent nobody joins.
      await expect(invited.getByRole("checkbox")).toHaveAttribute("aria-invalid", "true");
      await invited.getByRole("checkbox").check();
      await invited.getByRole("button", { name: o.join }).click();
      await expect(invited.getByRole("navigation", { name: t.app.side_navigation })).toBeVisible();
      expect((await ask<{ sight: string }>(invited, "/api/session")).sight).toBe("own");
      // A link is good for one.
      await invited.goto(link.pathname);
      await expect(invited.getByText(o.link_dead)).toBeVisible();

      await page.reload();
      await row(page, email).getByRole("button", { name: o.change_roles }).click();
      await dialog.getByLabel(t.labels.role_operator, { exact: true }).check();
      await expect(dialog.getByText(o.widened)).toBeVisible();
      await dialog.getByRole("button", { name: t.ui.save, exact: true }).click();
      await expect(row(page, email)).toContainText(o.sight_all);
      // The member's open page follows by itself.
      await invited.goto("/customers");
      await expect(invited.getByRole("link", { name: t.funds.records })).toBeVisible();

      await row(page, email).getByRole("button", { name: o.unbind }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: o.unbind }).click();
      await expect(row(page, email)).toHaveCount(0);
      expect((await invited.request.get("/api/session")).status()).toBe(401);
      await invited.context().close();
      expect(errors).toEqual([]);
    });

    test("with the keyboard: a custom role is made, changed and deleted", async ({ page }) => {
      await signedIn(page, people.admin);
      await page.goto("/members");
      await page.getByRole("tab", { name: o.members }).focus();
      await page.keyboard.press("ArrowRight");
      await expect(page).toHaveURL(/tab=roles/);
      const name = `Audit ${language}`;
      const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name, exact: true }) });
      await page.getByRole("button", { name: o.new_role }).press("Enter");
      const dialog = page.getByRole("dialog");
      await expect(dialog.getByLabel(o.role_name)).toBeFocused();
      await page.keyboard.press("Enter");
      await expect(dialog.getByLabel(o.role_name)).toHaveAttribute("aria-invalid", "true");
      await page.keyboard.type(name);
      await dialog.getByLabel(t.labels.may_audit_read, { exact: true }).press("Space");
      await dialog.getByLabel(o.role_name).press("Enter");
      await expect(card).toBeVisible();

      await card.getByRole("button", { name: o.change_role, exact: true }).press("Enter");
      await dialog.getByLabel(t.labels.may_customers_read, { exact: true }).press("Space");
      // Leaving with changes asks first, and keeps what was typed.
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: t.ui.keep_editing, exact: true }).press("Enter");
      await dialog.getByRole("button", { name: t.ui.save, exact: true }).press("Enter");
      await expect(dialog).toHaveCount(0);
      await card.locator("summary").press("Enter");
      await expect(card.getByText("BPC_ITEM_SUBCUSTSERV_010100")).toBeVisible();

      await card.getByRole("button", { name: o.delete, exact: true }).press("Enter");
      await page.getByRole("alertdialog").getByRole("button", { name: o.delete, exact: true }).press("Enter");
      await expect(card).toHaveCount(0);
    });

    test("looking as a member shows what the member sees, changes nothing and ends", async ({ page, context }) => {
      await signedIn(page, people.admin);
      const second = await context.newPage();
      await second.goto("/members");
      await page.goto("/members");
      const chen = (await members(page)).find((m) => m.email === people.manager.email);
      await row(page, people.manager.email).getByRole("button", { name: o.look }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: o.look }).click();
      const end = page.getByRole("button", { name: t.app.view_end });
      await expect(end).toBeVisible();
      await expect(page.getByRole("link", { name: o.title })).toHaveCount(0);
      const seen = await ask<{ items: (Customer & { manager_name?: string })[] }>(page, "/api/customers");
      await expect(rowOf(page, seen.items[0])).toContainText(chen?.name ?? "?");
      // The other tab is the member's too: what it showed is gone.
      await expect(second.getByRole("button", { name: t.app.view_end })).toBeVisible();
      const refused = await page.request.post("/api/views", { data: { list: "customers", name: "x", query: "", shared: false } });
      expect([403, 409]).toContain(refused.status());
      await end.click();
      await expect(page.getByRole("link", { name: o.title })).toBeVisible();
      await expect(end).toBeHidden();
    });

    test("whoever belongs to two partners goes on for the other without signing out", async ({ page }) => {
      await signedIn(page, people.finance);
      await page.goto("/customers");
      // While the session gets its new cookie, the old one is none.
      const partner = async () => ((await (await page.request.get("/api/session")).json()) as { partner_name?: string }).partner_name;
      const before = (await partner()) ?? "";
      const account = page.getByRole("banner").getByRole("button", { name: new RegExp(`^${t.app.account}`) });
      await account.click();
      const list = page.getByRole("list", { name: t.app.switch_partner });
      await expect(list.getByRole("button", { pressed: true })).toContainText(before);
      await list.getByRole("button", { pressed: false }).click();
      await expect.poll(partner).not.toBe(before);
      await account.click();
      await list.getByRole("button", { name: before }).click();
      await expect.poll(partner).toBe(before);
    });
  });
}
