// The cases in a page, with the SDK's client for browsers. The test names a case and waits for its end.
import { connectToSandbox } from "@codesandbox/sdk/browser";

import { cases } from "../cases/all.mjs";
import { cases as pageCases } from "./cases.mjs";

const ask = async (path, init) => {
  const answer = await fetch(`/api/sandboxes${path}`, init);
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.json();
};
const create = () =>
  ask("", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
const connectTo = (session, more = {}) =>
  connectToSandbox({ session, getSession: (id) => ask(`/${id}`), ...more });

let shared;
const begun = async () => {
  shared ??= (async () => {
    const session = await create();
    return { client: await connectTo(session), id: session.sandboxId ?? session.id };
  })();
  return shared;
};
const all = new Map([...cases, ...pageCases]);

globalThis.names = [...all.keys()];
globalThis.run = async (name) => {
  const { client, id } = await begun();
  const connect = async (more) => connectTo(await ask(`/${id}`), more);
  await all.get(name)({ client, id, connect, connectTo, create });
};
globalThis.sandbox = async () => (await begun()).id;
globalThis.client = async () => (await begun()).client;
