// The unmodified npm SDK as a client of our server: the management calls.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CodeSandbox, VMTier } from "@codesandbox/sdk";

import { KEY, start } from "./server.mjs";

const limit = { timeout: 60_000 };
let server, sdk;

before(async () => {
  server = await start(process.env.SANDBOX_SERVER);
  sdk = new CodeSandbox(KEY, { baseUrl: server.address });
}, limit);

after(() => server?.end(), limit);

test("sandboxes are created, found, listed by tag and page, deleted", limit, async () => {
  const made = [];
  for (const number of [1, 2, 3]) {
    made.push(await sdk.sandboxes.create({ title: `Box ${number}`, tags: ["listed"], privacy: "unlisted" }));
  }
  const info = await sdk.sandboxes.get(made[0].id);
  assert.deepEqual([info.title, info.privacy], ["Box 1", "unlisted"]);
  assert.ok(info.tags.includes("listed"));
  const page = await sdk.sandboxes.list({
    tags: ["listed"],
    limit: 2,
    pagination: { page: 1, pageSize: 2 },
  });
  assert.deepEqual([page.sandboxes.length, page.totalCount, page.pagination.nextPage], [2, 3, 2]);
  const { sandboxes } = await sdk.sandboxes.list({ tags: ["listed"], orderBy: "inserted_at", direction: "asc" });
  assert.deepEqual(sandboxes.map((sandbox) => sandbox.id).sort(), made.map((sandbox) => sandbox.id).sort());
  assert.equal((await sdk.sandboxes.listRunning()).vms.length >= 3, true);
  for (const sandbox of made) await sdk.sandboxes.delete(sandbox.id);
  await assert.rejects(sdk.sandboxes.get(made[0].id), /not found/i);
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

test("a fork has the files and keeps its own", limit, async () => {
  const origin = await sdk.sandboxes.create();
  const client = await origin.connect();
  await client.fs.writeTextFile("kept.txt", "origin");
  const fork = await sdk.sandboxes.create({ id: origin.id });
  const forked = await fork.connect();
  assert.equal(await forked.fs.readTextFile("kept.txt"), "origin");
  await forked.fs.writeTextFile("kept.txt", "fork");
  assert.equal(await client.fs.readTextFile("kept.txt"), "origin");
  client.dispose();
  forked.dispose();
});

test("tier and time to sleep can be set", limit, async () => {
  const sandbox = await sdk.sandboxes.create({ vmTier: VMTier.Nano, hibernationTimeoutSeconds: 600 });
  await sandbox.updateTier(VMTier.Small);
  await sandbox.updateHibernationTimeout(900);
  await sdk.sandboxes.delete(sandbox.id);
});

test("host tokens are made, listed, changed, revoked", limit, async () => {
  const { id } = await sdk.sandboxes.create({ privacy: "private" });
  const token = await sdk.hosts.createToken(id, { expiresAt: new Date(Date.now() + 60_000) });
  assert.ok(token.token);
  await sdk.hosts.updateToken(id, token.tokenId, null);
  const tokens = await sdk.hosts.listTokens(id);
  assert.deepEqual(tokens.map((one) => one.tokenId), [token.tokenId]);
  assert.ok(sdk.hosts.getUrl(token, 3000).includes(token.token));
  await sdk.hosts.revokeToken(id, token.tokenId);
  await sdk.hosts.createToken(id, { expiresAt: new Date(Date.now() + 60_000) });
  await sdk.hosts.revokeAllTokens(id);
  assert.deepEqual(await sdk.hosts.listTokens(id), []);
});

test("what cannot be done is refused with a reason", limit, async () => {
  await assert.rejects(sdk.sandboxes.get("nothing"), /not found/i);
  await assert.rejects(sdk.sandboxes.resume("nothing"));
  const tags = Array.from({ length: 11 }, (_, number) => `tag${number}`);
  await assert.rejects(sdk.sandboxes.create({ tags }), /10 tags/);
  const stranger = new CodeSandbox("csb_v1_wrong", { baseUrl: server.address });
  await assert.rejects(stranger.sandboxes.list());
});
