// Code in languages that are read line by line, in pieces with the names of their colours, without the editor.

import { tags } from '@lezer/highlight';
import { classes } from './classes.js';
import { legacy } from './legacy.js';

/** Columns of a tab and of a step of indentation. */
const TAB = 4;
const STEP = 2;
/** A line that is longer has no colours behind this column: it is data, and modes look at the rest of a line again and again. */
const MOST_COLUMNS = 10_000;
/** How often a mode may be asked before it goes on. */
const MOST_CALLS = 10;

/** Older names of tags. */
const NAMES = {
  variable: 'variableName',
  'variable-2': 'variableName.special',
  'string-2': 'string.special',
  def: 'variableName.definition',
  tag: 'tagName',
  attribute: 'attributeName',
  type: 'typeName',
  builtin: 'variableName.standard',
  qualifier: 'modifier',
  error: 'invalid',
  header: 'heading',
  property: 'propertyName',
};

/** A line, as a mode reads it: CodeMirror's interface `StringStream`. */
class Line {
  constructor(text) {
    this.string = text;
    this.tabSize = TAB;
    this.indentUnit = STEP;
    this.start = 0;
    this.pos = 0;
  }

  eol() {
    return this.pos >= this.string.length;
  }

  sol() {
    return this.pos === 0;
  }

  peek() {
    return this.string[this.pos];
  }

  next() {
    const letter = this.string[this.pos];
    if (letter !== undefined) this.pos += 1;
    return letter;
  }

  eat(wanted) {
    const letter = this.peek();
    if (letter === undefined) return undefined;
    const isWanted = typeof wanted === 'string' ? letter === wanted
      : wanted instanceof RegExp ? wanted.test(letter)
        : wanted(letter);
    return isWanted ? this.next() : undefined;
  }

  eatWhile(wanted) {
    const from = this.pos;
    while (this.eat(wanted) !== undefined);
    return this.pos > from;
  }

  eatSpace() {
    return this.eatWhile(/\s/);
  }

  skipToEnd() {
    this.pos = this.string.length;
  }

  skipTo(text) {
    const found = this.string.indexOf(text, this.pos);
    if (found < 0) return undefined;
    this.pos = found;
    return true;
  }

  backUp(count) {
    this.pos -= count;
  }

  column() {
    return columns(this.string.slice(0, this.start));
  }

  indentation() {
    return columns(/^\s*/.exec(this.string)[0]);
  }

  match(wanted, consume = true, ignoreCase = false) {
    if (typeof wanted === 'string') {
      const fold = (text) => (ignoreCase ? text.toLowerCase() : text);
      if (fold(this.string.slice(this.pos, this.pos + wanted.length)) !== fold(wanted)) return null;
      if (consume !== false) this.pos += wanted.length;
      return true;
    }
    const found = this.string.slice(this.pos).match(wanted);
    if (!found || found.index > 0) return null;
    if (consume !== false) this.pos += found[0].length;
    return found;
  }

  current() {
    return this.string.slice(this.start, this.pos);
  }
}

function columns(text) {
  let count = 0;
  for (const letter of text) count += letter === '\t' ? TAB - (count % TAB) : 1;
  return count;
}

/** The class of what a mode calls `keyword` or `string.special`, or several of these with blanks between. */
function classOf(token) {
  const found = [];
  for (const name of token.split(' ')) {
    let tag;
    for (const part of (Object.hasOwn(NAMES, name) ? NAMES[name] : name).split('.')) {
      const known = Object.hasOwn(tags, part) ? tags[part] : undefined;
      if (typeof known !== 'function') tag = known ?? tag;
      else if (tag) tag = known(tag);
    }
    if (tag) found.push(tag);
  }
  return classes.style(found) ?? '';
}

/** The code in pieces: text and class by turns, or null where the language is not known here. */
export async function highlightLines(code, language) {
  // The editor reads SQL with a tree, and that tree needs the editor.
  const mode = language === 'sql'
    ? (await import('@codemirror/legacy-modes/mode/sql')).standardSQL
    : await legacy(language);
  if (!mode) return null;
  const names = new Map();
  const pieces = [];
  const add = (text, name) => {
    if (!text) return;
    // Neighbours of one class are one piece.
    if (pieces.length && pieces.at(-1) === name) pieces[pieces.length - 2] += text;
    else pieces.push(text, name);
  };
  const state = mode.startState ? mode.startState(STEP) : true;
  code.split('\n').forEach((whole, number) => {
    if (number) add('\n', '');
    const text = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    const line = new Line(text);
    if (line.eol()) mode.blankLine?.(state, STEP);
    while (!line.eol() && line.pos < MOST_COLUMNS) {
      line.start = line.pos;
      const token = read(mode, line, state);
      if (token && !names.has(token)) names.set(token, classOf(token));
      add(line.current(), token ? names.get(token) : '');
    }
    add(whole.slice(line.pos), '');
  });
  return pieces;
}

function read(mode, line, state) {
  for (let calls = 0; calls < MOST_CALLS; calls += 1) {
    const token = mode.token(line, state);
    if (line.pos > line.start) return token;
  }
  throw new Error('a mode does not go on');
}
