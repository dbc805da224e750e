// What the page shows, found as assistive technology finds it: by role and accessible name.
const implicit = { progressbar: "progress", status: "output" };
const all = (role) => [
  ...document.querySelectorAll(
    implicit[role] ? `[role="${role}"], ${implicit[role]}:not([role])` : `[role="${role}"]`,
  ),
];
const shown = (element) => (element ? element.innerText.trim() : null);
const named = (elements, name) =>
  elements.find((element) => element.getAttribute("aria-label") === name);
const bar = all("progressbar").find((element) => element.getClientRects().length > 0);
return {
  state: shown(named(all("status"), "Connection")),
  sandbox: shown(named([...document.querySelectorAll("code")], "Sandbox")),
  result: named([...document.querySelectorAll("output")], "Result")?.textContent ?? null,
  log: shown(named(all("log"), "Output")),
  alert: shown(all("alert")[0]),
  progress: bar
    ? {
        value: bar.value ?? Number(bar.getAttribute("aria-valuenow")),
        max: bar.max ?? Number(bar.getAttribute("aria-valuemax")),
        message: bar.getAttribute("aria-valuetext") ?? "",
      }
    : null,
  visible: document.visibilityState === "visible",
};
