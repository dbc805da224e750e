// What only a page can do: focus, previews in frames, a page's own sessions.
import { createPreview } from "@codesandbox/sdk/browser";

import assert from "node:assert/strict";
import { until } from "../until.mjs";

const write = (client, files) => client.fs.batchWrite(files);

export const cases = Object.entries({
  async "a page makes a sandbox and comes back to it"({ create, connectTo, connect, id, client }) {
    const other = await connectTo(await create());
    assert.ok(other.id !== id);
    other.dispose();
    await client.fs.writeTextFile("kept.txt", "kept");
    const again = await connect();
    assert.equal(await again.fs.readTextFile("kept.txt"), "kept");
    again.dispose();
  },

  async "a cut link is made again when the page has the focus"({ connect }) {
    let focus;
    const client = await connect({ onFocusChange: (told) => ((focus = told), () => {}) });
    await client.fs.writeTextFile("before.txt", "before");
    const before = sockets.length;
    sockets.at(-1).close();
    await until("another connection", () => (focus(true), sockets.length > before && client.state === "CONNECTED"), 20_000);
    assert.equal(await client.fs.readTextFile("before.txt"), "before");
    client.dispose();
  },

  async "a sandbox that slept wakes for its page"({ create, connectTo }) {
    const client = await connectTo(await create());
    await client.fs.writeTextFile("kept.txt", "kept");
    await fetch(`/vm/${client.id}/hibernate`, {
      method: "POST",
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      body: "{}",
    });
    await until("sleep", () => client.state !== "CONNECTED");
    await client.reconnect();
    await until("the connection", () => client.state === "CONNECTED", 20_000);
    assert.equal(await client.fs.readTextFile("kept.txt"), "kept");
    client.dispose();
  },

  async "1,000 files in one batch, and a watch that hears of them"({ client }) {
    const told = new Set();
    const watcher = await client.fs.watch("many-of-a-page", { recursive: true }).catch(async () => {
      await client.fs.mkdir("many-of-a-page", true);
      return client.fs.watch("many-of-a-page", { recursive: true });
    });
    watcher.onEvent((event) => event.paths.forEach((path) => told.add(path)));
    await write(client, Array.from({ length: 1000 }, (_, n) => ({ path: `many-of-a-page/${n}.txt`, content: `file ${n}` })));
    assert.equal((await client.fs.readdir("many-of-a-page")).length, 1000);
    assert.equal(await client.fs.readTextFile("many-of-a-page/999.txt"), "file 999");
    await until("the events", () => told.size > 0);
    watcher.dispose();
  },

  async "a preview is shown in a frame, moved and talked to"({ client }) {
    await write(client, [
      { path: "site/index.html", content: "<!doctype html><title>One</title><a href=two.html>Two</a>" },
      { path: "site/two.html", content: "<!doctype html><title>Two</title>" },
    ]);
    const server = await client.commands.runBackground("node -e \"require('http').createServer((q, a) => a.writeHead(200, {'content-type': 'text/html'}).end(require('fs').readFileSync('site' + (q.url === '/' ? '/index.html' : q.url)))).listen(4321)\"");
    const port = await client.ports.waitForPort(4321, { timeoutMs: 20_000 });
    const preview = createPreview(`http://${port.host}/`);
    document.body.append(preview.iframe);
    const urls = [];
    preview.onMessage((message) => message.type === "SET_URL" && urls.push(new URL(message.url).pathname));
    await until("the preview", () => preview.status === "CONNECTED", 20_000);
    await until("its address", () => urls.at(-1) === "/", 20_000);
    preview.setUrl(new URL("/two.html", preview.iframe.src).href);
    await until("the other page", () => urls.at(-1) === "/two.html", 20_000);
    // The SDK's way back does not lead over documents; loading again does.
    const count = urls.length;
    preview.reload();
    await until("the page again", () => urls.length > count && urls.at(-1) === "/two.html", 20_000);
    preview.dispose();
    preview.iframe.remove();
    await server.kill();
  },
});
