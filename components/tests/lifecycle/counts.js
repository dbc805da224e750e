// Counts what a page holds on to: listeners of what outlives components, timers, observers.
const listeners = [];
const timers = new Set();
const observers = new Set();

const outlives = (target) =>
  [window, document, document.documentElement, document.body, document.fonts, window.visualViewport].includes(target) ||
  target instanceof MediaQueryList;
const captures = (options) => Boolean(typeof options === "object" ? options?.capture : options);
const place = (target, type, listener, options) =>
  listeners.findIndex(
    (known) =>
      known.target === target &&
      known.type === type &&
      known.listener === listener &&
      known.capture === captures(options),
  );

const { addEventListener, removeEventListener } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (type, listener, options) {
  const target = this ?? window;
  if (outlives(target) && !options?.once && place(target, type, listener, options) < 0) {
    listeners.push({ target, type, listener, capture: captures(options) });
  }
  return addEventListener.call(target, type, listener, options);
};
EventTarget.prototype.removeEventListener = function (type, listener, options) {
  const target = this ?? window;
  const known = place(target, type, listener, options);
  if (known >= 0) listeners.splice(known, 1);
  return removeEventListener.call(target, type, listener, options);
};

for (const [start, end, repeats] of [
  ["setTimeout", "clearTimeout", false],
  ["setInterval", "clearInterval", true],
  ["requestAnimationFrame", "cancelAnimationFrame", false],
]) {
  const [begin, cancel] = [window[start], window[end]];
  window[start] = (callback, ...rest) => {
    const id = begin.call(
      window,
      (...values) => {
        if (!repeats) timers.delete(`${start} ${id}`);
        return callback(...values);
      },
      ...rest,
    );
    timers.add(`${start} ${id}`);
    return id;
  };
  window[end] = (id) => {
    timers.delete(`${start} ${id}`);
    cancel.call(window, id);
  };
}

for (const kind of [ResizeObserver, MutationObserver, IntersectionObserver]) {
  const { observe, disconnect } = kind.prototype;
  kind.prototype.observe = function (...values) {
    observers.add(this);
    return observe.apply(this, values);
  };
  kind.prototype.disconnect = function () {
    observers.delete(this);
    return disconnect.call(this);
  };
}

export const listenersNow = () => listeners.length;
export const timersNow = () => timers.size;
export const observersNow = () => observers.size;
export const elementsNow = () => document.querySelectorAll("*").length;
export const kinds = () => listeners.map(({ target, type }) => `${target.constructor.name} ${type}`).join();
