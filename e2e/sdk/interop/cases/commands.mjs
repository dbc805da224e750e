// Commands and interpreters.
import assert from "node:assert/strict";
import { until } from "../until.mjs";

const flat = (text) => text.replaceAll(/\s+/g, " ").trim();

export default {
  async "a command's output is its result"({ client: { commands } }) {
    assert.equal(flat(await commands.run("echo hello")), "hello");
    assert.equal(flat(await commands.run(["echo one", "echo two"])), "one two");
    assert.equal(flat(await commands.run("echo \"it's\" 'a \"quote\"' \\$HOME")), "it's a \"quote\" $HOME");
    assert.equal(flat(await commands.run("true")), "");
    assert.equal(flat(await commands.run("pwd")), "/project/workspace");
  },

  async "a command takes a directory and variables"({ client: { commands } }) {
    const options = { cwd: "/tmp", env: { NAME: "a b", QUOTE: "it's" } };
    assert.equal(flat(await commands.run('pwd; echo "$NAME"; echo "$QUOTE"', options)), "/tmp a b it's");
  },

  async "a command that fails gives its code and its output"({ client: { commands } }) {
    const failed = (code, pattern) => (error) => error.exitCode === code && pattern.test(error.output);
    await assert.rejects(commands.run("echo broken; exit 7"), failed(7, /broken/));
    await assert.rejects(commands.run("no-such-program"), failed(127, /not found/));
    await assert.rejects(commands.run(["false", "echo never"]), (error) => error.exitCode === 1 && !/never/.test(error.output));
  },

  async "much output comes whole and in order"({ client: { commands } }) {
    // The SDK puts a line end between the pieces, so lines may be broken in two.
    const output = await commands.run("seq 1 20000");
    const expected = Array.from({ length: 20_000 }, (_, i) => i + 1).join("");
    assert.equal(output.replaceAll(/\s/g, ""), expected);
  },

  async "a command in the background is listed, killed, and its end told to others"({ client: { commands }, connect }) {
    const command = await commands.runBackground("echo started; sleep 600", { name: "sleeper" });
    await until("its output", async () => /started/.test(await command.open()));
    const other = await connect();
    const find = async () => (await other.commands.getAll()).find((listed) => listed.name === "sleeper");
    const listed = await until("it in the list", find);
    assert.deepEqual([listed.command, listed.status], ["echo started; sleep 600", "RUNNING"]);
    await command.kill();
    await until("its end", () => listed.status === "KILLED");
    assert.equal(await find(), undefined);
    other.dispose();
  },

  async "output and end of a command are told as they come"({ client: { commands, fs } }) {
    const command = await commands.runBackground("echo first; until [ -e go ]; do sleep 0.02; done; echo second");
    let text = "";
    const states = [];
    command.onOutput((piece) => (text += piece));
    command.onStatusChange((state) => states.push(state));
    await fs.writeTextFile("go", "");
    assert.match(await command.waitUntilComplete(), /first[^]*second/);
    assert.deepEqual(states, ["FINISHED"]);
    assert.equal(command.status, "FINISHED");
  },

  async "a command is started again"({ client: { commands, fs } }) {
    const command = await commands.runBackground("echo run >> runs.txt; sleep 600");
    const runs = async () => (await fs.readTextFile("runs.txt").catch(() => "")).split("\n").length - 1;
    await until("the first run", async () => (await runs()) === 1);
    await command.restart();
    await until("the second run", async () => (await runs()) === 2);
    await command.kill();
  },

  async "ten commands run side by side"({ client: { commands } }) {
    const numbers = Array.from({ length: 10 }, (_, number) => number);
    const outputs = await Promise.all(numbers.map((number) => commands.run(`echo ${number}`)));
    assert.deepEqual(outputs.map(flat), numbers.map(String));
  },

  async "interpreters give the last value"({ client: { interpreters } }) {
    assert.equal(flat(await interpreters.javascript("const a = 6\na * 7")), "42");
    assert.equal(flat(await interpreters.javascript("return [1, 2].map((n) => `${n}`).join('-')")), "1-2");
    await assert.rejects(interpreters.javascript("throw new Error('broken')"), (error) => /broken/.test(error.output));
  },

  async "python gives the last value, where there is one"({ client: { commands, interpreters } }) {
    const there = await commands.run("python3 --version").then(() => true, () => false);
    if (there) assert.equal(flat(await interpreters.python("a = 6\na * 7")), "42");
  },
};
