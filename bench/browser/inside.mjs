// What runs inside the page. It watches the document's changes, so that waiting costs the page no CPU.

/**
 * Put into every page before its own scripts: `bench.until(name)` waits for a condition by its name,
 * `bench.quiet(name)` until, after that, nothing has changed for a while.
 */
export function watch() {
  const QUIET = 200;
  const PATIENCE = 60_000;
  // One by one: a condition wants the first, and looks at every change.
  const rows = function* () {
    for (const row of document.querySelectorAll('tbody [role=row], tbody tr[data-row]')) {
      if (!row.closest('[aria-hidden=true]') && row.querySelector('a, button')) yield row;
    }
  };
  const first = () => rows().next().value;
  const settled = () => !document.querySelector('[aria-busy=true], [aria-hidden=true].table__waiting');
  const dialog = () => document.querySelector('dialog[open], [role=dialog]');
  const conditions = {
    row: () => Boolean(first()),
    other: (before) => settled() && Boolean(first()) && first().textContent !== before,
    typed: () => document.querySelector('[role=search] input').value !== '',
    found: (typed) => settled() && Boolean(first()?.textContent.includes(typed)),
    dialog: () => Boolean(dialog()?.querySelector('input')),
    open: () => Boolean(dialog()),
    closed: () => !dialog(),
    page: (path) => location.pathname === path && settled(),
    address: (part) => location.href.includes(part) && settled(),
    tab: (value) => document.querySelector('[role=tab][aria-selected=true]')?.id === `tab-${value}` && settled(),
    detail: () => location.pathname.split('/').length > 2 && Boolean(document.querySelector('[role=tabpanel]')) && settled(),
  };
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const ANYTHING = { subtree: true, childList: true, attributes: true, characterData: true };
  const until = (name, argument) =>
    new Promise((done, failed) => {
      const observer = new MutationObserver(look);
      const tooLate = setTimeout(() => {
        observer.disconnect();
        failed(new Error(`waited in vain for "${name}" at ${location.href}: ${document.body?.innerText.slice(0, 300)}`));
      }, PATIENCE);
      function look() {
        if (!conditions[name](argument)) return;
        const at = performance.now();
        observer.disconnect();
        clearTimeout(tooLate);
        void painted().then(() => done(at));
      }
      observer.observe(document, ANYTHING);
      look();
    });
  const quiet = async (name, argument) => {
    await until(name, argument);
    await new Promise((done) => {
      let timer = setTimeout(finish, QUIET);
      const observer = new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(finish, QUIET);
      });
      function finish() {
        observer.disconnect();
        done();
      }
      observer.observe(document, ANYTHING);
    });
  };
  let memory = null;
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      memory = (made.instance ?? made).exports.memory ?? memory;
      return made;
    };
  }
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  // Shorter ones are not told by the browser, which tells in steps of 8 ms.
  const AT_ONCE = 16;
  const presses = [];
  const pressed = new PerformanceObserver((list) => presses.push(...list.getEntries()));
  pressed.observe({ type: 'event', durationThreshold: AT_ONCE, buffered: true });
  /** The slowest answer to a press since it was last asked, in ms, as INP counts it. */
  const slowest = () => {
    presses.push(...pressed.takeRecords());
    const of = presses.splice(0).filter(({ interactionId }) => interactionId > 0);
    return Math.max(AT_ONCE, ...of.map(({ duration }) => duration));
  };
  const firstRow = until('row');
  firstRow.catch(() => {}); // on pages that have no list nobody asks for it
  Object.defineProperty(globalThis, 'bench', {
    value: { rows: () => [...rows()], first, until, quiet, firstRow, slowest, shift: () => shift, wasm: () => memory?.buffer.byteLength ?? null },
  });
}
