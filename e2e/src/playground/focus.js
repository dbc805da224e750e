// What has the focus, within this document.
const element = document.activeElement ?? document.body;
const labelled = (element.getAttribute("aria-labelledby") ?? "")
  .split(" ")
  .map((id) => document.getElementById(id)?.textContent ?? "")
  .join(" ");
const name =
  element.getAttribute("aria-label") ||
  labelled.trim() ||
  [...(element.labels ?? [])].map((label) => label.textContent).join(" ") ||
  element.textContent ||
  element.title;
const place = element.getBoundingClientRect();
const classes = [...element.classList].map((name) => `.${name}`).join("");
return {
  element: `${element.localName}${classes}`,
  place: [Math.round(place.left), Math.round(place.top)],
  role: element.getAttribute("role") ?? "",
  name: name.trim(),
  region: element.closest("[data-region]")?.dataset.region ?? "",
  // A terminal's own field follows its cursor, and has no size of its own.
  seen:
    (place.width > 0 && place.height > 0 && element.checkVisibility({ visibilityProperty: true })) ||
    element.classList.contains("xterm-helper-textarea"),
};
