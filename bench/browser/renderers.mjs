// CPU of Chromium's renderer processes, from the kernel: Chromium's own figures count in steps of 10 ms.
import { readFileSync, readdirSync } from 'node:fs';

/** Nanoseconds that all threads of a process were on a processor; 0 for one that is gone. */
function onProcessor(pid) {
  let sum = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      try {
        sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
      } catch {
        // A thread that ended meanwhile; threads of a pool end after a long rest only.
      }
    }
  } catch {
    return 0;
  }
  return sum;
}

/** The CPU that each renderer has used so far. */
export async function renderers(page) {
  const cdp = await page.context().browser().newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  await cdp.detach();
  const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  return new Map(pids.map((pid) => [pid, onProcessor(pid)]));
}

/** The CPU of the page's renderer between two readings, in ms: of the one that did most. Others rest. */
export function cpuBetween(before, after) {
  const grown = [...after].map(([pid, now]) => now - (before.get(pid) ?? 0));
  return Math.max(...grown) / 1e6;
}
