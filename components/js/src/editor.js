// The editor. All that changes it comes through the handle that `create` gives.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState, Facet, StateEffect, StateField, Transaction } from '@codemirror/state';
import {
  Decoration, EditorView, crosshairCursor, drawSelection, dropCursor, highlightActiveLine,
  highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers, rectangularSelection,
} from '@codemirror/view';
import { classes } from './classes.js';
import { SAVE, keysOf } from './keymaps.js';
import { support } from './languages.js';
import { languageOf } from './names.js';
import { theme } from './theme.js';

/** Most states that are kept for files that are not shown; past it the one that was shown longest ago is forgotten. */
const MOST_STATES = 64;
/** From this many characters on, what was typed is told in steps of `TOLD_AFTER` milliseconds. */
const LONG = 200_000;
const TOLD_AFTER = 150;

const MIXED = 'mixed';
const ends = Facet.define({ combine: (given) => given[0] ?? '\n' });

const external = Annotation.define();
const decorate = StateEffect.define();
// The newest are last, as a map keeps the order in which keys were set.
const states = new Map();
// A state outlives its view, so it finds who listens by the view that shows it.
const handles = new WeakMap();

const language = new Compartment();
const keys = new Compartment();
const editable = new Compartment();
const wrapping = new Compartment();
const indentation = new Compartment();
const words = new Compartment();

const decorations = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(decorate)) {
        const { lines, ranges } = effect.value;
        next = Decoration.set([...linesOf(transaction.state, lines), ...rangesOf(transaction.state, ranges)], true);
      }
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function save(view) {
  const handle = handles.get(view);
  handle?.flush();
  handle?.options.onSave();
  return true;
}

const BASE = [
  lineNumbers(),
  highlightActiveLineGutter(),
  highlightSpecialChars(),
  history(),
  foldGutter(),
  drawSelection(),
  dropCursor(),
  EditorState.allowMultipleSelections.of(true),
  indentOnInput(),
  syntaxHighlighting(classes),
  bracketMatching(),
  closeBrackets(),
  autocompletion(),
  rectangularSelection(),
  crosshairCursor(),
  highlightActiveLine(),
  highlightSelectionMatches(),
  search({ top: true }),
  decorations,
  theme,
  EditorView.domEventHandlers({ [SAVE]: (_, view) => save(view) }),
  keymap.of([
    { key: 'Mod-s', preventDefault: true, run: save },
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...completionKeymap,
    ...lintKeymap,
    indentWithTab,
  ]),
  EditorView.updateListener.of((update) => handles.get(update.view)?.updated(update)),
];

/** How the lines of a text end: alike, or in a mixture, which is kept as it is; undefined where there is one line only. */
function endsOf(text) {
  const found = new Set(text.match(/\r\n|\n|\r/g));
  return found.size > 1 ? MIXED : [...found][0];
}

function textOf(state) {
  const end = state.facet(ends);
  return state.doc.sliceString(0, state.doc.length, end === MIXED ? '\n' : end);
}

function linesOf(state, list) {
  return list
    .filter(({ line }) => line >= 1 && line <= state.doc.lines)
    .map(({ line, className }) =>
      Decoration.line({ attributes: { class: className } }).range(state.doc.line(line).from));
}

function rangesOf({ doc }, list) {
  return list.flatMap(({ line, column, endLine, endColumn, className, title }) => {
    const from = placeOf(doc, line, column);
    const to = placeOf(doc, endLine, endColumn);
    if (line > doc.lines || from >= to) return [];
    const attributes = title === undefined ? { class: className } : { class: className, title };
    return Decoration.mark({ attributes }).range(from, to);
  });
}

/** The place of a line and a column, both from 1; what lies outside is brought inside. */
function placeOf(doc, line, column) {
  const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(found.from + Math.max(column, 1) - 1, found.to);
}

class Handle {
  constructor(parent, options) {
    this.options = options;
    this.view = new EditorView({ parent, state: this.begin() });
    handles.set(this.view, this);
    this.restore();
  }

  get key() {
    return this.options.keep ? `${this.options.keep}\n${this.options.path}` : null;
  }

  configuration() {
    const { readOnly, wrap, tabSize, phrases, label, describedBy } = this.options;
    return [
      [editable, [EditorState.readOnly.of(readOnly)]],
      [wrapping, wrap ? EditorView.lineWrapping : []],
      [indentation, [EditorState.tabSize.of(tabSize), indentUnit.of(' '.repeat(tabSize))]],
      [words, [
        EditorState.phrases.of(phrases),
        EditorView.contentAttributes.of({
          'aria-label': label,
          ...(describedBy ? { 'aria-describedby': describedBy } : {}),
        }),
      ]],
    ];
  }

  begin() {
    const { text, nonce } = this.options;
    const kept = states.get(this.key);
    const end = endsOf(text);
    if (kept && (end ?? kept.state.facet(ends)) === kept.state.facet(ends)) {
      return kept.state;
    }
    return EditorState.create({
      doc: text,
      extensions: [
        ends.of(end ?? '\n'),
        end === MIXED ? EditorState.lineSeparator.of('\n') : [],
        nonce ? EditorView.cspNonce.of(nonce) : [],
        // Before all other keys.
        keys.of([]),
        language.of([]),
        this.configuration().map(([part, content]) => part.of(content)),
        BASE,
      ],
    });
  }

  /** Brings a state that may be an old one to what is given now. */
  restore() {
    const kept = states.get(this.key);
    const isKept = kept?.state === this.view.state;
    this.reconfigure();
    this.replace(this.options.text);
    if (isKept) {
      this.view.dispatch({ effects: kept.scroll });
    }
    this.load();
    this.loadKeys();
  }

  reconfigure() {
    const effects = this.configuration().map(([part, content]) => part.reconfigure(content));
    this.view.dispatch({ effects });
  }

  async load() {
    const { path, plain } = this.options;
    const name = plain ? undefined : languageOf(path);
    let found = null;
    try {
      found = await support(name);
    } catch {
      // Without its language a file is plain; the text is there all the same.
    }
    if (this.view && this.options.path === path && this.options.plain === plain) {
      this.view.dispatch({ effects: language.reconfigure(found ? [found] : []) });
    }
  }

  async loadKeys() {
    const { keys: name } = this.options;
    let found = null;
    try {
      found = await keysOf(name);
    } catch {
      // The usual keys are there all the same.
    }
    if (this.view && this.options.keys === name) {
      this.view.dispatch({ effects: keys.reconfigure(found ?? []) });
    }
  }

  updated(update) {
    const isTyped = update.transactions.some((part) => part.docChanged && !part.annotation(external));
    if (!isTyped) {
      return;
    }
    this.pending = true;
    if (update.state.doc.length < LONG) {
      this.flush();
    } else {
      this.timer ??= setTimeout(() => this.flush(), TOLD_AFTER);
    }
  }

  /** Tells what was typed and not told. */
  flush() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending) {
      this.pending = false;
      this.told = textOf(this.view.state);
      this.options.onChange(this.told);
    }
  }

  /** Another text from outside; the selection stays where the text around it stays. */
  replace(text) {
    const { state } = this.view;
    const end = endsOf(text);
    if (end !== undefined && end !== state.facet(ends)) {
      states.delete(this.key);
      this.options.text = text;
      this.view.setState(this.begin());
      this.load();
      this.loadKeys();
      return;
    }
    const next = state.toText(text);
    const now = next.toString();
    const old = state.doc.toString();
    if (old === now) {
      return;
    }
    let from = 0;
    const most = Math.min(old.length, now.length);
    while (from < most && old.charCodeAt(from) === now.charCodeAt(from)) from += 1;
    let tail = 0;
    while (tail < most - from && old.charCodeAt(old.length - 1 - tail) === now.charCodeAt(now.length - 1 - tail)) tail += 1;
    this.view.dispatch({
      changes: { from, to: old.length - tail, insert: next.slice(from, now.length - tail) },
      annotations: [external.of(true), Transaction.addToHistory.of(false)],
    });
  }

  /** Shows another file, or the same one otherwise. */
  show(options) {
    this.flush();
    const isOther = options.path !== this.options.path || options.keep !== this.options.keep;
    const { plain: wasPlain, keys: oldKeys } = this.options;
    if (isOther) {
      this.keep();
    }
    this.options = { ...this.options, ...options };
    if (isOther) {
      this.told = undefined;
      this.view.setState(this.begin());
      this.restore();
    } else {
      this.reconfigure();
      if (wasPlain !== this.options.plain) {
        this.load();
      }
      if (oldKeys !== this.options.keys) {
        this.loadKeys();
      }
      this.setText(this.options.text);
    }
  }

  setText(text) {
    // What was typed and not told yet is newer than what it was told back.
    if (!this.pending && text !== this.told) {
      this.told = undefined;
      this.replace(text);
    }
  }

  diagnose(list) {
    const { doc } = this.view.state;
    const marks = list.map(({ line, column, endLine, endColumn, severity, message, source }) => {
      const from = placeOf(doc, line, column);
      const to = Math.max(from, placeOf(doc, endLine, endColumn));
      return { from, to, severity, message, source };
    });
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }

  decorate(lines, ranges) {
    this.view.dispatch({ effects: decorate.of({ lines, ranges }) });
  }

  reveal(line, column) {
    const anchor = placeOf(this.view.state.doc, line, column);
    this.view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
    });
  }

  focus() {
    this.view.focus();
  }

  keep() {
    if (this.key !== null) {
      states.delete(this.key);
      states.set(this.key, { state: this.view.state, scroll: this.view.scrollSnapshot() });
      while (states.size > MOST_STATES) {
        states.delete(states.keys().next().value);
      }
    }
  }

  destroy() {
    this.flush();
    this.keep();
    const { view } = this;
    this.view = null;
    view.destroy();
  }
}

export function create(parent, options) {
  return new Handle(parent, options);
}
