// The console as a person uses it: loads and actions.
import { hundredRows, nextPage, openDetail, openDialog, plain, plainButtons } from './actions.mjs';
import { fresh } from './browser.mjs';
import { act, actSlowed, coldLoad, openAs, slowLoad } from './measure.mjs';

/** Answers a list of values for each figure. */
export async function consoleAsUsed(browser, task) {
  const list = `${task.address}/customers`;
  const figures = {};
  const note = (values) => {
    for (const [name, value] of Object.entries(values)) (figures[name] ??= []).push(value);
  };
  const whole = async (page, cdp) => ({
    ...(await coldLoad(page, cdp, list)),
    ...(await each(page, cdp, [nextPage, openDialog, openDetail], act)),
    ...(await byHand(page, cdp, list, act)),
  });
  // What a person does where a page of the list has a hundred rows.
  const hundred = async (page, cdp, how) => {
    await openAs(page, cdp, `${list}?limit=100`);
    const seen = await each(page, cdp, hundredRows, how);
    const least = Object.entries(await byHand(page, cdp, `${list}?limit=100`, how));
    return { ...seen, ...Object.fromEntries(least.map(([name, value]) => [`hundred_${name}`, value])) };
  };
  await fresh(browser, task, whole); // the browser's own first time
  for (let run = 0; run < task.runs; run += 1) {
    note(await fresh(browser, task, whole));
    note(await fresh(browser, task, (page, cdp) => hundred(page, cdp, act)));
  }
  for (let run = 0; run < task.slowRuns; run += 1) {
    note(await fresh(browser, task, (page, cdp) => slowLoad(page, cdp, list)));
    note(await fresh(browser, task, (page, cdp) => hundred(page, cdp, actSlowed)));
  }
  return figures;
}

async function each(page, cdp, actions, how) {
  const seen = {};
  for (const action of actions) Object.assign(seen, await how(page, cdp, action));
  return seen;
}

/** What the browser itself takes for such changes, on a page that has just been loaded. */
async function byHand(page, cdp, list, how) {
  await page.goto(list);
  await page.evaluate(() => globalThis.bench.quiet('row'));
  await page.evaluate(plainButtons);
  return each(page, cdp, plain, how);
}
