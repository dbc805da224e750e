// What of the story does not fit into the window, one fault to a text.

// Text of programs has lines of its own: it may scroll sideways, as WCAG allows it for two dimensions. So may a preview that is drawn
// as wide as another device, and lists of tabs, which can be chosen from in another way as well.
const FREE =
  ".cm-scroller, .ys-viewer, .ys-output, .ys-editor-side, .ys-git-diff, .ys-terminal-screen, .ys-preview-body, [role=tablist]";
const CONTROLS = "a[href], button, input, select, textarea, summary, [role=treeitem], [role=option]";

const name = (element) => `${element.tagName.toLowerCase()}.${[...element.classList].join(".")}`;
const isSeen = (element) =>
  element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
  !element.closest("[inert], [aria-hidden=true]") &&
  // What is for those who listen, or appears when it has the focus.
  getComputedStyle(element).clipPath !== "inset(50%)" &&
  !element.closest(".ys-unseen") &&
  element.getClientRects().length > 0;

const faults = [];
const page = document.documentElement;
if (page.scrollWidth > innerWidth) faults.push(`the page is ${page.scrollWidth} pixels wide`);

for (const element of document.querySelectorAll(".story, .story *")) {
  if (element.closest(FREE) || !isSeen(element)) continue;
  const style = getComputedStyle(element);
  const isWider = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
  if (isWider && ["auto", "scroll"].includes(style.overflowX)) {
    faults.push(`${name(element)} scrolls sideways: ${element.scrollWidth} in ${element.clientWidth}`);
  }
  // What ends in an ellipsis says so; its whole text is its title, or elsewhere on the page.
  const isCut = ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis";
  if (isWider && isCut && !["INPUT", "SELECT", "IFRAME"].includes(element.tagName)) {
    faults.push(`${name(element)} is cut: ${element.scrollWidth} in ${element.clientWidth}`);
  }
}

for (const element of document.querySelectorAll(".story :is(" + CONTROLS + ")")) {
  if (element.closest(FREE) || !isSeen(element)) continue;
  const box = element.getBoundingClientRect();
  if (box.left < -1 || box.right > innerWidth + 1) {
    faults.push(`${name(element)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)}`);
  }
}
return [...new Set(faults)];
