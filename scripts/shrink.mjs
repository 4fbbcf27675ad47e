// Trunk's post_build hook: takes what the browser downloads and never uses out of the built app, and puts
// the parts that scripts/trunk/wasm-bindgen took off (src/parts.rs) beside it.
//
// The stylesheet and the start script are written small by build.rs. What wasm-bindgen writes is for
// reading: it loses comments and long names here. And leptos brings byte streams along that the app has
// no use for, which the linker keeps because they are exported to the script: without those exports the
// code behind them goes too.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";

const folder = process.env.TRUNK_STAGING_DIR;
const parts = resolve("target/parts");
const LOADER = "__wasm_split.js";
// What these share is kept from what only others share.
const FIRST = ["doors", "customers"];
const UNUSED = /intounderlying/;
// What the compiler uses, and no more: newer ways to write a module are not for every browser.
const FEATURES = ["bulk-memory", "bulk-memory-opt", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue"].map((f) => `--enable-${f}`);

const names = readdirSync(folder);
const script = names.find((name) => /^console-.*\.js$/.test(name));
const program = names.find((name) => name.endsWith("_bg.wasm"));
dropExports(join(folder, program));
await shrinkScript(join(folder, script), loader(shrinkParts()));
nameByContent();

/** Runs a tool of binaryen. */
function run(tool, ...options) {
  const run = spawnSync(tool, options, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`${tool}: ${run.error ?? run.stderr}`);
  return run.stdout;
}

function dropExports(path) {
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(path)));
  const kept = exports.filter(({ name }) => !UNUSED.test(name));
  const graph = kept.map(({ name }) => ({ name, root: true, export: name }));
  const list = `${path}.graph.json`;
  writeFileSync(list, JSON.stringify(graph));
  run("wasm-metadce", path, ...FEATURES, "-f", list, "-o", path);
  rmSync(list);
}

/**
 * Puts the parts into the folder, and gives for each the files that it needs. What several parts share came
 * in many small files, one for each company of parts: they become three, for what opens first to be quick.
 */
function shrinkParts() {
  const files = readdirSync(parts).filter((name) => name.endsWith(".wasm"));
  const needs = new Map(files.filter((name) => name.startsWith("split_")).map((name) => [name.slice(6, -5), [publish([name])]]));
  const sharers = [...readFileSync(join(parts, LOADER), "utf8").matchAll(/\/\* (.*) \*\/\nconst __(chunk_\d+) /g)];
  if (sharers.length !== files.filter((name) => name.startsWith("chunk_")).length) throw new Error(`${LOADER} does not name all shared files`);
  const first = ([, users]) => FIRST.find((part) => users.split(", ").includes(part));
  for (const part of [...FIRST, undefined]) {
    const group = sharers.filter((chunk) => first(chunk) === part);
    if (group.length === 0) continue;
    const file = publish(group.map(([, , chunk]) => `${chunk}.wasm`));
    for (const user of new Set(group.flatMap(([, users]) => users.split(", ")))) needs.get(user).push(file);
  }
  return needs;
}

/** One small file of several, in the folder; made small as Trunk does the program itself. */
function publish(files) {
  const options = readFileSync("index.html", "utf8").match(/data-wasm-opt-params="([^"]*)"/)[1].split(" ");
  const small = join(parts, "small");
  run("wasm-opt", merge(files), ...options, "-o", small);
  const bytes = readFileSync(small);
  const name = `part-${hash(bytes)}.wasm`;
  writeFileSync(join(folder, name), bytes);
  return name;
}

/** All files ask for the same memory, table and stack: a module between them and the program asks once. */
function merge(files) {
  if (files.length === 1) return join(parts, files[0]);
  const asked = new Map();
  for (const file of files) {
    const text = run("wasm-dis", join(parts, file), ...FEATURES);
    for (const [, name, kind, type] of text.matchAll(/^ \(import "__wasm_split" "(\w+)" \((\w+) \S+ (.*)\)\)$/gm)) asked.set(name, { kind, type });
  }
  const imports = [...asked].map(([name, { kind, type }]) => `(import "main" "${name}" (${kind} $${name} ${type}))`);
  const lines = [...imports, ...[...asked].map(([name, { kind }]) => `(export "${name}" (${kind} $${name}))`)];
  const [between, merged] = [join(parts, "between"), join(parts, "merged")];
  writeFileSync(`${between}.wat`, `(module ${lines.join(" ")})`);
  run("wasm-as", `${between}.wat`, ...FEATURES, "-o", between);
  run("wasm-merge", between, "__wasm_split", ...files.flatMap((file) => [join(parts, file), file]), ...FEATURES, "-o", merged);
  return merged;
}

/** What the program calls for a part: it comes once; one that did not come is asked for again. */
function loader(needs) {
  const loads = [...needs].map(([part, files]) => `export const __wasm_split_load_${part} = load(${files.map((file) => `"./${file}"`).join(", ")});`);
  return `
    import { initSync } from "./${script}";
    const coming = {};
    const come = (file) => {
      const exports = initSync();
      return WebAssembly.instantiateStreaming(fetch(new URL(file, import.meta.url)), { main: exports, __wasm_split: exports });
    };
    const bring = (file) => (coming[file] ??= come(file).catch((error) => {
      delete coming[file];
      throw error;
    }));
    const load = (...files) => (answer, question) => {
      const done = (came) => initSync().__indirect_function_table.get(answer)(question, came);
      Promise.all(files.map(bring)).then(() => true, () => false).then(done);
    };
    ${loads.join("\n")}`;
}

/** One small script of wasm-bindgen's and of what loads the parts. */
async function shrinkScript(path, loader) {
  const entry = readFileSync(path, "utf8");
  const together = {
    name: "together",
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path: wanted }) => ({ path: basename(wanted) === LOADER ? LOADER : "entry", namespace: "app" }));
      build.onLoad({ filter: /./, namespace: "app" }, ({ path: wanted }) => ({ contents: wanted === LOADER ? loader : entry }));
    },
  };
  // wasm-bindgen writes an import a loader, all of them the same.
  const logOverride = { "duplicate-object-key": "silent" };
  const { outputFiles } = await build({ entryPoints: [path], bundle: true, write: false, format: "esm", target: "es2022", minify: true, legalComments: "none", plugins: [together], logOverride });
  writeFileSync(path, outputFiles[0].contents);
}

/** Trunk names the program by what the compiler made; what became of it here is kept by browsers for good. */
function nameByContent() {
  const before = program.match(/-([0-9a-f]+)_bg/)[1];
  const after = hash(readFileSync(join(folder, script)), readFileSync(join(folder, program)));
  for (const name of [script, program]) renameSync(join(folder, name), join(folder, name.replace(before, after)));
  const page = join(folder, "index.html");
  writeFileSync(page, readFileSync(page, "utf8").replaceAll(before, after));
}

function hash(...contents) {
  const sum = createHash("sha256");
  for (const content of contents) sum.update(content);
  return sum.digest("hex").slice(0, 16);
}
