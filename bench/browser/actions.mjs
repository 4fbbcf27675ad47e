// What a person does in the list. `find` runs in the page and tells where to click, and an argument for
// what follows; `press` is what is done there instead of a click; `shows` names the condition of inside.mjs
// that says that it is done. Elements are found as people find them: by words.

const middle = `(element) => {
  element.scrollIntoView({ block: 'center' });
  const box = element.getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}`;

const named = (words) => `[...document.querySelectorAll('a, button')].find((e) =>
  e.textContent.trim() === '${words}' && e.getAttribute('aria-disabled') !== 'true' && !e.disabled && e.closest('main, body'))`;

const find = (element, argument = 'null') => `(() => {
  const element = ${element};
  if (!element) throw new Error(${JSON.stringify(`not in the page: ${element}`)});
  return { ...(${middle})(element), argument: ${argument} };
})()`;

/** Closes what is open. */
const escape = async (page) => {
  await page.keyboard.press('Escape');
  await page.evaluate(() => globalThis.bench.quiet('closed'));
};

/** The text of the first row: it changes when others come. */
const firstText = 'bench.first().textContent';

/** 下一页: the next page of the list. */
export const nextPage = { name: 'next', find: find(named('下一页'), firstText), shows: 'other' };

/** 拨款 in the first row that allows it: the dialog. It is closed again afterwards. */
export const openDialog = {
  name: 'dialog',
  find: find(named('拨款')),
  shows: 'dialog',
  afterwards: escape,
};

/** The name in the first row: the customer's page. */
export const openDetail = { name: 'detail', find: find(`bench.first().querySelector('a[href]')`), shows: 'detail' };

/** The search field, with the cursor in it. */
const search = `((field) => { field.focus(); return field; })(document.querySelector('[role=search] input'))`;

/**
 * With a hundred rows. The name is that of the figures (bench/src/browser/console.rs). One after the other on
 * one page, so the search comes last: it changes which rows there are.
 */
export const hundredRows = [
  { ...nextPage, name: 'hundred_next' },
  { name: 'hundred_sort', find: find(named('客户名称'), firstText), shows: 'other' },
  { ...openDialog, name: 'hundred_dialog' },
  {
    name: 'hundred_palette',
    find: find(`document.querySelector('h1')`),
    press: (page) => page.keyboard.press('Control+k'),
    shows: 'dialog',
    afterwards: escape,
  },
  // A space: nothing is searched for it, so this is the key alone.
  { name: 'hundred_key', find: find(search), press: (page) => page.keyboard.press('Space'), shows: 'typed' },
  {
    name: 'hundred_search',
    // Parts of account names, of which the one is not in the first row: then many rows are others.
    find: find(search, `['_0000', '_0001'].find((part) => !${firstText}.includes(part))`),
    press: (page, { argument }) => page.keyboard.type(argument, { delay: 40 }),
    shows: 'found',
  },
];

/**
 * Puts two buttons on the page that do what a browser cannot be spared, by a few lines of script: other
 * texts in the same rows, and an empty dialog with a field. What the console costs is to be seen beside it.
 */
export function plainButtons() {
  const button = (words, act) => {
    const made = document.createElement('button');
    made.textContent = words;
    made.addEventListener('click', act);
    document.querySelector('main').append(made);
  };
  const texts = (row) => {
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  };
  button('plain next', () => {
    const rows = globalThis.bench.rows().map(texts);
    const old = rows.map((row) => row.map((text) => text.nodeValue));
    history.pushState(null, '', '?plain');
    scrollTo(0, 0);
    rows.forEach((row, place) => row.forEach((text, at) => (text.nodeValue = `${old[(place + 7) % old.length][at] ?? ''}`)));
  });
  button('plain dialog', () => {
    const dialog = document.createElement('dialog');
    dialog.className = 'dialog';
    const field = document.createElement('input');
    dialog.append('plain', field);
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** The same texts in other rows, and an empty dialog, by a few lines of script. */
export const plain = [
  { ...nextPage, name: 'plain_next', find: find(named('plain next'), firstText) },
  { ...openDialog, name: 'plain_dialog', find: find(named('plain dialog')) },
];
