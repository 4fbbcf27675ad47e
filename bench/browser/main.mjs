// Measures the console in Chromium. The only argument is the task as JSON (bench/src/browser/); the last
// line of the output is a JSON object: a list of values for each figure.
import { start } from './browser.mjs';
import { consoleAsUsed } from './console.mjs';
import { growth } from './growth.mjs';
import { table } from './table.mjs';

const measures = { console: consoleAsUsed, growth, table };

const { measure, chromium, ...task } = JSON.parse(process.argv[2]);
const browser = await start(chromium);
try {
  console.log(JSON.stringify(await measures[measure](browser, task)));
} finally {
  await browser.close();
}
