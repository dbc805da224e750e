/** Waits until `condition` gives something, at most `milliseconds`. */
export async function until(what, condition, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not come in ${milliseconds} ms`);
    await new Promise((next) => setTimeout(next, 20));
  }
}
