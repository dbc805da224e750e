// Terminals.
import assert from "node:assert/strict";
import { until } from "../until.mjs";

/** A terminal with all that it showed so far. */
async function open(terminal, size) {
  const shown = { text: "" };
  terminal.onOutput((piece) => (shown.text += piece));
  shown.text = (await terminal.open(size)) + shown.text;
  return shown;
}

export default {
  async "a terminal echoes, is resized, is found again"({ client: { terminals } }) {
    const terminal = await terminals.create("bash");
    const size = { cols: 100, rows: 30 };
    const shown = await open(terminal, size);
    await terminal.run("stty size; echo done-$((6*7))", size);
    await until("the output", () => /30 100[^]*done-42/.test(shown.text));
    const again = await terminals.get(terminal.id);
    assert.match(await again.open(), /done-42/);
    await terminal.kill();
    await until("its end", async () => !(await terminals.get(terminal.id)));
    assert.equal(await terminals.get("no-such-terminal"), undefined);
  },

  async "a terminal has a name, a directory and variables"({ client: { terminals } }) {
    const terminal = await terminals.create("bash", { name: "Mine", cwd: "/tmp", env: { COLOUR: "blue" } });
    const shown = await open(terminal);
    await terminal.run("echo in-$PWD-$COLOUR");
    await until("the output", () => shown.text.includes("in-/tmp-blue"));
    await until("the name", async () => (await terminals.getAll()).some((other) => other.id === terminal.id && other.name === "Mine"));
    await terminal.kill();
  },

  async "keys reach what runs in a terminal"({ client: { terminals } }) {
    const terminal = await terminals.create();
    const shown = await open(terminal);
    await terminal.run("echo ready-$((1+1)); cat");
    // Before that the shell itself would show what is typed, or not.
    await until("cat", () => shown.text.includes("ready-2"));
    await terminal.run("typed into cat");
    await until("the echo and cat's answer", () => shown.text.split("typed into cat").length >= 3);
    await terminal.write("\x03");
    // What is typed before the shell is back may go with what the key interrupted.
    await until("the shell's prompt", () => /\^C[^]*\$ /.test(shown.text));
    await terminal.run("echo after-$((40+2))");
    await until("the shell", () => shown.text.includes("after-42"));
    await terminal.kill();
  },

  async "letters of several bytes are not torn"({ client: { terminals } }) {
    const terminal = await terminals.create();
    const shown = await open(terminal);
    await terminal.run("for i in $(seq 1 5000); do printf '\\xc3\\xbc\\xf0\\x9f\\x99\\x82'; done; echo; echo en''d");
    await until("the end", () => /\bend\b/.test(shown.text));
    assert.ok(!shown.text.includes("\uFFFD"));
    assert.equal(shown.text.split("ü🙂").length - 1, 5000);
    await terminal.kill();
  },

  async "two clients share a terminal"({ client, connect }) {
    const other = await connect();
    const mine = await client.terminals.create();
    const shown = await open(mine);
    const theirs = await other.terminals.get(mine.id);
    const seen = await open(theirs);
    await theirs.run("echo from-the-$((1+1))nd");
    for (const each of [shown, seen]) await until("the output", () => each.text.includes("from-the-2nd"));
    await mine.kill();
    await until("its end for the other", async () => !(await other.terminals.get(mine.id)));
    other.dispose();
  },
};
