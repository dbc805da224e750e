// Makes the two files of a page small: shrink.mjs WASM GLUE WASM-OUT GLUE-OUT [ARGUMENT OF wasm-opt]...
// What they call of each other gets short names: wasm-bindgen's are long, end in hashes that do not compress, and stand in both files.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const [wasm, glue, wasmOut, glueOut, ...passes] = process.argv.slice(2);
let text = readFileSync(glue, "utf8");

wasmOpt(...passes, wasm);
// Other modules that the wasm calls by itself know their own names only.
if (!text.includes("import * as import1 ")) {
  const features = passes.filter((pass) => pass.startsWith("--enable-"));
  const names = "--minify-imports-and-exports-and-modules";
  const { imports, exports } = JSON.parse(wasmOpt(...features, names, wasmOut));
  for (const [, long, short] of imports) replace(` ${long}:`, ` ${short}:`);
  if (imports.length > 0) replace(`"${imports[0][0]}": import0`, "a: import0");
  const short = new Map(exports);
  text = text.replace(/\bwasm\.([\w$]+)/g, (_, long) => `wasm.${short.get(long) ?? long}`);
}
writeFileSync(glueOut, transformSync(text, { format: "esm", minify: true }).code);

function replace(long, short) {
  const parts = text.split(long);
  if (parts.length !== 2) throw new Error(`the glue has \`${long}\` ${parts.length - 1} times`);
  text = parts.join(short);
}

function wasmOpt(...args) {
  const program = fileURLToPath(new URL("node_modules/binaryen/bin/wasm-opt", import.meta.url));
  return execFileSync(process.execPath, [program, ...args, "--output", wasmOut], { encoding: "utf8" });
}
