// The browser, and pages in it that have never seen the console.
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** Starts the browser. */
export const start = (executablePath) => chromium.launch({ executablePath, args: FLAGS });

/** Opens a page in a browser context of its own, with the session's cookie where there is one. */
export async function fresh(browser, { address, cookie }, use) {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1440, height: 900 } });
  if (cookie) {
    const [name, ...value] = cookie.split('=');
    await context.addCookies([{ name, value: value.join('='), url: address, httpOnly: true, sameSite: 'Strict' }]);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  try {
    return await use(page, await context.newCDPSession(page));
  } finally {
    await context.close();
  }
}
