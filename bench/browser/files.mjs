// Serves a built app and some pages besides to a browser on this machine.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

const TYPES = {
  '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm',
};

/** Serves the files of a folder, `index.html` for `/bench`, and what is put into `extra` by path. */
export async function serve(folder) {
  const extra = new Map();
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  async function answer({ url }, response) {
    const path = url === '/bench' ? '/index.html' : url;
    const body = extra.get(path) ?? (/^[\w./-]+$/.test(path) && !path.includes('..') && (await readFile(join(folder, path)).catch(() => null)));
    response.writeHead(body ? 200 : 404, { 'content-type': `${TYPES[extname(path)] ?? 'text/html'}; charset=utf-8` });
    response.end(body || '');
  }
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { extra, address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
