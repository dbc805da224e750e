// The unmodified npm SDK as a client of our server: the management calls.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CodeSandbox, VMTier } from "@codesandbox/sdk";

import { KEY, start } from "./server.mjs";
import { until } from "./until.mjs";

const limit = { timeout: 60_000 };
const MINUTE = 60_000;
const ids = (list) => list.map((each) => each.id);
let server, sdk;

before(async () => {
  server = await start();
  sdk = new CodeSandbox(KEY, { baseUrl: server.address });
}, limit);

after(() => server?.end(), limit);

test("sandboxes are created, found, deleted", limit, async () => {
  const sandbox = await sdk.sandboxes.create({
    title: "Box",
    description: "A box",
    tags: ["one"],
    privacy: "unlisted",
    path: "/Boxes",
  });
  assert.ok(["FORK", "CLEAN"].includes(sandbox.bootupType), sandbox.bootupType);
  assert.ok(sandbox.isUpToDate);
  assert.equal(typeof sandbox.cluster, "string");
  const info = await sdk.sandboxes.get(sandbox.id);
  assert.deepEqual([info.title, info.description, info.privacy], ["Box", "A box", "unlisted"]);
  assert.deepEqual(info.tags.sort(), ["one", "sdk"]);
  for (const time of [info.createdAt, info.updatedAt]) assert.ok(Math.abs(Date.now() - time) < MINUTE);
  await sdk.sandboxes.delete(sandbox.id);
  await assert.rejects(sdk.sandboxes.get(sandbox.id), /not found/i);
  await assert.rejects(sdk.sandboxes.delete(sandbox.id), /not found/i);
});

test("privacy is kept", limit, async () => {
  for (const [asked, told] of [["public", "unlisted"], ["private", "private"], ["public-hosts", "private"]]) {
    const { id } = await sdk.sandboxes.create({ privacy: asked });
    assert.equal((await sdk.sandboxes.get(id)).privacy, told);
    await sdk.sandboxes.delete(id);
  }
});

test("sandboxes are listed by tag, page, order and state", limit, async () => {
  const made = [];
  for (const number of [1, 2, 3]) made.push(await sdk.sandboxes.create({ title: `Box ${number}`, tags: ["listed", `tag${number}`] }));
  const list = (options) => sdk.sandboxes.list({ tags: ["listed"], ...options });
  const page = await list({ limit: 2, pagination: { page: 1, pageSize: 2 } });
  assert.deepEqual([page.sandboxes.length, page.totalCount, page.hasMore, page.pagination.nextPage], [2, 3, true, 2]);
  const next = await list({ pagination: { page: 2, pageSize: 2 } });
  assert.equal(next.sandboxes.length, 1);
  assert.ok(!ids(page.sandboxes).includes(next.sandboxes[0].id));
  // The SDK asks for page after page until it has as many.
  assert.equal((await list({ limit: 50, pagination: { pageSize: 1 } })).sandboxes.length, 3);
  const upwards = await list({ orderBy: "inserted_at", direction: "asc" });
  // Times are told in seconds, and those of one second come in any order.
  const times = (sandboxes) => sandboxes.map((sandbox) => Number(sandbox.createdAt));
  const sorted = (list) => [...list].sort((one, other) => one - other);
  assert.deepEqual(times(upwards.sandboxes), sorted(times(upwards.sandboxes)));
  assert.deepEqual(ids(upwards.sandboxes).sort(), ids(made).sort());
  const downwards = await list({ orderBy: "inserted_at", direction: "desc" });
  assert.deepEqual(times(downwards.sandboxes), sorted(times(downwards.sandboxes)).reverse());
  assert.deepEqual(ids((await sdk.sandboxes.list({ tags: ["tag2"] })).sandboxes), [made[1].id]);
  assert.equal((await sdk.sandboxes.list({ tags: ["none"] })).totalCount, 0);
  await sdk.sandboxes.hibernate(made[0].id);
  const running = await list({ status: "running" });
  assert.deepEqual(ids(running.sandboxes).sort(), ids(made.slice(1)).sort());
  const { vms, concurrentVmCount, concurrentVmLimit } = await sdk.sandboxes.listRunning();
  assert.deepEqual(ids(vms).sort(), ids(made.slice(1)).sort());
  assert.equal(concurrentVmCount, 2);
  assert.ok(concurrentVmLimit >= 2);
  assert.ok(vms[0].specs.cpu > 0 && Math.abs(Date.now() - vms[0].sessionStartedAt) < MINUTE);
  for (const sandbox of made) await sdk.sandboxes.delete(sandbox.id);
});

test("a sandbox sleeps, wakes, restarts, shuts down", limit, async () => {
  const { id } = await sdk.sandboxes.create();
  await sdk.sandboxes.hibernate(id);
  assert.equal((await sdk.sandboxes.resume(id)).bootupType, "RESUME");
  assert.equal((await sdk.sandboxes.resume(id)).bootupType, "RUNNING");
  assert.equal((await sdk.sandboxes.restart(id)).bootupType, "CLEAN");
  await sdk.sandboxes.shutdown(id);
  assert.equal((await sdk.sandboxes.resume(id)).bootupType, "CLEAN");
  await sdk.sandboxes.delete(id);
});

test("a restart runs the set-up again and keeps the files", limit, async () => {
  const sandbox = await sdk.sandboxes.create();
  const first = await sandbox.connect();
  await until("the steps", () => first.fs.readTextFile("prepared.txt").catch(() => null));
  await first.fs.writeTextFile("kept.txt", "kept");
  await first.fs.remove("prepared.txt");
  first.dispose();
  const restarted = await sdk.sandboxes.restart(sandbox.id, { vmTier: VMTier.Micro });
  const second = await restarted.connect();
  await until("the steps", () => second.fs.readTextFile("prepared.txt").catch(() => null));
  assert.equal(await second.fs.readTextFile("kept.txt"), "kept");
  second.dispose();
  await sdk.sandboxes.delete(sandbox.id);
});

test("a fork has the files and keeps its own", limit, async () => {
  const origin = await sdk.sandboxes.create();
  const client = await origin.connect();
  await client.fs.writeTextFile("kept.txt", "origin");
  for (const fork of [await sdk.sandboxes.create({ id: origin.id }), await sdk.sandboxes.fork(origin.id)]) {
    const forked = await fork.connect();
    assert.equal(await forked.fs.readTextFile("kept.txt"), "origin");
    await forked.fs.writeTextFile("kept.txt", "fork");
    assert.equal(await client.fs.readTextFile("kept.txt"), "origin");
    forked.dispose();
    await sdk.sandboxes.delete(fork.id);
  }
  client.dispose();
  await sdk.sandboxes.delete(origin.id);
});

test("tier and time to sleep can be set", limit, async () => {
  const sandbox = await sdk.sandboxes.create({
    vmTier: VMTier.Nano,
    hibernationTimeoutSeconds: 600,
    automaticWakeupConfig: { http: false, websocket: true },
  });
  const specs = async () => (await sdk.sandboxes.listRunning()).vms.find((vm) => vm.id === sandbox.id).specs.cpu;
  assert.equal(await specs(), VMTier.Nano.cpuCores);
  await sandbox.updateTier(VMTier.Small);
  assert.equal(await specs(), VMTier.Small.cpuCores);
  await sandbox.updateHibernationTimeout(900);
  await assert.rejects(sandbox.updateHibernationTimeout(-1));
  await assert.rejects(sandbox.updateHibernationTimeout(100_000));
  await sdk.sandboxes.delete(sandbox.id);
});

test("host tokens are made, listed, changed, revoked", limit, async () => {
  const { id } = await sdk.sandboxes.create({ privacy: "private" });
  const soon = () => ({ expiresAt: new Date(Date.now() + MINUTE) });
  const token = await sdk.hosts.createToken(id, soon());
  assert.deepEqual([token.sandboxId, token.lastUsedAt], [id, null]);
  assert.ok(token.expiresAt > Date.now());
  const later = new Date(Date.now() + 2 * MINUTE);
  const updated = await sdk.hosts.updateToken(id, token.tokenId, later);
  assert.ok(Math.abs(updated.expiresAt - later) < 1_000);
  assert.equal((await sdk.hosts.updateToken(id, token.tokenId, null)).expiresAt, null);
  const [listed, ...others] = await sdk.hosts.listTokens(id);
  assert.deepEqual([listed.tokenId, others.length], [token.tokenId, 0]);
  assert.ok(token.token.startsWith(listed.tokenPrefix));
  assert.ok(!JSON.stringify(listed).includes(token.token));
  await sdk.hosts.revokeToken(id, token.tokenId);
  assert.deepEqual(await sdk.hosts.listTokens(id), []);
  await sdk.hosts.createToken(id, soon());
  await sdk.hosts.createToken(id, soon());
  await sdk.hosts.revokeAllTokens(id);
  assert.deepEqual(await sdk.hosts.listTokens(id), []);
  await assert.rejects(sdk.hosts.revokeToken(id, "none"));
  await sdk.sandboxes.delete(id);
});

test("a private host opens with its token only", limit, async () => {
  const sandbox = await sdk.sandboxes.create({ privacy: "private" });
  const token = await sdk.hosts.createToken(sandbox.id, { expiresAt: new Date(Date.now() + MINUTE) });
  const client = await sandbox.connect({ id: "host", hostToken: token });
  await (await client.tasks.get("serve")).run();
  const port = await client.ports.waitForPort(4100, { timeoutMs: 20_000 });
  // Node does not resolve names below `localhost`, so the name goes into the header, which `fetch` would not let through.
  const { request } = await import("node:http");
  const { hostname, port: at } = new URL(server.address);
  const ask = (path, headers = {}) =>
    new Promise((answered, failed) => {
      const asked = request({ host: hostname, port: at, path, headers: { host: port.host, ...headers } }, async (answer) => {
        let text = "";
        for await (const piece of answer) text += piece;
        answered({ status: answer.statusCode, text });
      });
      asked.on("error", failed).end();
    });
  assert.equal((await ask("/", client.hosts.getHeaders())).text, "served");
  assert.equal((await ask("/", sdk.hosts.getHeaders(token))).text, "served");
  const [[name, value]] = Object.entries(client.hosts.getCookies());
  assert.equal((await ask("/", { cookie: `${name}=${value}` })).text, "served");
  assert.ok(client.hosts.getUrl(4100).includes(token.token));
  assert.ok((await ask("/")).status >= 400);
  await sdk.hosts.revokeAllTokens(sandbox.id);
  assert.ok((await ask("/", client.hosts.getHeaders())).status >= 400);
  client.dispose();
  await sdk.sandboxes.delete(sandbox.id);
});

test("what cannot be done is refused with a reason", limit, async () => {
  await assert.rejects(sdk.sandboxes.get("nothing"), /not found/i);
  await assert.rejects(sdk.sandboxes.create({ id: "nothing" }), /not found/i);
  const tags = Array.from({ length: 11 }, (_, number) => `tag${number}`);
  await assert.rejects(sdk.sandboxes.create({ tags }), /10 tags/);
  for (const call of ["shutdown", "hibernate", "delete"]) {
    await assert.rejects(sdk.sandboxes[call]("nothing"), /not found/i, call);
  }
  const sandbox = await sdk.sandboxes.create();
  await assert.rejects(sandbox.createSession({ id: "longer than twenty letters" }), /20 characters/);
  await sdk.sandboxes.delete(sandbox.id);
  await assert.rejects(sandbox.updateTier(VMTier.Nano), /not found/i);
  await assert.rejects(sandbox.connect());
});

test("a wrong key opens nothing", limit, async () => {
  const stranger = new CodeSandbox("csb_v1_fedcba9876543210", { baseUrl: server.address });
  await assert.rejects(stranger.sandboxes.list());
  await assert.rejects(stranger.sandboxes.create());
  await assert.rejects(stranger.sandboxes.delete("nothing"));
});

test("too many in a minute are refused as such", limit, async () => {
  const busy = await start("--max-creates-per-minute", "1");
  try {
    const { sandboxes } = new CodeSandbox(KEY, { baseUrl: busy.address });
    await sandboxes.create();
    await assert.rejects(sandboxes.create(), (error) => error.type === "rate-limit");
    assert.equal((await sandboxes.list()).totalCount, 1);
  } finally {
    await busy.end();
  }
});
