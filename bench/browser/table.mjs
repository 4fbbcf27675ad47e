// The console's table against the same elements made by hand (plain-table.js), in turns. The task names
// the folder of the built page; the figures are CPU in ms by operation: `plain_*` and `console_*`.
import { readFile } from 'node:fs/promises';
import { fresh } from './browser.mjs';
import { serve } from './files.mjs';
import { cost } from './measure.mjs';

/** How long the page must have rested after what was drawn: what a browser does later counts too. */
const REST = 200;

const press = (id) => `document.getElementById('${id}')`;
const inRow = (at, act) => `document.querySelectorAll('tbody tr')[${at}].querySelector('[data-act=${act}]')`;

// krausest's operations: what is pressed before, what is pressed and measured, and how many rows there are
// in the end.
const OPERATIONS = [
  { name: 'create 1,000', before: ['clear'], act: press('create'), rows: 1000 },
  { name: 'replace 1,000', before: ['clear', 'create'], act: press('create'), rows: 1000 },
  { name: 'update every 10th of 1,000', before: ['clear', 'create'], act: press('update'), rows: 1000 },
  { name: 'select', before: ['clear', 'create'], act: inRow(4, 'choose'), rows: 1000 },
  { name: 'swap', before: ['clear', 'create'], act: press('swap'), rows: 1000 },
  { name: 'remove', before: ['clear', 'create'], act: inRow(4, 'remove'), rows: 999 },
  { name: 'append 1,000', before: ['clear', 'create'], act: press('append'), rows: 2000 },
  { name: 'clear 1,000', before: ['clear', 'create'], act: press('clear'), rows: 1 },
  { name: 'create 10,000', before: ['clear'], act: press('create-many'), rows: 10_000 },
  { name: 'update every 10th of 10,000', before: ['clear', 'create-many'], act: press('update'), rows: 10_000 },
];

const sides = ['plain', 'console'];

/** Measures; answers lists of figures by name. */
export async function table(browser, { folder, rounds }) {
  const files = await serve(folder);
  const figures = {};
  try {
    const at = { plain: `${files.address}/plain`, console: `${files.address}/bench` };
    await fresh(browser, {}, (page) => copy(page, at.console, files.extra));
    const looks = {};
    for (let round = 0; round < rounds; round += 1) {
      // The one that goes first changes, so that a machine that gets slower is nobody's disadvantage.
      for (const side of round % 2 ? sides : sides.toReversed()) {
        await fresh(browser, {}, (page, cdp) =>
          whole(page, cdp, at[side], async (name, value) => {
            (figures[`${side}_${name}`] ??= []).push(value);
            if (round > 0) return;
            const look = await page.evaluate(() => document.querySelector('tbody').innerHTML);
            looks[name] ??= look;
            if (looks[name] !== look) throw new Error(`${name}: the two tables differ: ${difference(looks[name], look)}`);
          }),
        );
      }
    }
  } finally {
    files.close();
  }
  return figures;
}

/** Makes the page of the table by hand out of the console's own elements. */
async function copy(page, address, extra) {
  await page.goto(address);
  await page.locator('#clear').waitFor();
  const empty = await page.evaluate(() => document.body.innerHTML);
  await page.locator('#create').click();
  await page.locator('tbody tr').nth(999).waitFor();
  const parts = await page.evaluate(() => ({
    row: document.querySelector('tbody tr').outerHTML,
    root: document.documentElement.cloneNode(false).outerHTML.replace('</html>', ''),
    style: document.querySelector('link[rel=stylesheet]').outerHTML,
  }));
  const script = await readFile(new URL('plain-table.js', import.meta.url));
  extra.set('/plain-table.js', script);
  extra.set('/plain', `<!doctype html>${parts.root}<head>${parts.style}</head><body>${empty}<template id="row"><table><tbody>${parts.row}</tbody></table></template><script src="/plain-table.js"></script></body></html>`);
}

/** All operations on one page, after each was done a few times unmeasured. */
async function whole(page, cdp, address, note) {
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(address);
  await page.locator('#clear').waitFor();
  await page.evaluate(restAfterClick, REST);
  for (const operation of OPERATIONS) {
    const times = operation.rows > 2000 ? 1 : 3;
    for (let n = 0; n < times; n += 1) await once(page, operation);
    await prepare(page, operation);
    await cdp.send('HeapProfiler.collectGarbage');
    const { x, y } = await page.evaluate(`(() => { const box = ${operation.act}.getBoundingClientRect(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; })()`);
    await page.mouse.move(x, y);
    await page.waitForTimeout(REST);
    await page.evaluate(() => { globalThis.benchDone = globalThis.benchRest(); });
    const { cpu } = await cost(page, cdp, async () => {
      await page.mouse.click(x, y);
      await page.evaluate(() => globalThis.benchDone);
    });
    const rows = await page.evaluate(() => document.querySelectorAll('tbody tr').length);
    if (rows !== operation.rows) throw new Error(`${operation.name}: ${rows} rows instead of ${operation.rows}`);
    await note(operation.name, cpu);
  }
}

async function prepare(page, { before }) {
  for (const id of before) await page.evaluate(press(id) + '.click()');
  await page.evaluate(() => globalThis.benchDrawn());
}

async function once(page, operation) {
  await prepare(page, operation);
  await page.evaluate(`${operation.act}.click()`);
  await page.evaluate(() => globalThis.benchDrawn());
}

/** Runs in the page. */
function restAfterClick(rest) {
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
  globalThis.benchDrawn = async () => { await frame(); await frame(); };
  globalThis.benchRest = async () => {
    await new Promise((clicked) => addEventListener('click', clicked, { once: true, capture: true }));
    await globalThis.benchDrawn();
    await new Promise((over) => setTimeout(over, rest));
  };
}

function difference(a, b) {
  const at = [...a].findIndex((letter, place) => letter !== b[place]);
  return `${a.slice(Math.max(0, at - 80), at + 80)} — ${b.slice(Math.max(0, at - 80), at + 80)}`;
}
