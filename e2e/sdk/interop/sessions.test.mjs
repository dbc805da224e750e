// The unmodified npm SDK: sessions of users, and what becomes of clients when the sandbox or the link goes away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CodeSandbox } from "@codesandbox/sdk";
import { connectToSandbox } from "@codesandbox/sdk/node";

import { proxy } from "./proxy.mjs";
import { KEY, start } from "./server.mjs";
import { until } from "./until.mjs";

const limit = { timeout: 60_000 };
let server, link, sdk, sandbox, client;

before(async () => {
  server = await start();
  link = await proxy(server.address);
  sdk = new CodeSandbox(KEY, { baseUrl: server.address });
  sandbox = await sdk.sandboxes.create();
  client = await sandbox.connect();
}, limit);

after(async () => {
  client?.dispose();
  link?.end();
  await server?.end();
}, limit);

test("a session that may only read is refused changes", limit, async () => {
  const guest = await sandbox.connect({ id: "guest", permission: "read" });
  await client.fs.writeTextFile("public.txt", "to be read");
  assert.equal(await guest.fs.readTextFile("public.txt"), "to be read");
  assert.ok((await guest.fs.readdir(".")).length > 0);
  await assert.rejects(guest.fs.writeTextFile("public.txt", "changed"), /may only read/);
  await assert.rejects(guest.fs.remove("public.txt"));
  await assert.rejects(guest.commands.run("touch made"));
  await assert.rejects(guest.terminals.create());
  const task = await guest.tasks.get("serve");
  await assert.rejects(task.run());
  assert.equal(await client.fs.readTextFile("public.txt"), "to be read");
  guest.dispose();
});

test("a session that may write does", limit, async () => {
  const user = await sandbox.connect({ id: "user", permission: "write" });
  await user.fs.writeTextFile("written.txt", "by the user");
  assert.equal(await client.fs.readTextFile("written.txt"), "by the user");
  user.dispose();
});

test("the watch of a session tells paths of the sandbox", limit, async () => {
  const user = await sandbox.connect({ id: "watcher" });
  const watcher = await user.fs.watch(".");
  const paths = [];
  watcher.onEvent((event) => paths.push(...event.paths));
  await user.fs.writeTextFile("told.txt", "");
  await until("the event", () => paths.some((path) => /^\/?(project\/)?(sandbox|workspace)?\/?told\.txt$/.test(path)));
  user.dispose();
});

test("a session has its variables and its git identity", limit, async () => {
  const ada = await sandbox.connect({
    id: "ada",
    env: { GREETING: "hello you" },
    git: { provider: "github.com", email: "ada@example.org", name: "Ada", accessToken: "token" },
  });
  assert.equal((await ada.commands.run('echo "$GREETING"')).trim(), "hello you");
  assert.equal((await ada.commands.run("git config user.email")).trim(), "ada@example.org");
  await ada.commands.run("mkdir repository && cd repository && git init -q && git commit -q --allow-empty -m first");
  assert.equal((await ada.commands.run("git --no-pager -C repository log --format=%an")).trim(), "Ada");
  ada.dispose();
});

test("a session made on one side is connected to on another", limit, async () => {
  const made = await sandbox.createSession({ id: "browser", permission: "write" });
  assert.equal(made.sandboxId, sandbox.id);
  assert.ok(!JSON.stringify(made).includes(KEY));
  const there = await connectToSandbox({ session: made, getSession: () => sandbox.createSession({ id: "browser" }) });
  await there.fs.writeTextFile("there.txt", "there");
  assert.equal(await client.fs.readTextFile("there.txt"), "there");
  await there.disconnect();
  await there.reconnect();
  assert.equal(await there.fs.readTextFile("there.txt"), "there");
  there.dispose();
});

test("a token of another sandbox opens nothing", limit, async () => {
  const other = await sdk.sandboxes.create();
  const [mine, theirs] = [await sandbox.createSession(), await other.createSession()];
  const mixed = { ...mine, pitcherToken: theirs.pitcherToken };
  await assert.rejects(connectToSandbox({ session: mixed, getSession: async () => mixed }));
  await sdk.sandboxes.delete(other.id);
});

test("a client whose link was cut comes back by itself", limit, async () => {
  const through = await new CodeSandbox(KEY, { baseUrl: link.address }).sandboxes.resume(sandbox.id);
  const cut = await through.connect();
  const states = [];
  cut.onStateChange((state) => states.push(state));
  await cut.fs.writeTextFile("before.txt", "before");
  const terminal = await cut.terminals.create();
  link.cut();
  await until("the loss", () => states.includes("DISCONNECTED"));
  await until("the return", () => cut.state === "CONNECTED");
  assert.equal(await cut.fs.readTextFile("before.txt"), "before");
  const again = await cut.terminals.get(terminal.id);
  let text = "";
  again.onOutput((piece) => (text += piece));
  text += await again.open();
  await again.run("echo still-$((40+2))");
  await until("the output", () => text.includes("still-42"));
  await again.kill();
  cut.dispose();
});

test("a client that lost its sandbox to sleep comes back", limit, async () => {
  const other = await sdk.sandboxes.create();
  const first = await other.connect();
  await first.fs.writeTextFile("kept.txt", "kept");
  await sdk.sandboxes.hibernate(other.id);
  await until("the state", () => first.state === "HIBERNATED");
  await first.reconnect();
  await until("the return", () => first.state === "CONNECTED");
  assert.equal(await first.fs.readTextFile("kept.txt"), "kept");
  first.dispose();
  await sdk.sandboxes.hibernate(other.id);
  const woken = await sdk.sandboxes.resume(other.id);
  assert.equal(woken.bootupType, "RESUME");
  const second = await woken.connect();
  assert.equal(await second.fs.readTextFile("kept.txt"), "kept");
  assert.equal(second.setup.status, "FINISHED");
  second.dispose();
  await sdk.sandboxes.delete(other.id);
});

test("a sandbox with an idle client falls asleep, and says so", limit, async () => {
  const restless = await start("--hibernate-after", "1");
  try {
    const box = await new CodeSandbox(KEY, { baseUrl: restless.address }).sandboxes.create();
    const idle = await box.connect();
    await until("the sleep", () => idle.state === "HIBERNATED", 20_000);
    idle.dispose();
  } finally {
    await restless.end();
  }
});
