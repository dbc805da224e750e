// Tasks and ports.
import assert from "node:assert/strict";
import { until } from "../until.mjs";

const FETCH = "node -e \"fetch('http://127.0.0.1:4100').then(async (answer) => console.log(await answer.text()))\"";

export default {
  async "tasks are those of the file"({ client: { tasks } }) {
    const all = await tasks.getAll();
    assert.deepEqual(all.map((task) => task.id).sort(), ["greet", "serve"]);
    const serve = await tasks.get("serve");
    assert.deepEqual([serve.name, serve.command, serve.runAtStart, serve.status], ["Serve", "node server.js", false, "IDLE"]);
    assert.equal(await tasks.get("none"), undefined);
  },

  async "a task runs, listens and stops; its port is told"({ client }) {
    const opened = [];
    const closed = [];
    client.ports.onDidPortOpen((port) => opened.push(port.port));
    client.ports.onDidPortClose((port) => closed.push(port));
    const task = await client.tasks.get("serve");
    const states = [];
    task.onStatusChange((state) => states.push(state));
    const [port] = await Promise.all([client.ports.waitForPort(4100, { timeoutMs: 20_000 }), task.run()]);
    assert.match(port.host, new RegExp(`^${client.id}-4100\\.localhost:\\d+$`));
    await until("the event", () => opened.includes(4100));
    await until("the state", () => states.at(-1) === "RUNNING");
    assert.ok((await client.ports.getAll()).some((other) => other.port === 4100));
    await until("the task's port", () => task.ports.length > 0);
    assert.equal((await task.waitForPort(5_000)).port, 4100);
    assert.equal((await client.commands.run(FETCH)).trim(), "served");
    await task.stop();
    await until("the port's end", () => closed.includes(4100));
    assert.equal(await client.ports.get(4100), undefined);
    await until("the state", () => states.at(-1) !== "RUNNING");
  },

  async "a task's output is shown, also when it is started again"({ client }) {
    const task = await client.tasks.get("greet");
    await task.run();
    // Until the SDK has heard that it runs, it refuses to open it.
    await until("the greeting", async () => /greetings/.test(await task.open().catch(() => "")));
    let text = "";
    task.onOutput((piece) => (text += piece));
    await task.stop();
    await until("its end", () => task.status !== "RUNNING");
    await task.restart();
    await until("the second greeting", () => text.includes("greetings"));
    const before = task.shell?.shellId;
    await task.restart();
    await until("another shell", () => task.status === "RUNNING" && task.shell?.shellId !== before);
    await task.stop();
    await until("its end", () => task.status !== "RUNNING");
  },

  async "a new task in the file is known to who asks anew"({ client, connect }) {
    const file = ".codesandbox/tasks.json";
    const before = await client.fs.readTextFile(file);
    const changed = JSON.parse(before);
    changed.tasks.added = { name: "Added", command: "echo added" };
    await client.fs.writeTextFile(file, JSON.stringify(changed));
    const other = await connect();
    assert.equal((await other.tasks.get("added")).name, "Added");
    await client.fs.writeTextFile(file, "{ broken");
    const third = await connect();
    assert.equal((await third.tasks.getAll()).length, 3);
    await client.fs.writeTextFile(file, before);
    other.dispose();
    third.dispose();
  },

  async "a port of any program is told; one that never opens is not waited for too long"({ client }) {
    await assert.rejects(client.ports.waitForPort(4999, { timeoutMs: 200 }), /Timeout/);
    const command = await client.commands.runBackground("node -e \"require('net').createServer().listen(4200)\"");
    assert.equal((await client.ports.waitForPort(4200, { timeoutMs: 20_000 })).port, 4200);
    const closed = new Promise((told) => client.ports.onDidPortClose((port) => port === 4200 && told()));
    await command.kill();
    await closed;
  },
};
