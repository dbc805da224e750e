// A server of ours for the tests: a port of its own, a folder of its own, ended by its own process.
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const KEY = "csb_v1_0123456789abcdef";

const TASKS = {
  tasks: {
    serve: { name: "Serve", command: "node server.js", preview: { port: 4100 } },
    greet: { name: "Greet", command: "echo greetings; sleep 600" },
  },
  setupTasks: [{ name: "Prepare", command: "echo prepared; echo yes > prepared.txt" }],
};

const SERVER = `require("http").createServer((_, answer) => answer.end("served")).listen(4100);`;

/** Starts a server with `more` arguments; `end()` stops it and removes its files. */
export async function start(...more) {
  const program = process.env.SANDBOX_SERVER;
  if (!program) throw new Error("SANDBOX_SERVER is not set: give it the path of the server");
  const folder = mkdtempSync(join(tmpdir(), "interop-"));
  const template = join(folder, "template");
  mkdirSync(join(template, ".codesandbox"), { recursive: true });
  writeFileSync(join(template, ".codesandbox/tasks.json"), JSON.stringify(TASKS));
  writeFileSync(join(template, "server.js"), SERVER);
  const child = spawn(
    program,
    [
      ["--listen", "127.0.0.1:0"],
      ["--data-dir", join(folder, "data")],
      ["--template-dir", template],
      ["--api-key", KEY],
      more,
    ].flat(),
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const ended = new Promise((done) => child.once("exit", done));
  const address = await new Promise((found, failed) => {
    let text = "";
    child.stdout.on("data", (piece) => {
      text += piece;
      const line = /^listening on (\S+)$/m.exec(text);
      if (line) found(line[1]);
    });
    ended.then((code) => failed(new Error(`the server ended with ${code}`)));
  });
  return {
    address,
    async end() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
