// golden.json holds the bytes that the Rust tests write and read. Here JavaScript writes and reads the same.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, encode } from "@msgpack/msgpack";
import { frames } from "./frames.mjs";

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8"));

test("the golden file has each frame", () => {
  assert.deepEqual(Object.keys(golden), Object.keys(frames));
});

for (const [name, frame] of Object.entries(frames)) {
  test(`${name} is written as in the golden file`, () => {
    assert.equal(Buffer.from(encode(frame)).toString("hex"), golden[name]);
  });
  test(`${name} is read from the golden file`, () => {
    assert.deepEqual(decode(new Uint8Array(Buffer.from(golden[name], "hex"))), frame);
  });
}
