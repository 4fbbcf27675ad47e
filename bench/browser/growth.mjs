// Whether the console grows while it is used: the same round through its pages again and again.
import { fresh } from './browser.mjs';
import { openAs } from './measure.mjs';

const link = (href) => `document.querySelector('a[href="${href}"]')`;
const words = (text) => `[...document.querySelectorAll('main a, main button')].find((e) => e.textContent.trim() === '${text}' && e.getAttribute('aria-disabled') !== 'true')`;
const go = (href) => ({ press: link(href), shows: 'page', argument: href });
const tab = (value) => ({ press: `document.getElementById('tab-${value}')`, shows: 'tab', argument: value });
const panel = (press) => ({ press, shows: 'open', close: true });
const keys = (keys) => ({ keys, shows: 'open', close: true });

/** A round of twenty navigations that ends where it began. */
const ROUND = [
  { press: `bench.first().querySelector('a[href]')`, shows: 'detail' },
  tab('balance'),
  tab('adjustments'),
  tab('consumption'),
  tab('audit'),
  tab('info'),
  panel(words('拨款')),
  keys('Control+k'),
  go('/adjustments'),
  { press: `document.querySelector('tbody a[href^="/transfers/"]')`, shows: 'address', argument: '/transfers/' },
  go('/funds'),
  go('/exports'),
  go('/settings'),
  go('/sessions'),
  go('/customers'),
  { press: words('下一页'), shows: 'address', argument: 'page=' },
  panel(words('拨款')),
  panel(words('列设置')),
  panel(words('导出')),
  go('/customers'),
];

/** Answers what there is after one round, and after each of some more. */
export async function growth(browser, task) {
  return fresh(browser, task, async (page, cdp) => {
    await openAs(page, cdp, `${task.address}/customers`);
    const figures = {};
    for (let round = 0; round <= task.rounds; round += 1) {
      for (const step of ROUND) await take(page, step);
      for (const [name, value] of Object.entries(await state(page, cdp))) (figures[name] ??= []).push(value);
    }
    return { ...figures, navigations: [ROUND.length * task.rounds] };
  });
}

async function take(page, { press, keys, shows, argument, close }) {
  if (keys) await page.keyboard.press(keys);
  else await page.evaluate(`(${press} ?? (() => { throw new Error(${JSON.stringify(`not at ${press}`)} + ' ' + location.href); })()).click()`);
  await page.evaluate(([shows, argument]) => globalThis.bench.quiet(shows, argument), [shows, argument]);
  if (!close) return;
  await page.keyboard.press('Escape');
  await page.evaluate(() => globalThis.bench.quiet('closed'));
}

/** What is left after all garbage was collected. */
async function state(page, cdp) {
  // Not the console's: what the browser notes of each call, and this benchmark of each press.
  await page.evaluate(() => { performance.clearResourceTimings(); globalThis.bench.slowest(); });
  for (let n = 0; n < 3; n += 1) await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const read = (wanted) => metrics.find(({ name }) => name === wanted).value;
  return {
    heap: read('JSHeapUsedSize'),
    nodes: read('Nodes'),
    listeners: read('JSEventListeners'),
    wasm: await page.evaluate(() => globalThis.bench.wasm()),
  };
}
