// Several clients, and what a client says of itself.
import assert from "node:assert/strict";
import { until } from "../until.mjs";

export default {
  async "steps of the set-up run and are told"({ client, connect }) {
    // The SDK takes the steps over when it connects, and does not hear of their end (it hangs): so a client that comes later looks.
    await until("the step's file", () => client.fs.readTextFile("prepared.txt").catch(() => null));
    const later = await until("the end of the steps", async () => {
      const connected = await connect();
      if (connected.setup.status === "FINISHED") return connected;
      // The SDK lists the ports as it connects, and an end before the answer is a rejection that nobody can handle.
      await connected.ports.getAll();
      connected.dispose();
      return null;
    });
    await later.setup.waitUntilComplete();
    const [step] = later.setup.getSteps();
    assert.deepEqual([step.name, step.status], ["Prepare", "SUCCEEDED"]);
    await step.waitUntilComplete();
    assert.match(await step.open(), /prepared/);
    later.dispose();
  },

  async "two clients see each other's changes"({ client, connect }) {
    const other = await connect();
    const told = [];
    const watcher = await client.fs.watch(".");
    watcher.onEvent((event) => told.push(...event.paths));
    await other.fs.writeTextFile("shared.txt", "from the other");
    assert.equal(await client.fs.readTextFile("shared.txt"), "from the other");
    await until("the event", () => told.some((path) => path.endsWith("shared.txt")));
    await client.fs.writeTextFile("shared.txt", "and back");
    assert.equal(await other.fs.readTextFile("shared.txt"), "and back");
    watcher.dispose();
    other.dispose();
  },

  async "a client leaves and comes back"({ connect }) {
    const client = await connect();
    const states = [];
    client.onStateChange((state) => states.push(state));
    assert.equal(client.state, "CONNECTED");
    await client.disconnect();
    assert.equal(client.state, "DISCONNECTED");
    await client.reconnect();
    await until("the state", () => client.state === "CONNECTED");
    assert.ok(states.includes("DISCONNECTED") && states.at(-1) === "CONNECTED", states.join());
    await client.fs.writeTextFile("back.txt", "back");
    assert.equal(await client.fs.readTextFile("back.txt"), "back");
    client.dispose();
  },

  async "a client says where it is"({ client }) {
    assert.equal(client.workspacePath, "/project/workspace");
    assert.ok(client.isUpToDate);
    assert.match(client.hosts.getUrl(3000), new RegExp(`${client.id}-3000`));
    client.keepActiveWhileConnected(true);
    client.keepActiveWhileConnected(false);
  },
};
