({ previewWindow: view, previewProtocol: protocol, scope }) => {
  // A document that has this already tells where it is once more.
  const mark = Symbol.for("yew-sandbox.navigation");
  if (view[mark]) return view[mark]();
  const most = 50;
  const { history, location } = view;
  const replace = view.History.prototype.replaceState;
  // Entries of this document keep their state, and are gone back to without loading anything.
  let entries = scope.entries.map((url) => ({ url, here: false }));
  let position = scope.position;
  let isOurs = false;

  const tell = () =>
    protocol.sendMessage({
      type: "SET_URL",
      url: entries[position].url,
      back: position > 0,
      forward: position < entries.length - 1,
      entries: entries.map((entry) => entry.url),
      position,
    });
  const enter = (isNew) => {
    const entry = { url: location.href, state: history.state, here: true };
    if (isNew) {
      entries = [...entries.slice(0, position + 1), entry].slice(-most);
      position = entries.length - 1;
    } else {
      entries[position] = entry;
    }
    tell();
  };
  const change = (state, url) => {
    isOurs = true;
    try {
      replace.call(history, state, "", url);
    } finally {
      isOurs = false;
    }
  };
  const go = (delta) => {
    const entry = entries[position + delta];
    if (!delta) return location.reload();
    if (!entry) return;
    position += delta;
    tell();
    if (!entry.here) return location.replace(entry.url);
    const oldURL = location.href;
    change(entry.state, entry.url);
    view.dispatchEvent(new view.PopStateEvent("popstate", { state: history.state }));
    if (oldURL.split("#")[0] === location.href.split("#")[0] && oldURL !== location.href) {
      const urls = { oldURL, newURL: location.href };
      view.dispatchEvent(new view.HashChangeEvent("hashchange", urls));
    }
  };
  // What the browser did by itself, such as following a link to a place in the same document.
  const moved = () => {
    if (isOurs) return;
    if (location.href !== entries[position].url) enter(true);
    else entries[position].here = true;
  };

  // The history of the frame is this one. The browser's own is one for the whole page, which a preview would leave.
  const own = {
    go: (delta) => go(Math.trunc(Number(delta)) || 0),
    back: () => go(-1),
    forward: () => go(1),
    pushState: (state, _, url) => {
      change(state, url);
      enter(true);
    },
    replaceState: (state, _, url) => {
      change(state, url);
      enter(false);
    },
  };
  for (const [name, value] of Object.entries(own)) {
    Object.defineProperty(history, name, { value, configurable: true, writable: true });
  }
  Object.defineProperty(history, "length", { get: () => entries.length, configurable: true });
  Object.defineProperty(view, mark, { value: tell });
  view.addEventListener("hashchange", moved);
  view.addEventListener("popstate", moved);
  view.navigation?.addEventListener("currententrychange", moved);
  protocol.addListener("GO_BACK", () => go(-1));
  protocol.addListener("GO_FORWARD", () => go(1));
  protocol.addListener("REFRESH", () => location.reload());

  const [arrival] = view.performance.getEntriesByType("navigation");
  const isAt = (place) => entries[place]?.url === location.href;
  if (arrival?.type === "back_forward" && !isAt(position)) {
    position = [position - 1, position + 1].find(isAt) ?? position;
  }
  enter(!(isAt(position) || (arrival?.type === "reload" && entries.length > 0)));
}
