// Writes golden.json from frames.mjs with @msgpack/msgpack.
import { writeFileSync } from "node:fs";
import { encode } from "@msgpack/msgpack";
import { frames } from "./frames.mjs";

const hex = Object.fromEntries(
  Object.entries(frames).map(([name, frame]) => [name, Buffer.from(encode(frame)).toString("hex")]),
);
writeFileSync(new URL("golden.json", import.meta.url), `${JSON.stringify(hex, null, 1)}\n`);
