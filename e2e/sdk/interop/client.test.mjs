// The unmodified npm SDK as a client of our server, in Node.
import { after, before, test } from "node:test";
import { CodeSandbox } from "@codesandbox/sdk";

import { cases } from "./cases/all.mjs";
import { KEY, start } from "./server.mjs";

const limit = { timeout: 60_000 };
let server, sandbox, client;

before(async () => {
  server = await start();
  sandbox = await new CodeSandbox(KEY, { baseUrl: server.address }).sandboxes.create();
  client = await sandbox.connect();
}, limit);

after(async () => {
  client?.dispose();
  await server?.end();
}, limit);

for (const [name, run] of cases) {
  test(name, limit, () => run({ client, connect: () => sandbox.connect() }));
}
