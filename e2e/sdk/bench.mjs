// The JavaScript SDK's side of the benchmark. Each row gives milliseconds.
import { connectToSandbox } from "@codesandbox/sdk/browser";

const COUNT = 1000;
const small = new Uint8Array(1024).fill(120);
const large = new Uint8Array(16 * 1024 * 1024).fill(120);
let client;

const session = async (path, init) => (await fetch(`/api/sandboxes${path}`, init)).json();
const check = (content, expected) => {
  if (content.length !== expected.length) throw new Error(`${content.length} bytes`);
};
const frame = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(0);
  });
const until = async (condition, limit) => {
  const end = performance.now() + limit;
  while (!condition() && performance.now() < end) await frame();
  return condition();
};

const rows = {
  async connect() {
    const made = await session("", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
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
    for (let n = 0; n < COUNT; n++) check(await client.fs.readFile(`small-${n % 10}`), small);
    return performance.now() - begun;
  },
  async read_at_once() {
    const begun = performance.now();
    const reads = Array.from({ length: COUNT }, (_, n) => client.fs.readFile(`small-${n % 10}`));
    for (const read of reads) check(await read, small);
    return performance.now() - begun;
  },
  async write_large() {
    const begun = performance.now();
    await client.fs.writeFile("large", large);
    return performance.now() - begun;
  },
  async read_large() {
    const begun = performance.now();
    check(await client.fs.readFile("large"), large);
    return performance.now() - begun;
  },
  async reconnect() {
    const begun = performance.now();
    await until(() => client.state !== "CONNECTED", 5000);
    if (!(await until(() => client.state === "CONNECTED", 5000))) await client.reconnect();
    check(await client.fs.readFile("small-1"), small);
    return performance.now() - begun;
  },
};

globalThis.bench = (row) => rows[row]();
