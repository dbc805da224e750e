// Frames and paints, as the browser makes them.

/** Calls back right after the paint of the frame that is under way. */
function afterPaint(callback) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => callback(performance.now());
  port2.postMessage(0);
}

/** The time of the paint that first shows what `selector` finds. */
export function painted(root, selector) {
  return new Promise((resolve) => {
    const look = () => {
      if (root.querySelector(selector)) afterPaint(resolve);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Scrolls from the top to the end in so many frames; gives how long each frame took. */
export function scroll(element, frames) {
  return new Promise((resolve) => {
    const way = element.scrollHeight - element.clientHeight;
    const gaps = [];
    let last = null;
    const step = (now) => {
      if (last !== null) gaps.push(now - last);
      last = now;
      if (gaps.length >= frames) return resolve(gaps);
      element.scrollTop = (way * (gaps.length + 1)) / frames;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}

/** How long each frame takes until `end` is called, which gives them. */
export function watchFrames() {
  const gaps = [];
  let last = null;
  let ended = false;
  const step = (now) => {
    if (last !== null) gaps.push(now - last);
    last = now;
    if (!ended) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
  return {
    end() {
      ended = true;
      return gaps;
    },
  };
}

/** From each key that is pressed to the paint of the frame that follows, in milliseconds. */
export function watchKeys() {
  const times = [];
  addEventListener(
    'keydown',
    (event) => {
      requestAnimationFrame(() => afterPaint((now) => times.push(now - event.timeStamp)));
    },
    true,
  );
  return times;
}

/** Writes `size` bytes of lines straight to an xterm.js terminal, in portions, two on their way; gives the time until all is parsed. */
export async function feedDirectly(term, size) {
  const line = 'the quick brown fox jumps over the lazy dog\r\n';
  const portion = new TextEncoder().encode(line.repeat(Math.ceil((256 * 1024) / line.length)));
  const write = (bytes) => new Promise((resolve) => term.write(bytes, resolve));
  const begun = performance.now();
  let before = Promise.resolve();
  for (let left = size; left > 0; left -= portion.length) {
    const next = write(portion.subarray(0, Math.min(left, portion.length)));
    await before;
    before = next;
  }
  await before;
  return performance.now() - begun;
}

/** Kept once the terminal shows `text` in one of its last lines. */
export function shown(term, text) {
  return new Promise((resolve) => {
    const look = () => {
      const { active } = term.buffer;
      for (let at = active.length - 1; at >= Math.max(0, active.length - 60); at -= 1) {
        if (active.getLine(at).translateToString(true).includes(text)) return resolve(performance.now());
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** The bytes that the terminal has been given from now on. */
export function countWrites(term) {
  const count = { bytes: 0 };
  const write = term.write.bind(term);
  term.write = (data, callback) => {
    count.bytes += data.length;
    write(data, callback);
  };
  return count;
}
