// Builds `dist`, the list of its files in the crate, which the crate brings to each page, and the terminal's style sheet.

import { build } from 'esbuild';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

// The keys of Emacs are bound by calls that are marked as if nothing came of them; a bundler would leave them out.
const unmarked = {
  name: 'unmarked',
  setup({ onLoad }) {
    onLoad({ filter: /codemirror-emacs[\\/]dist[\\/]index\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('/*@__PURE__*/EmacsHandler.', 'EmacsHandler.'),
    }));
  },
};

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: { editor: 'src/editor.js', terminal: 'src/terminal.js', viewer: 'src/viewer.js' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  plugins: [unmarked],
  metafile: true,
});

const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const found = input.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (found) packages.add(found[1]);
}
const licences = [];
for (const name of [...packages].sort()) {
  const folder = join(here, 'node_modules', name);
  const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
  const text = file ? await readFile(join(folder, file), 'utf8') : '';
  licences.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
}
await writeFile(join(dist, 'LICENSES.txt'), licences.join('\n----\n\n'));

const files = (await readdir(dist)).filter((file) => file.endsWith('.js')).sort();
// Which entries each file is for: those that lead to it, at once or later.
const users = new Map(files.map((file) => [file, []]));
for (const entry of ['editor', 'terminal', 'viewer']) {
  const waiting = [`dist/${entry}.js`];
  const seen = new Set(waiting);
  while (waiting.length) {
    const file = waiting.pop();
    users.get(basename(file)).push(entry);
    for (const { path, external } of metafile.outputs[file].imports) {
      if (!external && !seen.has(path)) {
        seen.add(path);
        waiting.push(path);
      }
    }
  }
}
const blocks = files.map((file) => {
  const name = file.replace(/\W/g, '_').toLowerCase();
  const features = users.get(file).map((entry) => `feature = "${entry}"`);
  const condition = features.length > 1 ? `any(${features.join(', ')})` : features[0];
  return `#[cfg(${condition})]\n#[wasm_bindgen(module = "/js/dist/${file}")]\nextern "C" {\n    fn ${name}();\n}\n`;
});
await writeFile(
  join(here, '../src/module/files.rs'),
  `//! The files of \`js/dist\`. Written by \`npm run build\` in \`js\`.
//!
//! Nothing here is called: that a file is named is what brings it to a page, beside the module that fetches it.

#![allow(dead_code, reason = "to be named is enough")]
#![allow(unused_imports, reason = "without features there are none")]

use wasm_bindgen::prelude::*;

${blocks.join('\n')}`,
);
// Pages shall be able to override all of it, and its licence is in LICENSES.txt.
const sheet = await readFile(join(here, 'node_modules/@xterm/xterm/css/xterm.css'), 'utf8');
const rules = sheet.replace(/\/\*[\s\S]*?\*\//g, '').replace(/ *!important/g, '').replace(/\s*\n\s*\n+/g, '\n').trim();
await writeFile(
  join(here, '../src/terminal/xterm.css'),
  `/* xterm.js, MIT licence, (c) The xterm.js authors; SourceLair Private Company; Christopher Jeffrey. Written by \`npm run build\` in \`js\`. */\n${rules}\n`,
);
const size = Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`${files.length} files, ${(size / 1000).toFixed(0)} kB, ${packages.size} packages`);
