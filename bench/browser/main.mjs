// Measures the console in Chromium. The only argument is the task as JSON (bench/src/browser.rs);
// the last line of the output is a JSON object: a list of values for each figure.
import { chromium } from 'playwright-core';
import { act, coldLoad, slowLoad } from './measure.mjs';
import { openDetail, openDialog, nextPage, plainButtons, plainDialog, plainNext } from './actions.mjs';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

const task = JSON.parse(process.argv[2]);
const browser = await chromium.launch({ executablePath: task.chromium, args: FLAGS });
const figures = {};
const note = (values) => {
  for (const [name, value] of Object.entries(values)) (figures[name] ??= []).push(value);
};

/** Opens a page in a browser context that has never seen the console, signed in. */
async function fresh(use) {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1440, height: 900 } });
  const [name, ...value] = task.cookie.split('=');
  await context.addCookies([{ name, value: value.join('='), url: task.address, httpOnly: true, sameSite: 'Strict' }]);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  try {
    return await use(page, await context.newCDPSession(page));
  } finally {
    await context.close();
  }
}

const whole = async (page, cdp) => ({
  ...(await coldLoad(page, cdp, `${task.address}/customers`)),
  ...(await act(page, cdp, nextPage)),
  ...(await act(page, cdp, openDialog)),
  ...(await act(page, cdp, openDetail)),
  ...(await plain(page, cdp)),
});

/** What the browser itself takes for such changes, on a page that has just been loaded. */
async function plain(page, cdp) {
  await page.goto(`${task.address}/customers`);
  await page.evaluate(() => globalThis.bench.quiet('row'));
  await page.evaluate(plainButtons);
  return { ...(await act(page, cdp, plainNext)), ...(await act(page, cdp, plainDialog)) };
}

try {
  await fresh(whole); // the browser's own first time
  for (let run = 0; run < task.runs; run += 1) note(await fresh(whole));
  for (let run = 0; run < task.slowRuns; run += 1) {
    note(await fresh((page, cdp) => slowLoad(page, cdp, `${task.address}/customers`)));
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(figures));
