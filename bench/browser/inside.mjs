// What runs inside the page. It watches the document's changes, so that waiting costs the page no CPU.

/**
 * Put into every page before its own scripts: `bench.until(name)` waits for a condition by its name,
 * `bench.quiet(name)` until, after that, nothing has changed for a while.
 */
export function watch() {
  const QUIET = 200;
  const PATIENCE = 60_000;
  const rows = () => [...document.querySelectorAll('tbody [role=row], tbody tr[data-row]')].filter(
    (row) => !row.closest('[aria-hidden=true]') && row.querySelector('a, button'),
  );
  const settled = () => !document.querySelector('[aria-busy=true], [aria-hidden=true].table__waiting');
  const dialog = () => document.querySelector('dialog[open], [role=dialog]');
  const conditions = {
    row: () => rows().length > 0,
    other: (before) => rows().length > 0 && settled() && rows()[0].textContent !== before,
    dialog: () => Boolean(dialog()?.querySelector('input')),
    closed: () => !dialog(),
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
  const firstRow = until('row');
  firstRow.catch(() => {}); // on pages that have no list nobody asks for it
  Object.defineProperty(globalThis, 'bench', {
    value: { rows, until, quiet, firstRow, shift: () => shift, wasm: () => memory?.buffer.byteLength ?? null },
  });
}
