// Finds what people see or hear and no table of words said: all that is outside of the marks of `Words::marked`.

const ATTRIBUTES = ['alt', 'aria-description', 'aria-label', 'aria-roledescription', 'aria-valuetext', 'placeholder', 'title'];
// What programs print, letters by which git names changes, and pictures made of letters.
const NOT_SAID = 'style, script, .xterm-screen, .ys-git-letter, .ys-tree-mark';
const PICTURES = ['Aa'];

function isSaid(text) {
  let rest = text;
  for (let before; before !== rest; ) {
    before = rest;
    rest = rest.replace(/⟦[^⟦⟧]*⟧/g, '');
  }
  // The data of the tests is Greek. Function keys and addresses are the same in every language.
  rest = rest.replace(/https?:\S*|\bF\d+\b/g, '');
  return !/[A-Za-z⟦⟧]/.test(rest) || PICTURES.includes(rest.trim());
}

export function notSaid(root) {
  const found = [];
  const look = (text, where) => {
    if (text && !isSaid(text)) found.push(`${where}: ${text.trim()}`);
  };
  for (const element of [root, ...root.querySelectorAll('*')]) {
    if (element.closest(NOT_SAID)) continue;
    const name = `${element.localName}.${element.className}`;
    for (const attribute of ATTRIBUTES) look(element.getAttribute(attribute), `${name}[${attribute}]`);
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) look(node.data, name);
    }
  }
  return found;
}

/** Opens CodeMirror's own search. */
export function find(content) {
  content.dispatchEvent(new KeyboardEvent('keydown', {
    key: 'f', code: 'KeyF', ctrlKey: true, bubbles: true, cancelable: true,
  }));
}
