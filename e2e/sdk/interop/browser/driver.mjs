// A Chromium, driven by WebDriver.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { until } from "../until.mjs";

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

/** Starts a browser; `end()` stops it and removes its profile. */
export async function browser() {
  const profile = mkdtempSync(join(tmpdir(), "interop-browser-"));
  const program = spawn(process.env.CHROMEDRIVER ?? "chromedriver", ["--port=0"], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((done) => program.once("exit", done));
  const port = await new Promise((found, failed) => {
    let text = "";
    program.stdout.on("data", (piece) => {
      text += piece;
      const line = /on port ([1-9]\d*)/.exec(text);
      if (line) found(line[1]);
    });
    program.once("error", failed);
    ended.then((code) => failed(new Error(`the driver ended with ${code}`)));
  });
  const call = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(value.message);
    return value;
  };
  const args = [...FLAGS, `--user-data-dir=${profile}`];
  const { sessionId } = await call("POST", "/session", {
    capabilities: { alwaysMatch: { "goog:chromeOptions": { args }, timeouts: { script: 60_000 } } },
  }).catch((error) => {
    program.kill("SIGTERM");
    throw error;
  });
  const session = `/session/${sessionId}`;
  return {
    open: (url) => call("POST", `${session}/url`, { url }),
    /** Runs a function's body in the page; it may give a promise. */
    run: (script, ...args) => call("POST", `${session}/execute/sync`, { script, args }),
    /** Closes the current tab; none is current then. */
    close: () => call("DELETE", `${session}/window`),
    /** Opens another tab and gives a way back to this one. */
    async tab() {
      const before = await call("GET", `${session}/window`);
      const { handle } = await call("POST", `${session}/window/new`, { type: "tab" });
      await call("POST", `${session}/window`, { handle });
      return { before, handle, to: (handle) => call("POST", `${session}/window`, { handle }) };
    },
    until: (what, script, ...args) => until(what, () => call("POST", `${session}/execute/sync`, { script, args })),
    async end() {
      await call("DELETE", session).catch(() => {});
      program.kill("SIGTERM");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
