// Loads and actions, and what they cost the renderer.
import { watch } from './inside.mjs';
import { cpuBetween, renderers } from './renderers.mjs';

/** How long the main thread has worked, in ms. */
const mainThread = async (cdp) => {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
};

async function prepare(page, cdp) {
  await page.addInitScript(watch);
  await cdp.send('Network.enable');
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
}

/** The load of a page by a browser that has never seen it, to the first row. */
export async function coldLoad(page, cdp, address) {
  await prepare(page, cdp);
  const sent = new Map();
  let bytes = 0;
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => sent.set(requestId, new URL(request.url)));
  cdp.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  const [before, idle] = [await renderers(page), await mainThread(cdp)];
  await page.goto(address, { waitUntil: 'commit' });
  const row = await page.evaluate(() => globalThis.bench.firstRow);
  const [after, busy] = [await renderers(page), await mainThread(cdp)];
  await page.evaluate(() => globalThis.bench.quiet('row'));
  const addresses = [...sent.values()].filter(({ protocol }) => protocol.startsWith('http'));
  const seen = {
    bytes,
    requests: addresses.length,
    calls: addresses.filter(({ pathname }) => pathname.startsWith('/api/')).length,
    cpu: cpuBetween(before, after),
    cpu_main: busy - idle,
    row,
    cls: await page.evaluate(() => globalThis.bench.shift()),
  };
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return { ...seen, heap: usedSize, wasm: await page.evaluate(() => globalThis.bench.wasm()) };
}

/** The same on a slow line with a slow processor: times only. */
export async function slowLoad(page, cdp, address) {
  await prepare(page, cdp);
  const throughput = 9_000_000 / 8;
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false, latency: 170, downloadThroughput: throughput, uploadThroughput: throughput,
  });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.goto(address, { waitUntil: 'commit' });
  const row = await page.evaluate(() => globalThis.bench.firstRow);
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null);
  return { slow_paint: paint, slow_row: row };
}

/** What something costs the renderer, in ms: all its threads, and the main one by itself. */
export async function cost(page, cdp, run) {
  const [before, idle] = [await renderers(page), await mainThread(cdp)];
  await run();
  const [after, busy] = [await renderers(page), await mainThread(cdp)];
  return { cpu: cpuBetween(before, after), main: busy - idle };
}

/** Opens a list and waits until it rests. */
export async function openAs(page, cdp, address) {
  await prepare(page, cdp);
  await page.goto(address);
  await page.evaluate(() => globalThis.bench.quiet('row'));
}

/**
 * One action, from the press until what it shows is there and nothing changes any more: its CPU, and how
 * long the page took to draw after the slowest press (INP).
 */
export async function act(page, cdp, { name, find, shows, press = click, afterwards }) {
  const { x, y, argument } = await page.evaluate(find);
  await page.mouse.move(x, y);
  await page.waitForTimeout(300);
  // The promise is made before the reading, so that waiting is not part of what is measured.
  await page.evaluate(
    ([shows, argument]) => {
      globalThis.bench.slowest();
      globalThis.benchDone = globalThis.bench.quiet(shows, argument);
    },
    [shows, argument],
  );
  const { cpu, main } = await cost(page, cdp, async () => {
    await press(page, { x, y, argument });
    await page.evaluate(() => globalThis.benchDone);
  });
  const inp = await page.evaluate(() => globalThis.bench.slowest());
  await afterwards?.(page);
  return { [name]: cpu, [`${name}_main`]: main, [`${name}_inp`]: inp };
}

const click = (page, { x, y }) => page.mouse.click(x, y);

/** How long the page takes to draw after a press with a processor a quarter as fast. */
export async function actSlowed(page, cdp, action) {
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const seen = await act(page, cdp, action);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  return { [`${action.name}_slow_inp`]: seen[`${action.name}_inp`] };
}
