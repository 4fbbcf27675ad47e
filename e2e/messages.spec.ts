// Message settings: one's own notices, and whom the partner's messages go to besides its members.
import { expect, test } from "@playwright/test";
import { ask, newestCode, newestMessage, people, signedIn, texts, watchForErrors, type Language } from "./support/console";

type Receiver = { id: string; email_confirmed: boolean; phone_confirmed: boolean; is: { told: { kind: string; email: boolean; sms: boolean }[] } };

for (const [language, locale] of [
  ["zh", "zh-CN"],
  ["en", "en-US"],
] as [Language, string][]) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });
    const t = texts(language);
    const n = t.notices;

    test("a receiver is added, confirmed by the code that goes to it, changed and deleted", async ({ page }) => {
      const errors = watchForErrors(page);
      await signedIn(page, people.plain);
      await page.goto("/customers");
      await page.getByRole("banner").getByRole("button", { name: new RegExp(`^${t.app.account}`) }).click();
      await page.getByRole("link", { name: n.settings }).click();
      const section = page.getByRole("region", { name: n.receivers, exact: true });
      await expect(section.getByText(n.no_receivers, { exact: true })).toBeVisible();
      await section.getByRole("button", { name: n.add_receiver }).press("Enter");
      const dialog = page.getByRole("dialog");
      await expect(dialog.getByLabel(n.receiver_name)).toBeFocused();
      await page.keyboard.press("Enter");
      await expect(dialog.getByLabel(n.receiver_name)).toHaveAttribute("aria-invalid", "true");
      await expect(dialog.getByLabel(n.address, { exact: true })).toHaveAttribute("aria-invalid", "true");
      await dialog.getByLabel(n.receiver_name).fill("Books");
      const address = `books.${language}@lanfan.example`;
      await dialog.getByLabel(n.address, { exact: true }).fill(address);
      const box = (kind: string, way: string) =>
        dialog.getByRole("checkbox", { name: n.way_of.replace("{kind}", kind).replace("{way}", way), exact: true });
      await box(n.kind_movement, n.email).press("Space");
      await box(n.kind_security, n.email).click();
      // Half-typed is not lost by one Esc.
      await page.keyboard.press("Escape");
      await page.getByRole("alertdialog").getByRole("button", { name: t.ui.keep_editing }).click();
      await dialog.getByRole("button", { name: t.ui.save, exact: true }).click();

      await expect(dialog.getByText(address)).toBeVisible();
      const before = await newestMessage(page);
      await dialog.getByRole("button", { name: t.person.send_code }).press("Enter");
      await expect(dialog.getByLabel(t.person.code, { exact: true })).toBeFocused();
      await page.keyboard.type(await newestCode(page, before));
      await page.keyboard.press("Enter");
      await expect(page.getByText(n.confirmed_now, { exact: true })).toBeVisible();
      const card = section.getByRole("group", { name: "Books" });
      await expect(card.getByText(n.confirmed, { exact: true })).toBeVisible();
      const [receiver] = await ask<Receiver[]>(page, "/api/partner/receivers");
      expect(receiver.email_confirmed).toBe(true);
      expect(receiver.is.told.map((one) => one.kind).sort()).toEqual(["movement", "security"]);

      await card.getByRole("button", { name: n.change_receiver }).click();
      await dialog.getByLabel(n.phone, { exact: true }).fill("13800001234");
      await dialog.getByRole("button", { name: t.ui.save, exact: true }).click();
      await dialog.getByRole("button", { name: n.later }).click();
      await expect(card.getByText(n.unconfirmed, { exact: true })).toBeVisible();
      await expect(card.getByRole("button", { name: n.confirm_address })).toBeVisible();

      await card.getByRole("button", { name: n.delete_receiver }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: n.delete_receiver }).click();
      await expect(section.getByText(n.no_receivers, { exact: true })).toBeVisible();
      expect(errors).toEqual([]);
    });

    test("own notices are chosen at once, and taken back", async ({ page }) => {
      await signedIn(page, people.operator);
      await page.goto("/message-settings");
      // Whoever may not change settings has no receivers to see.
      await expect(page.getByRole("region", { name: n.choices, exact: true }).first()).toBeVisible();
      await expect(page.getByRole("heading", { name: n.receivers, exact: true })).toHaveCount(0);
      const box = page.getByRole("checkbox", { name: n.way_of.replace("{kind}", n.kind_export).replace("{way}", n.sms), exact: true });
      await box.press("Space");
      await expect(page.getByText(n.saved, { exact: true }).first()).toBeVisible();
      await expect(box).toBeChecked();
      await page.getByRole("button", { name: t.ui.undo }).first().click();
      await expect(box).not.toBeChecked();
    });
  });
}
