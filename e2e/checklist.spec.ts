// The standing definition of done of every page: a walk over the route table (design/ux-checklist.md; the
// numbers are its items). What needs a certain object or a click is in the journeys.
import { expect, test, type Page } from "@playwright/test";
import { ask, people, scrollsSideways, signedIn, texts, watchForErrors } from "./support/console";
import { addresses, declared, lists, open } from "./support/routes";

const t = texts("zh");
const en = texts("en");

test.describe.configure({ timeout: 240_000 });

async function walk(page: Page, look: (path: string) => Promise<void>) {
  await signedIn(page, people.admin);
  const all = await addresses(page);
  expect(all.length).toBeGreaterThan(12);
  for (const path of all) {
    await open(page, path);
    await test.step(path, () => look(path));
  }
}

test("the walk finds the pages that the console declares", () => {
  expect(declared()).toEqual(expect.arrayContaining(["/customers", "/customers/:id", "/batches/:id", "/notices", "/exports", "/settings"]));
});

test("2, 6: an address shows the same in a second window, under a title of its own", async ({ page, context }) => {
  const titles = new Map<string, string>();
  await walk(page, async (path) => {
    const second = await context.newPage();
    await open(second, path);
    const words = (p: Page) => p.getByRole("main").innerText();
    // What tells the time of the last look differs by nature.
    const plain = (text: string) => text.replace(/\d{1,2}:\d{2}(:\d{2})?/g, "");
    expect(plain(await words(second))).toBe(plain(await words(page)));
    const title = await page.title();
    expect(title).toMatch(new RegExp(`${t.app.product}$`));
    titles.set(path.split("?")[0], title);
    await second.close();
  });
  expect(new Set(titles.values()).size, [...titles].join("\n")).toBe(titles.size);
});

test("7, 8, 9, 62: landmarks, one heading, breadcrumbs, the current place, the skip link first", async ({ page }) => {
  await walk(page, async (path) => {
    await expect(page.getByRole("banner")).toHaveCount(1);
    await expect(page.getByRole("main")).toHaveCount(1);
    for (const landmark of await page.getByRole("navigation").all()) {
      expect(await landmark.getAttribute("aria-label"), path).toBeTruthy();
    }
    if (path !== "/none") {
      const crumbs = page.getByRole("navigation", { name: t.app.breadcrumbs });
      await expect(crumbs).toHaveCount(1);
      await expect(crumbs.locator("[aria-current=page]")).toHaveCount(1);
    }
    const inMenu = page.getByRole("navigation", { name: t.app.side_navigation }).locator("[aria-current]");
    expect(await inMenu.count(), path).toBeLessThanOrEqual(1);
    await page.keyboard.press("Tab");
    // A page that was just opened gives its heading the focus; the first stop of the document is the link.
    const first = await page.evaluate(() => [...document.querySelectorAll<HTMLElement>("a[href], button, input, [tabindex='0']")].find((e) => e.checkVisibility())?.className);
    expect(first, path).toContain("skip");
  });
});

test("5, 41, 59: links are links, fields have names, what cannot be used can be focused and says why", async ({ page }) => {
  await walk(page, async (path) => {
    const nameless = await page.evaluate(() => {
      const named = (e: Element) =>
        e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || (e as HTMLInputElement).labels?.length;
      return [...document.querySelectorAll("input, select, textarea")].filter((e) => !named(e)).map((e) => e.outerHTML);
    });
    expect(nameless, path).toEqual([]);
    const dead = await page.evaluate(() =>
      [...document.querySelectorAll("[disabled]")].filter((e) => e.matches("button, a")).map((e) => e.outerHTML),
    );
    expect(dead, path).toEqual([]);
    for (const button of await page.getByRole("main").locator("button[aria-disabled=true][aria-describedby]").all()) {
      await button.focus();
      await expect(button).toBeFocused();
      const why = await button.getAttribute("aria-describedby");
      await expect(page.locator(`[id="${why}"]`)).not.toBeEmpty();
    }
    const links = page.getByRole("navigation").getByRole("link");
    for (const link of await links.all()) expect(await link.getAttribute("href"), path).toMatch(/^\//);
  });
});

test("30, 31, 64: nothing scrolls sideways at 1280, 390 and 320 pixels", async ({ page }) => {
  await walk(page, async (path) => {
    for (const width of [390, 320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await scrollsSideways(page), `${path} at ${width}`).toBe(false);
    }
  });
});

test("61: targets are at least 24 pixels, and the focus is seen", async ({ page }) => {
  await walk(page, async (path) => {
    const small = await page.evaluate(() => {
      const inText = (e: Element) => e.matches("a") && getComputedStyle(e).display === "inline";
      return [...document.querySelectorAll<HTMLElement>("main button, main a, main select, header button")]
        .filter((e) => e.checkVisibility() && !inText(e))
        .map((e) => ({ box: e.getBoundingClientRect(), html: e.outerHTML.slice(0, 120) }))
        .filter(({ box }) => box.width > 1 && (box.height < 23.5 || box.width < 23.5))
        .map(({ box, html }) => `${box.width}x${box.height} ${html}`);
    });
    expect(small, path).toEqual([]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement ?? document.body);
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    });
    expect(seen, path).toBe(true);
  });
});

test("13, 15: the palette opens from every page and gives the focus back; ? lists the shortcuts", async ({ page }) => {
  await walk(page, async () => {
    const link = page.getByRole("banner").getByRole("link").nth(1);
    await link.focus();
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(link).toBeFocused();
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });
});

test("65: every page in both languages, without a key for a word", async ({ browser }) => {
  for (const [locale, words] of [["en-US", en], ["zh-CN", t]] as const) {
    const context = await browser.newContext({ locale });
    const page = await context.newPage();
    const errors = watchForErrors(page);
    await walk(page, async (path) => {
      const text = await page.locator("body").innerText();
      expect(text, path).not.toMatch(/\{[a-z_]+\}|\b[a-z]+\.[a-z]+_[a-z_]+\b/);
      await expect(page.locator("html")).toHaveAttribute("lang", locale.slice(0, 2));
      await expect(page.getByRole("banner")).toContainText(words.app.product);
    });
    expect(errors).toEqual([]);
    await context.close();
  }
});

test("64: with less motion nothing moves", async ({ browser }) => {
  const context = await browser.newContext({ reducedMotion: "reduce", locale: "zh-CN" });
  const page = await context.newPage();
  await walk(page, async (path) => {
    const moving = await page.evaluate(() => document.getAnimations().filter((a) => a.playState === "running").length);
    expect(moving, path).toBe(0);
  });
  await context.close();
});

test("77: no request is made twice on load, and a list needs at most three API calls", async ({ page }) => {
  await signedIn(page, people.admin);
  for (const path of await addresses(page)) {
    const calls: string[] = [];
    const note = (request: { url(): string; method(): string }) => {
      const url = new URL(request.url());
      if (url.pathname.startsWith("/api/") && url.pathname !== "/api/live") calls.push(`${request.method()} ${url.pathname}${url.search}`);
    };
    page.on("request", note);
    await open(page, path);
    page.off("request", note);
    expect(new Set(calls).size, `${path}: ${calls.join(", ")}`).toBe(calls.length);
    expect(calls.length, `${path}: ${calls.join(", ")}`).toBeLessThanOrEqual(4);
  }
});

test.describe("every list", () => {
  for (const [path, api] of lists) {
    test(`${path}: 21, 22, 32, 34, 35`, async ({ page }) => {
      await signedIn(page, people.admin);
      // 32: what comes does not push away what is there.
      await page.addInitScript(() => {
        (window as unknown as { shift: number }).shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
            if (!entry.hadRecentInput) (window as unknown as { shift: number }).shift += entry.value;
          }
        }).observe({ type: "layout-shift", buffered: true });
      });
      await open(page, path);
      await page.waitForTimeout(300);
      expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.1);

      // 21: the total is shown, and the page size is remembered.
      const total = await ask<{ total: { count: number } }>(page, api);
      const shown = page.getByRole("status").filter({ hasText: /共/ }).first();
      await expect(shown).toContainText(total.total.count.toLocaleString("zh-CN"));
      await page.getByLabel(t.table.page_size).selectOption("50");
      await expect(page).toHaveURL(/limit=50/);
      await open(page, path);
      await expect(page.getByLabel(t.table.page_size)).toHaveValue("50");
      await page.getByLabel(t.table.page_size).selectOption("25");

      // 22: a column is hidden, and stays so.
      const heads = page.getByRole("columnheader");
      const count = await heads.count();
      await page.getByRole("button", { name: t.columns.title, exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("checkbox").nth(1).click();
      await page.keyboard.press("Escape");
      await expect(heads).toHaveCount(count - 1);
      await open(page, path);
      await expect(heads).toHaveCount(count - 1);
      await page.getByRole("button", { name: t.columns.title, exact: true }).click();
      await dialog.getByRole("button", { name: t.columns.reset }).click();
      await page.keyboard.press("Escape");
      await expect(heads).toHaveCount(count);

      // 35: arrow keys go from row to row.
      const rows = page.getByRole("row").filter({ has: page.getByRole("link") }).filter({ hasNot: page.getByRole("columnheader") });
      if ((await rows.count()) > 1) {
        await rows.nth(0).getByRole("link").first().focus();
        await page.keyboard.press("ArrowDown");
        await expect(rows.nth(1).getByRole("link").first()).toBeFocused();
      }

      // 34: a failed load says why in the table's place, and the rest of the page works.
      const failed = { code: "internal", message: "x", fields: [], request_id: "request-0034" };
      await page.route((url) => url.pathname === api, (route) => route.fulfill({ status: 500, json: failed }));
      await page.goto(path);
      await expect(page.getByText("request-0034")).toBeVisible();
      await expect(page.getByRole("navigation", { name: t.app.side_navigation })).toBeVisible();
      await page.unrouteAll();
      await page.getByRole("button", { name: t.errors.retry }).click();
      await expect(page.getByText("request-0034")).toBeHidden();
    });
  }

  test("10: an address that is none, and objects that are not there", async ({ page }) => {
    await signedIn(page, people.admin);
    for (const path of ["/none", "/customers/nobody", "/batches/nothing", "/transfers/nothing"]) {
      await page.goto(path);
      await expect(page.getByText(t.app.not_found).or(page.getByText(t.errors.not_found)).first(), path).toBeVisible();
      await expect(page.getByRole("navigation", { name: t.app.side_navigation }), path).toBeVisible();
    }
    await signedIn(page, people.operator);
    await page.goto("/batches");
    await expect(page.getByText(t.app.no_access, { exact: true }).first()).toBeVisible();
    await expect(page.getByRole("main")).toContainText(t.labels.may_batches);
  });
});
