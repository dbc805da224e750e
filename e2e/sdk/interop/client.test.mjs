// The unmodified npm SDK as a client of our server: every namespace.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CodeSandbox } from "@codesandbox/sdk";

import { KEY, start, until } from "./server.mjs";

const limit = { timeout: 60_000 };
let server, sdk, sandbox, client;

before(async () => {
  server = await start(process.env.SANDBOX_SERVER);
  sdk = new CodeSandbox(KEY, { baseUrl: server.address });
  sandbox = await sdk.sandboxes.create();
  client = await sandbox.connect();
}, limit);

after(async () => {
  client?.dispose();
  await server?.end();
}, limit);

test("steps of the set-up run and are told", limit, async () => {
  // The SDK takes the steps over when it connects, and does not hear of their end (it hangs): so a client that comes later looks.
  await until("the step's file", () => client.fs.readTextFile("prepared.txt").catch(() => null));
  const later = await until("the end of the steps", async () => {
    const connected = await sandbox.connect();
    if (connected.setup.status === "FINISHED") return connected;
    connected.dispose();
    return null;
  });
  await later.setup.waitUntilComplete();
  const [step] = later.setup.getSteps();
  assert.equal(step.name, "Prepare");
  assert.match(await step.open(), /prepared/);
  later.dispose();
});

test("files are written, read, listed, moved, copied, removed", limit, async () => {
  const { fs } = client;
  await fs.writeTextFile("a.txt", "Grüße 🙂");
  assert.equal(await fs.readTextFile("a.txt"), "Grüße 🙂");
  await fs.mkdir("deep/down", true);
  await fs.copy("a.txt", "deep/down/b.txt");
  await fs.rename("deep/down/b.txt", "deep/c.txt");
  const names = (await fs.readdir("deep")).map((entry) => `${entry.type} ${entry.name}`).sort();
  assert.deepEqual(names, ["directory down", "file c.txt"]);
  assert.equal((await fs.stat("deep/c.txt")).size, 12);
  const bytes = Uint8Array.from({ length: 300_000 }, (_, place) => place % 251);
  await fs.writeFile("bytes", bytes);
  assert.ok(Buffer.from(bytes).equals(await fs.readFile("bytes")));
  await fs.remove("deep", true);
  await assert.rejects(fs.readTextFile("deep/c.txt"));
  await assert.rejects(fs.writeFile("a.txt", bytes, { create: true, overwrite: false }));
});

test("a watch tells of many files", limit, async () => {
  await client.fs.mkdir("watched", true);
  const watcher = await client.fs.watch("watched", { recursive: true });
  const seen = new Set();
  watcher.onEvent((event) => event.paths.forEach((path) => seen.add(path.split("/").pop())));
  await client.commands.run("for i in $(seq 1 300); do echo $i > watched/$i.txt; done");
  await until("300 events", () => Array.from({ length: 300 }, (_, i) => `${i + 1}.txt`).every((name) => seen.has(name)));
  watcher.dispose();
});

test("a thousand files are written at once", limit, async () => {
  const files = Array.from({ length: 1000 }, (_, i) => ({ path: `many/${i % 10}/${i}.txt`, content: `file ${i}` }));
  await client.fs.batchWrite(files);
  assert.equal((await client.commands.run("find many -type f | wc -l")).trim(), "1000");
  assert.equal(await client.fs.readTextFile("many/7/997.txt"), "file 997");
});

test("commands give output, exit codes, and take a directory and variables", limit, async () => {
  const { commands } = client;
  assert.equal((await commands.run("echo hello")).trim(), "hello");
  assert.equal((await commands.run(["echo one", "echo two"])).replaceAll(/\s+/g, " ").trim(), "one two");
  const options = { cwd: "/tmp", env: { NAME: "a b" } };
  assert.match(await commands.run('pwd; echo "$NAME"', options), /\/tmp\s+a b/);
  await assert.rejects(commands.run("echo broken; exit 7"), (error) => error.exitCode === 7 && /broken/.test(error.output));
  const command = await commands.runBackground("echo started; sleep 600");
  await until("its output", async () => /started/.test(await command.open()));
  assert.ok((await commands.getAll()).some((other) => other.command === command.command));
  await command.kill();
  await until("its end", async () => !(await commands.getAll()).some((other) => other.command === command.command));
});

test("a terminal echoes, is resized, is found again", limit, async () => {
  const terminal = await client.terminals.create("bash");
  let text = "";
  terminal.onOutput((piece) => (text += piece));
  const size = { cols: 100, rows: 30 };
  text += await terminal.open(size);
  await terminal.run("stty size; echo done-$((6*7))", size);
  await until("the output", () => /30 100[^]*done-42/.test(text));
  const again = await client.terminals.get(terminal.id);
  assert.match(await again.open(), /done-42/);
  await terminal.kill();
  await until("its end", async () => !(await client.terminals.get(terminal.id)));
});

test("the interpreter gives the last value", limit, async () => {
  assert.equal((await client.interpreters.javascript("const a = 6\na * 7")).trim(), "42");
});

test("tasks run, listen and stop; ports are told", limit, async () => {
  const opened = [];
  client.ports.onDidPortOpen((port) => opened.push(port.port));
  const task = await client.tasks.get("serve");
  await task.run();
  const port = await client.ports.waitForPort(4100, { timeoutMs: 20_000 });
  assert.match(port.host, new RegExp(`^${sandbox.id}-4100\\.localhost:\\d+$`));
  await until("the event", () => opened.includes(4100));
  const answer = await client.commands.run("node -e \"fetch('http://127.0.0.1:4100').then(async (a) => console.log(await a.text()))\"");
  assert.equal(answer.trim(), "served");
  await task.stop();
  await until("the port's end", async () => !(await client.ports.get(4100)));
  const greet = await client.tasks.get("greet");
  await greet.run();
  // Until the SDK has heard that it runs, it refuses to open it.
  await until("the greeting", async () => /greetings/.test(await greet.open().catch(() => "")));
  await greet.stop();
});

test("two clients see each other's changes", limit, async () => {
  const other = await sandbox.connect();
  await other.fs.writeTextFile("shared.txt", "from the other");
  assert.equal(await client.fs.readTextFile("shared.txt"), "from the other");
  const terminal = await other.terminals.create();
  assert.ok(await client.terminals.get(terminal.id));
  await terminal.kill();
  other.dispose();
});

test("a session that may only read is refused changes", limit, async () => {
  const guest = await sandbox.connect({ id: "guest", permission: "read" });
  await client.fs.writeTextFile("public.txt", "to be read");
  assert.equal(await guest.fs.readTextFile("public.txt"), "to be read");
  await assert.rejects(guest.fs.writeTextFile("public.txt", "changed"), /may only read/);
  await assert.rejects(guest.commands.run("touch made"));
  guest.dispose();
});

test("a session has its variables and its git identity", limit, async () => {
  const ada = await sandbox.connect({
    id: "ada",
    env: { GREETING: "hello" },
    git: { provider: "github.com", email: "ada@example.org", name: "Ada", accessToken: "token" },
  });
  assert.equal((await ada.commands.run('echo "$GREETING"')).trim(), "hello");
  assert.equal((await ada.commands.run("git config user.email")).trim(), "ada@example.org");
  ada.dispose();
});

test("a client that lost its sandbox to sleep comes back", limit, async () => {
  const other = await sdk.sandboxes.create();
  const first = await other.connect();
  await first.fs.writeTextFile("kept.txt", "kept");
  await sdk.sandboxes.hibernate(other.id);
  await until("the state", () => first.state === "HIBERNATED" || first.state === "DISCONNECTED");
  first.dispose();
  const woken = await sdk.sandboxes.resume(other.id);
  assert.equal(woken.bootupType, "RESUME");
  const second = await woken.connect();
  assert.equal(await second.fs.readTextFile("kept.txt"), "kept");
  await second.disconnect();
  await second.reconnect();
  assert.equal(await second.fs.readTextFile("kept.txt"), "kept");
  second.dispose();
  await sdk.sandboxes.delete(other.id);
});

test("a download is an archive", limit, async () => {
  await client.fs.writeTextFile("folder/inside.txt", "inside").catch(async () => {
    await client.fs.mkdir("folder", true);
    await client.fs.writeTextFile("folder/inside.txt", "inside");
  });
  const { downloadUrl } = await client.fs.download("folder");
  const answer = await fetch(downloadUrl);
  assert.equal(answer.status, 200);
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.equal(bytes.subarray(0, 2).toString(), "PK");
  assert.ok(bytes.includes("inside.txt"));
});
