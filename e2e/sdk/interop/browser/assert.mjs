// As much of Node's strict assertions as the cases use, for a page.
const shown = (value) => {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};
const fail = (text) => {
  throw new Error(text);
};
const isSame = (one, other) => {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]));
};

export default {
  ok: (value, text) => value || fail(text ?? `${shown(value)} is not true`),
  equal: (one, other, text) => Object.is(one, other) || fail(text ?? `${shown(one)} instead of ${shown(other)}`),
  deepEqual: (one, other, text) => isSame(one, other) || fail(text ?? `${shown(one)} instead of ${shown(other)}`),
  match: (text, pattern) => pattern.test(text) || fail(`${shown(text)} does not match ${pattern}`),
  async rejects(promise, expected) {
    let error;
    try {
      await promise;
    } catch (thrown) {
      error = thrown;
    }
    if (error === undefined) fail("it succeeded");
    if (expected instanceof RegExp && !expected.test(String(error))) fail(`${error} does not match ${expected}`);
    if (typeof expected === "function" && expected(error) !== true) fail(`${error} is not the error that is due`);
  },
};
