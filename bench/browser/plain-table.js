// The operations of the table's benchmark by hand: no framework, no description, no diffing. It is what
// the console's table is measured against, so it does as little as keyed rows allow: one listener, rows
// from a cloned template, and only the nodes touched that change. The elements are the console's own,
// taken from its page (table.mjs).
const body = document.querySelector('tbody');
const WORDS = ['pretty', 'large', 'quaint', 'short', 'elegant', 'odd', 'inexpensive'];
const word = (n) => WORDS[Math.floor(n) % WORDS.length];
const nothing = [...body.childNodes];
const template = document.querySelector('#row').content.querySelector('tr');
let last = 0;
let rows = [];
let chosen = null;

const made = (count) =>
  Array.from({ length: count }, () => {
    const id = (last += 1);
    return { id: `${id}`, label: `${word(id)} ${word(id / 7)} ${word(id / 49)}` };
  });

function element(item) {
  const row = template.cloneNode(true);
  const name = row.firstChild;
  const number = name.nextSibling;
  const [choose, remove] = number.nextSibling.nextSibling.firstChild.children;
  row.setAttribute('data-row', item.id);
  name.firstChild.setAttribute('href', `#${item.id}`);
  name.firstChild.firstChild.nodeValue = item.label;
  number.firstChild.nodeValue = item.id;
  choose.id = `choose-${item.id}`;
  remove.id = `remove-${item.id}`;
  item.row = row;
  return row;
}

const show = (item, isChosen) => (item.row.children[2].firstChild.className = isChosen ? 'badge badge--good' : 'badge');

const acts = {
  create: () => replace(1000),
  'create-many': () => replace(10_000),
  append() {
    const more = made(1000);
    for (const item of more) body.append(element(item));
    rows.push(...more);
  },
  update() {
    for (let at = 0; at < rows.length; at += 10) {
      const item = rows[at];
      item.label += ' !!!';
      item.row.firstChild.firstChild.firstChild.nodeValue = item.label;
    }
  },
  swap() {
    if (rows.length <= 998) return;
    const [a, b] = [rows[1], rows[998]];
    [rows[1], rows[998]] = [b, a];
    const afterB = b.row.nextSibling;
    body.insertBefore(b.row, a.row);
    body.insertBefore(a.row, afterB);
  },
  clear() {
    rows = [];
    chosen = null;
    body.replaceChildren(...nothing);
  },
};

function replace(count) {
  rows = made(count);
  chosen = null;
  body.textContent = '';
  for (const item of rows) body.append(element(item));
}

for (const [name, act] of Object.entries(acts)) document.getElementById(name).addEventListener('click', act);

document.querySelector('table').addEventListener('click', ({ target }) => {
  const act = target.closest('[data-act]')?.getAttribute('data-act');
  const row = target.closest('[data-row]');
  const at = rows.findIndex((item) => item.row === row);
  if (!act || at < 0) return;
  if (act === 'choose') {
    if (chosen) show(chosen, false);
    chosen = rows[at];
    show(chosen, true);
  } else {
    if (chosen === rows[at]) chosen = null;
    rows.splice(at, 1);
    row.remove();
  }
});
