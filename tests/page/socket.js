// A browser's WebSocket whose other end is in the test.
const real = globalThis.WebSocket;
const sockets = [];

export function install(handler) {
  sockets.length = 0;
  globalThis.WebSocket = class extends EventTarget {
    constructor(url) {
      super();
      this.url = url;
      this.number = sockets.push(this) - 1;
      this.closed = false;
      handler("open", this.number, undefined);
    }
    send(data) {
      if (typeof data === "string") handler("ping", this.number, undefined);
      else handler("frame", this.number, data.slice());
    }
    close() {
      if (!this.closed) {
        this.closed = true;
        handler("close", this.number, undefined);
      }
    }
  };
}

export function restore() {
  globalThis.WebSocket = real;
}

// As in a browser, nothing arrives before the caller is done.
export function tell(number, kind, bytes) {
  const data = bytes && bytes.slice().buffer;
  const socket = sockets[number];
  queueMicrotask(() => {
    if (socket.closed && kind !== "close") return;
    if (kind === "close") socket.closed = true;
    if (kind === "message") socket.dispatchEvent(new MessageEvent(kind, { data }));
    else if (kind === "close") socket.dispatchEvent(new CloseEvent(kind));
    else socket.dispatchEvent(new Event(kind));
  });
}

export function isHidden(hidden) {
  const value = hidden ? "hidden" : "visible";
  Object.defineProperty(document, "visibilityState", { value, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
