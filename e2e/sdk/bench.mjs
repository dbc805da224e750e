// The JavaScript SDK's side of the benchmark. Each row gives milliseconds.
import { connectToSandbox } from "@codesandbox/sdk/browser";

const COUNT = 1000;
const COMMANDS = 200;
const FLOOD = 50_000_000;
// The end is written so that the echo of the line is not taken for it.
const FLOOD_LINE = "yes 'the quick brown fox jumps over the lazy dog' | head -c 50000000; echo flood-is-''over";
const ENTRIES = 10_000;
const ENTRIES_LINE = "mkdir -p many && cd many && seq 10000 | xargs touch";
// The files are there before: what making them takes of the disk is no part of the row.
const WATCHED_LINE = "mkdir -p watched && cd watched && seq 10000 | xargs touch";
const CHANGES_LINE = "cd watched && perl -e 'chmod 0600, 1..10000'";
const LISTEN_LINE =
  "node -e \"require('net').createServer().listen(4400, () => require('fs').writeFileSync('listened', String(Date.now())))\"";
const small = new Uint8Array(1024).fill(120);
const LARGE = 16 * 1024 * 1024;
let client;
let made;
let large;

const session = async (path, init) => (await fetch(`/api/sandboxes${path}`, init)).json();
const check = (content, length) => {
  if (content.length !== length) throw new Error(`${content.length} bytes`);
};
/** Whether the state turns to what is wanted, within 5 s. */
const turns = (wanted) =>
  new Promise((told) => {
    if (wanted(client.state)) return told(true);
    setTimeout(() => told(wanted(client.state)), 5000);
    client.onStateChange((state) => wanted(state) && told(true));
  });

const rows = {
  async connect_prepare() {
    made = await session("", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    return 0;
  },
  async connect() {
    if (!made) await rows.connect_prepare();
    const begun = performance.now();
    client = await connectToSandbox({ session: made, getSession: (id) => session(`/${id}`) });
    return performance.now() - begun;
  },
  async write() {
    const begun = performance.now();
    for (let n = 0; n < COUNT; n++) await client.fs.writeFile(`small-${n % 10}`, small);
    return performance.now() - begun;
  },
  async read() {
    const begun = performance.now();
    for (let n = 0; n < COUNT; n++) check(await client.fs.readFile(`small-${n % 10}`), small.length);
    return performance.now() - begun;
  },
  async read_at_once() {
    const begun = performance.now();
    const reads = Array.from({ length: COUNT }, (_, n) => client.fs.readFile(`small-${n % 10}`));
    for (const read of reads) check(await read, small.length);
    return performance.now() - begun;
  },
  async write_large_prepare() {
    large = new Uint8Array(LARGE).fill(120);
    return 0;
  },
  async write_large() {
    const begun = performance.now();
    await client.fs.writeFile("large", large);
    const time = performance.now() - begun;
    large = undefined;
    return time;
  },
  async read_large() {
    const begun = performance.now();
    check(await client.fs.readFile("large"), LARGE);
    return performance.now() - begun;
  },
  async batch() {
    const begun = performance.now();
    await client.fs.batchWrite(Array.from({ length: COUNT }, (_, n) => ({ path: `batch/${n}`, content: small })));
    return performance.now() - begun;
  },
  async read_dir() {
    await client.commands.run(ENTRIES_LINE);
    const begun = performance.now();
    const entries = await client.fs.readdir("many");
    const time = performance.now() - begun;
    if (entries.length !== ENTRIES) throw new Error(`${entries.length} entries`);
    return time;
  },
  async watch() {
    await client.commands.run(WATCHED_LINE);
    const watcher = await client.fs.watch("watched");
    let told = 0;
    let over;
    const end = new Promise((all) => (over = all));
    watcher.onEvent(({ type, paths }) => {
      if (type === "change") told += paths.length;
      if (told >= ENTRIES) over();
    });
    const begun = performance.now();
    await client.commands.runBackground(CHANGES_LINE);
    await end;
    const time = performance.now() - begun;
    watcher.dispose();
    return time;
  },
  async commands() {
    const begun = performance.now();
    for (let n = 0; n < COMMANDS; n++) {
      const output = await client.commands.run("echo it");
      if (output.trim() !== "it") throw new Error(output);
    }
    return performance.now() - begun;
  },
  async terminal() {
    const terminal = await client.terminals.create();
    let bytes = 0;
    let over;
    const end = new Promise((told) => (over = told));
    terminal.onOutput((text) => {
      bytes += text.length;
      if (text.includes("flood-is-over")) over();
    });
    await terminal.open();
    const begun = performance.now();
    await terminal.run(FLOOD_LINE);
    await end;
    const time = performance.now() - begun;
    if (bytes < FLOOD) throw new Error(`${bytes} bytes`);
    await terminal.kill();
    return time;
  },
  async port() {
    const opened = new Promise((told) => client.ports.onDidPortOpen((port) => port.port === 4400 && told(Date.now())));
    const command = await client.commands.runBackground(LISTEN_LINE);
    const told = await opened;
    const listened = Number(await client.fs.readTextFile("listened"));
    await command.kill();
    return told - listened;
  },
  async reconnect() {
    const begun = performance.now();
    await turns((state) => state !== "CONNECTED");
    if (!(await turns((state) => state === "CONNECTED"))) await client.reconnect();
    check(await client.fs.readFile("small-1"), small.length);
    return performance.now() - begun;
  },
};

// What a fault does: a chain of renames is begun, and afterwards asked for.
const CHAIN = 8;
const faults = { done: 0, failed: 0 };
Object.assign(rows, {
  async fault_prepare() {
    await client.fs.writeTextFile("chain-0", "content");
    return 0;
  },
  async fault_chain() {
    for (let n = 0; n < CHAIN; n++)
      client.fs.rename(`chain-${n}`, `chain-${n + 1}`).then(
        () => (faults.done += 1),
        () => (faults.failed += 1),
      );
    return 0;
  },
  async fault_connected() {
    return Number(client.state === "CONNECTED");
  },
  async fault_alive() {
    const begun = performance.now();
    while (performance.now() - begun < 20_000) {
      const answer = client.fs.readdir("/project/workspace").then(
        () => true,
        () => false,
      );
      // A request that is never answered does not end by itself.
      if (await Promise.race([answer, new Promise((late) => setTimeout(late, 2000, false))]))
        return performance.now() - begun;
      await new Promise((later) => setTimeout(later, 50));
    }
    return -1;
  },
  async fault_done() {
    return faults.done;
  },
  async fault_failed() {
    return faults.failed;
  },
  async fault_place() {
    const within = (promise) => Promise.race([promise, new Promise((_, late) => setTimeout(late, 5000))]);
    let entries;
    try {
      entries = await within(client.fs.readdir("/project/workspace"));
    } catch {
      // It does not come back by itself, so it is asked to.
      try {
        await within(client.reconnect());
        entries = await within(client.fs.readdir("/project/workspace"));
      } catch {
        return -2;
      }
    }
    const names = entries.map((entry) => entry.name).filter((name) => name.startsWith("chain-"));
    return names.length === 1 ? Number(names[0].slice("chain-".length)) : -1;
  },
});

globalThis.bench = (row) => rows[row]();
