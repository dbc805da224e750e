// Watches, as the SDK hears them.
import assert from "node:assert/strict";
import { until } from "../until.mjs";

/** A watch with all that it told so far: `seen(type, ending)` says whether it told of such a path. */
async function watch(fs, path, options) {
  const watcher = await fs.watch(path, options);
  const events = [];
  watcher.onEvent((event) => events.push(event));
  const seen = (type, ending) => events.some((event) => event.type === type && event.paths.some((path) => path.endsWith(ending)));
  return { events, seen, dispose: () => watcher.dispose() };
}

export default {
  async "a watch tells of what is added, changed and removed"({ client: { fs } }) {
    await fs.mkdir("watched");
    const watcher = await watch(fs, "watched");
    await fs.writeTextFile("watched/a.txt", "first");
    await until("the addition", () => watcher.seen("add", "watched/a.txt"));
    await fs.writeTextFile("watched/a.txt", "second");
    await until("the change", () => watcher.seen("change", "watched/a.txt"));
    await fs.remove("watched/a.txt");
    await until("the removal", () => watcher.seen("remove", "watched/a.txt"));
    watcher.dispose();
  },

  async "a watch goes as deep as it was asked to, and not where it was asked not to"({ client: { fs } }) {
    await fs.mkdir("wide/below", true);
    await fs.mkdir("wide/node_modules", true);
    const shallow = await watch(fs, "wide");
    const deep = await watch(fs, "wide", { recursive: true, excludes: ["node_modules"] });
    const all = await watch(fs, "wide", { recursive: true });
    await fs.writeTextFile("wide/node_modules/a.js", "");
    await fs.writeTextFile("wide/below/b.js", "");
    await fs.mkdir("wide/new/newer", true);
    await fs.writeTextFile("wide/new/newer/c.js", "");
    await fs.writeTextFile("wide/last.js", "");
    for (const watcher of [shallow, deep, all]) await until("the last", () => watcher.seen("add", "wide/last.js"));
    for (const watcher of [deep, all]) {
      await until("the one below", () => watcher.seen("add", "wide/below/b.js"));
      await until("the one in a new folder", () => watcher.events.some((event) => event.paths.some((path) => /newer\/c\.js$|wide\/new/.test(path))));
    }
    await until("the excluded one, by the watch that excludes nothing", () => all.seen("add", "node_modules/a.js"));
    assert.ok(!deep.seen("add", "node_modules/a.js"));
    assert.ok(!shallow.seen("add", "below/b.js"));
    for (const watcher of [shallow, deep, all]) watcher.dispose();
  },

  async "a watch under load tells of every file"({ client, connect }) {
    await client.fs.mkdir("busy", true);
    const watcher = await watch(client.fs, "busy", { recursive: true });
    const other = await connect();
    const numbers = Array.from({ length: 300 }, (_, number) => number);
    await Promise.all([
      // The SDK misses the end of a command that reaches it in one piece with the command's answer, and while it is busy with the other
      // writes much comes in one piece.
      client.commands.run("for i in $(seq 300 599); do echo $i > busy/$i.txt; done; sleep 2"),
      ...numbers.map((number) => other.fs.writeTextFile(`busy/${number}.txt`, "")),
    ]);
    const seen = new Set();
    await until("600 events", () => {
      for (const event of watcher.events.splice(0)) for (const path of event.paths) seen.add(path.split("/").pop());
      return Array.from({ length: 600 }, (_, i) => `${i}.txt`).every((name) => seen.has(name));
    }, 20_000);
    watcher.dispose();
    other.dispose();
  },

  async "a watch that was given back is silent"({ client: { fs } }) {
    await fs.mkdir("left", true);
    const left = await watch(fs, "left");
    const kept = await watch(fs, "left");
    left.dispose();
    await fs.writeTextFile("left/a.txt", "");
    await until("the event of the other", () => kept.seen("add", "left/a.txt"));
    assert.deepEqual(left.events, []);
    kept.dispose();
    await assert.rejects(fs.watch("left/none"));
  },
};
