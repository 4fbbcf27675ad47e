// Trunk's post_build hook: takes what the browser downloads and never uses out of the built app.
//
// The stylesheet and the start script are written small by build.rs. What wasm-bindgen writes is for
// reading: it loses comments and long names here. And leptos brings byte streams along that the app has
// no use for, which the linker keeps because they are exported to the script: without those exports the
// code behind them goes too.

import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";

const folder = process.env.TRUNK_STAGING_DIR;
const UNUSED = /intounderlying/;
// What the compiler uses, and no more: newer ways to write a module are not for every browser.
const FEATURES = ["bulk-memory", "bulk-memory-opt", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue"].map((f) => `--enable-${f}`);

for (const name of readdirSync(folder)) {
  const path = join(folder, name);
  if (/^console-.*\.js$/.test(name)) shrinkScript(path);
  if (name.endsWith("_bg.wasm")) shrinkWasm(path);
}

function shrinkScript(path) {
  const { code } = transformSync(readFileSync(path, "utf8"), { format: "esm", target: "es2022", minify: true, legalComments: "none" });
  writeFileSync(path, code);
}

function shrinkWasm(path) {
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(path)));
  const kept = exports.filter(({ name }) => !UNUSED.test(name));
  const graph = kept.map(({ name }) => ({ name, root: true, export: name }));
  const list = `${path}.graph.json`;
  writeFileSync(list, JSON.stringify(graph));
  const run = spawnSync("wasm-metadce", [path, ...FEATURES, "-f", list, "-o", path], { encoding: "utf8" });
  rmSync(list);
  if (run.status !== 0) throw new Error(`wasm-metadce: ${run.error ?? run.stderr}`);
}
