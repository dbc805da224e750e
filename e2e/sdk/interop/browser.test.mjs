// The unmodified npm SDK in a page: the same cases as in Node, by the SDK's client for browsers, in Chromium.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

import { browser } from "./browser/driver.mjs";
import { cases } from "./cases/all.mjs";
import { cases as pageCases } from "./browser/cases.mjs";
import { KEY, start } from "./server.mjs";

const limit = { timeout: 120_000 };
const place = (path) => fileURLToPath(new URL(path, import.meta.url));
let server, page, folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "interop-pages-"));
  await build({
    entryPoints: [place("browser/page.mjs")],
    outfile: join(folder, "page.js"),
    bundle: true,
    format: "esm",
    platform: "browser",
    alias: { "node:assert/strict": place("browser/assert.mjs") },
    define: { "process.env": "{}", global: "globalThis", KEY: JSON.stringify(KEY) },
    logLevel: "silent",
  });
  // Sockets are remembered, so that a case can cut one.
  writeFileSync(
    join(folder, "sockets.js"),
    "const Real = WebSocket; globalThis.sockets = []; globalThis.WebSocket = class extends Real { constructor(...all) { super(...all); sockets.push(this); } };",
  );
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><link rel="icon" href="data:,"><script src="sockets.js"></script><script type="module" src="page.js"></script>',
  );
  const pages = process.env.SANDBOX_PAGES;
  if (!pages) throw new Error("SANDBOX_PAGES is not set: give it the folder of the built pages");
  cpSync(join(pages, "examples"), join(folder, "examples"), { recursive: true });
  server = await start("--static-dir", folder);
  page = await browser();
  await page.open(server.address);
  await page.until("the page", "return Array.isArray(globalThis.names)");
}, limit);

after(async () => {
  await page?.end();
  await server?.end();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, limit);

for (const [name] of [...cases, ...pageCases]) {
  test(name, limit, () => page.run("return run(arguments[0])", name));
}

// The SDK's page and a page of ours, each in a tab, in one sandbox.
const beside = async (name, work) => {
  const id = await page.run("return sandbox()");
  const tab = await page.tab();
  await page.open(`${server.address}/examples/${name}/#${id}`);
  await page.until("our connection", "return document.querySelector('[aria-label=Connection]')?.textContent === 'Connected'");
  const ours = () => tab.to(tab.handle);
  const theirs = () => tab.to(tab.before);
  try {
    await work({ ours, theirs });
  } finally {
    await ours();
    await page.close();
    await theirs();
  }
};
const fill = (label, value) =>
  page.run("document.querySelector(`input[aria-label=${arguments[0]}]`).value = arguments[1]", label, value);
const press = (name) =>
  page.run("[...document.querySelectorAll('button')].find((button) => button.textContent === arguments[0]).click()", name);
const says = (selector, text) =>
  page.until(text, "return document.querySelector(arguments[0])?.textContent.includes(arguments[1])", selector, text);

test("a file of one client is read and watched by the other", limit, () =>
  beside("quick_start", async ({ ours, theirs }) => {
    await theirs();
    await page.run(
      "globalThis.told = []; return client().then(async (client) => { const watch = await client.fs.watch('.'); watch.onEvent((event) => told.push(...event.paths)); await client.fs.writeTextFile('theirs.txt', 'from the SDK'); })",
    );
    await ours();
    await fill("Path", "theirs.txt");
    await press("Read");
    await says("output[aria-label=Result]", "from the SDK");
    await fill("Path", "ours.txt");
    await fill("Content", "from our page");
    await press("Write");
    await theirs();
    await page.until("the event", "return told.some((path) => path.endsWith('ours.txt'))");
    await page.until("the content", "return client().then((client) => client.fs.readTextFile('ours.txt')).then((text) => text === 'from our page')");
  }));

test("a command of one client is listed by the other", limit, () =>
  beside("quick_start", async ({ ours, theirs }) => {
    await fill("Command", "echo from our page; until [ -e go-on ]; do sleep 0.05; done; echo and on");
    await press("Run");
    await says("[role=log]", "from our page");
    await theirs();
    await page.until(
      "the command",
      "return client().then((client) => client.commands.getAll()).then((all) => all.some((one) => one.command.includes('from our page') && one.status === 'RUNNING'))",
    );
    await page.run("return client().then((client) => client.fs.writeTextFile('go-on', ''))");
    await ours();
    await says("[role=log]", "and on");
  }));

test("tasks, ports, terminals and people of one client are seen by the other", limit, () =>
  beside("files_and_shells", async ({ ours, theirs }) => {
    await theirs();
    await page.run("return client().then(async (client) => { const task = await client.tasks.get('serve'); await Promise.all([client.ports.waitForPort(4100, { timeoutMs: 20_000 }), task.run()]); })");
    await ours();
    await says("[aria-label=Ports]", "4100");
    await says("[aria-label=Tasks]", "Stop");
    await page.until("both people", "return document.querySelectorAll('[aria-label=People] li').length >= 2");
    await theirs();
    await page.until(
      "our terminal",
      "return client().then((client) => client.terminals.getAll()).then(async (all) => { for (const one of all) if ((await one.open()).length > 0) return true; return false; })",
    );
    await page.run("return client().then(async (client) => (await client.tasks.get('serve')).stop())");
    await ours();
    await page.until("the port's end", "return !document.querySelector('[aria-label=Ports]').textContent.includes('4100')");
  }));
