// What every client of the SDK can do, in Node and in a browser. Each case gets `client` and `connect`, which gives
// another client of the same sandbox.
import clients from "./clients.mjs";
import commands from "./commands.mjs";
import files from "./files.mjs";
import tasks from "./tasks.mjs";
import terminals from "./terminals.mjs";
import watches from "./watches.mjs";

export const cases = Object.entries({ ...clients, ...files, ...watches, ...commands, ...terminals, ...tasks });
