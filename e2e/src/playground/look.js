// What the playground shows at this moment.
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const text = (element) => (element ? element.textContent.trim() : null);
const isSeen = (element) => element.getClientRects().length > 0;
const lines = (selector) =>
  all(selector)
    .filter(isSeen)
    .map((line) => line.textContent.replaceAll("\u00a0", " ").trimEnd())
    .join("\n")
    .trimEnd();
return {
  hash: decodeURIComponent(location.hash),
  state: one(".ys-connection")?.dataset.state ?? null,
  layout: one(".ys-ide")?.dataset.layout ?? null,
  side: one(".ys-ide [data-region=side]")?.getAttribute("aria-label") ?? null,
  tree: all(".ys-tree-row .ys-tree-name").filter(isSeen).map(text),
  tabs: all(".ys-tabs-tab bdi").map(text),
  file: one(".ys-tabs-tab[aria-selected=true]")?.title ?? null,
  isDirty: all('.ys-tabs-item[data-active=true][data-dirty=true]').length > 0,
  editor: one(".cm-content") ? lines(".cm-line") : null,
  conflict: one(".ys-editor-conflict")?.getAttribute("aria-label") ?? null,
  terminal: lines(".xterm-rows > div"),
  terminals: all(".ys-terminal-tabs-tab bdi").map(text),
  preview: one(".ys-preview")?.dataset.status ?? null,
  address: one(".ys-preview [aria-label=Address]")?.value ?? null,
  changes: all(".ys-git-path bdi").filter(isSeen).map(text),
  alerts: all("[role=alert]").filter(isSeen).map(text).filter(Boolean),
};
