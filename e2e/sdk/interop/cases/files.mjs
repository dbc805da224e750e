// Files, as the SDK reads and changes them.
import assert from "node:assert/strict";

const names = (entries) => entries.map((entry) => `${entry.type} ${entry.name}`).sort();
/** The SDK's errors begin with the number that Linux has for them, where it has one. */
const code = (number) => (error) => error.message.startsWith(`${number}: `);

export default {
  async "text and bytes come back as they were written"({ client: { fs } }) {
    await fs.writeTextFile("text.txt", "Grüße 🙂\r\n");
    assert.equal(await fs.readTextFile("text.txt"), "Grüße 🙂\r\n");
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, place) => (place * 7) % 251);
    await fs.writeFile("bytes", bytes);
    const read = await fs.readFile("bytes");
    assert.equal(read.length, bytes.length);
    assert.ok(read.every((byte, place) => byte === bytes[place]));
    await fs.writeFile("empty", new Uint8Array());
    assert.equal((await fs.readFile("empty")).length, 0);
  },

  async "a relative path, a path of the workspace and one of the root are one file"({ client }) {
    await client.fs.writeTextFile("one.txt", "one");
    assert.equal(await client.fs.readTextFile("./one.txt"), "one");
    assert.equal(await client.fs.readTextFile(`${client.workspacePath}/one.txt`), "one");
    await client.fs.writeTextFile("/tmp/outside.txt", "outside");
    assert.equal((await client.commands.run("cat /tmp/outside.txt")).trim(), "outside");
  },

  async "writes keep to `create` and `overwrite`"({ client: { fs } }) {
    const bytes = new TextEncoder().encode("second");
    await assert.rejects(fs.writeFile("unmade.txt", bytes, { create: false }));
    await fs.writeTextFile("made.txt", "first", { create: true, overwrite: false });
    await assert.rejects(fs.writeFile("made.txt", bytes, { overwrite: false }));
    assert.equal(await fs.readTextFile("made.txt"), "first");
    await fs.writeFile("made.txt", bytes, { create: false });
    assert.equal(await fs.readTextFile("made.txt"), "second");
  },

  async "directories are made and listed"({ client }) {
    const { fs } = client;
    await assert.rejects(fs.mkdir("tree/deep/down"));
    await fs.mkdir("tree/deep/down", true);
    await fs.writeTextFile("tree/.hidden", "");
    await client.commands.run("ln -s deep tree/link && ln -s nowhere tree/broken");
    const entries = await fs.readdir("tree");
    assert.deepEqual(names(entries.filter((entry) => !entry.isSymlink)), ["directory deep", "file .hidden"]);
    assert.deepEqual(entries.filter((entry) => entry.isSymlink).map((entry) => entry.name).sort(), ["broken", "link"]);
    assert.deepEqual(await fs.readdir("tree/deep/down"), []);
    await assert.rejects(fs.readdir("tree/.hidden"));
    await assert.rejects(fs.readdir("tree/none"));
  },

  async "the state of a file is told"({ client: { fs } }) {
    const before = Date.now() - 60_000;
    await fs.writeTextFile("state.txt", "12345");
    const state = await fs.stat("state.txt");
    assert.deepEqual([state.type, state.size, state.isSymlink], ["file", 5, false]);
    for (const time of [state.mtime, state.ctime, state.atime]) assert.ok(time > before && time < Date.now() + 60_000, `${time}`);
    assert.equal((await fs.stat(".")).type, "directory");
  },

  async "files and directories are copied, and kept where they should be"({ client: { fs } }) {
    await fs.mkdir("source/below", true);
    await fs.writeTextFile("source/below/a.txt", "a");
    await fs.copy("source/below/a.txt", "source/b.txt");
    assert.equal(await fs.readTextFile("source/b.txt"), "a");
    await fs.copy("source", "target", true);
    assert.equal(await fs.readTextFile("target/below/a.txt"), "a");
    await fs.writeTextFile("source/b.txt", "b");
    await assert.rejects(fs.copy("source/b.txt", "target/b.txt"));
    assert.equal(await fs.readTextFile("target/b.txt"), "a");
    await fs.copy("source/b.txt", "target/b.txt", false, true);
    assert.equal(await fs.readTextFile("target/b.txt"), "b");
    await assert.rejects(fs.copy("source/none", "target/none"));
  },

  async "files and directories get new names"({ client: { fs } }) {
    await fs.mkdir("old/below", true);
    await fs.writeTextFile("old/below/a.txt", "a");
    await fs.rename("old", "new");
    assert.equal(await fs.readTextFile("new/below/a.txt"), "a");
    await assert.rejects(fs.stat("old"));
    await assert.rejects(fs.rename("old", "newer"));
  },

  async "files and directories are removed"({ client: { fs } }) {
    await fs.mkdir("gone/below", true);
    await fs.writeTextFile("gone/a.txt", "a");
    await assert.rejects(fs.remove("gone"));
    await fs.remove("gone/a.txt");
    await assert.rejects(fs.stat("gone/a.txt"));
    await fs.remove("gone", true);
    await assert.rejects(fs.stat("gone"));
  },

  async "what is refused says so by its number"({ client: { fs } }) {
    await assert.rejects(fs.readFile("never.txt"), code(2));
    await assert.rejects(fs.readFile("../../../../etc/passwd"), code(null));
    await assert.rejects(fs.writeTextFile("a\0b", "text"), code(null));
    await assert.rejects(fs.writeTextFile("x".repeat(300), "text"), code(36));
  },

  async "a thousand files are written at once"({ client }) {
    const files = Array.from({ length: 1000 }, (_, i) => ({ path: `many/${i % 10}/${i}.txt`, content: `file ${i}` }));
    await client.fs.batchWrite(files);
    assert.equal((await client.commands.run("find many -type f | wc -l")).trim(), "1000");
    assert.equal(await client.fs.readTextFile("many/7/997.txt"), "file 997");
    await client.fs.batchWrite([{ path: "many/7/997.txt", content: new Uint8Array([104, 105]) }]);
    assert.equal(await client.fs.readTextFile("many/7/997.txt"), "hi");
  },

  async "many requests at once are each answered"({ client: { fs } }) {
    const numbers = Array.from({ length: 300 }, (_, number) => number);
    await fs.mkdir("crowd");
    await Promise.all(numbers.map((number) => fs.writeTextFile(`crowd/${number}`, `${number}`)));
    const texts = await Promise.all(numbers.map((number) => fs.readTextFile(`crowd/${number}`)));
    assert.deepEqual(texts, numbers.map(String));
  },

  async "a download is an archive of a folder, a file is one too"({ client }) {
    await client.fs.mkdir("folder", true);
    await client.fs.writeTextFile("folder/inside.txt", "inside");
    for (const path of ["folder", "folder/inside.txt"]) {
      const { downloadUrl } = await client.fs.download(path);
      const answer = await fetch(downloadUrl);
      assert.equal(answer.status, 200);
      const text = new TextDecoder("latin1").decode(await answer.arrayBuffer());
      assert.ok(text.startsWith("PK") && text.includes("inside.txt"), path);
    }
    await assert.rejects(client.fs.download("no-such-folder"));
  },
};
