// The terminal. All that changes it comes through the handle that `create` gives.

import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { Draws } from './draws.js';
import { guard } from './guard.js';
import { keyOf } from './keys.js';
import { links, openLink } from './links.js';
import { Look } from './look.js';
import { Pace } from './pace.js';

/** Milliseconds without a change of the size before the terminal takes it over. */
const CALM = 50;
/** Most columns and rows. */
const MOST_CELLS = 1000;
/** Most matches of a search that are marked. */
const MOST_MATCHES = 1000;
/** Graphics that the processor makes. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

class Handle {
  constructor(parent, options) {
    this.options = options;
    this.parent = parent;
    this.look = new Look(parent, () => this.restyle());
    this.replays = { now: false };
    this.waiting = new Set();
    this.pace = new Pace();
    this.term = new Terminal({
      allowProposedApi: true,
      cursorBlink: false,
      linkHandler: links(parent),
      macOptionClickForcesSelection: true,
      minimumContrastRatio: 4.5,
      rescaleOverlappingGlyphs: true,
      ...this.settings(),
    });
    this.fitting = new FitAddon();
    this.searching = new SearchAddon({ highlightLimit: MOST_MATCHES });
    this.term.loadAddon(this.fitting);
    this.term.loadAddon(this.searching);
    this.term.loadAddon(new Unicode11Addon());
    this.term.loadAddon(new WebLinksAddon((_, address) => openLink(address), links(parent)));
    this.term.unicode.activeVersion = '11';
    guard(this.term, this.replays);
    withNonce(options.nonce, () => this.term.open(parent));
    this.draws = new Draws(this.term);
    this.name();
    this.term.attachCustomKeyEventHandler((event) => this.onKey(event));
    this.term.onData((text) => this.options.onInput(text));
    this.term.onResize(({ cols, rows }) => this.options.onResize(cols, rows));
    this.searching.onDidChangeResults(({ resultIndex, resultCount }) => {
      this.options.onResults(resultIndex, resultCount);
    });
    this.onPaste = (event) => this.paste(event);
    // Before xterm's own listener, which would not clean what is pasted.
    parent.addEventListener('paste', this.onPaste, true);
    this.observer = new ResizeObserver(() => this.fitSoon());
    this.observer.observe(parent);
    this.fit();
    document.fonts?.ready.then(() => this.fitSoon());
    if (options.webgl) this.accelerate();
  }

  settings() {
    const { fontSize, readOnly, screenReader, scrollback } = this.options;
    const look = this.look.read();
    return {
      disableStdin: readOnly,
      fontFamily: look.fontFamily,
      fontSize: fontSize || look.fontSize,
      screenReaderMode: screenReader,
      scrollback,
      theme: look.theme,
    };
  }

  /** Writes bytes; the promise is kept when they are parsed. What programs ask in a replay was answered long ago. */
  write(bytes, isReplay) {
    if (this.gone) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.add(resolve);
      if (isReplay) this.term.write('', () => { this.replays.now = true; });
      const { draws, pace } = this;
      for (let from = 0; from < bytes.length;) {
        const slice = bytes.subarray(from, from + pace.bytes);
        this.term.write('', () => {
          pace.begin();
          draws.begin(bytes.length);
        });
        this.term.write(slice, () => pace.end(slice.length));
        from += slice.length;
      }
      this.term.write('', () => {
        if (isReplay) this.replays.now = false;
        this.waiting.delete(resolve);
        resolve();
      });
    });
  }

  /** Begins anew, perhaps with a line that says why. All that was written has to be parsed. */
  reset(line) {
    if (this.gone) return;
    this.term.reset();
    if (line) this.term.write(`\x1b[2m${line}\x1b[0m\r\n`);
  }

  show(options) {
    const { readOnly } = this.options;
    Object.assign(this.options, options);
    this.restyle();
    this.name();
    if (readOnly !== this.options.readOnly) this.term.options.disableStdin = this.options.readOnly;
  }

  /** Says what it is called and how it is left. */
  name() {
    const { describedBy, label } = this.options;
    const field = this.term.textarea;
    field.setAttribute('aria-label', label);
    if (describedBy) field.setAttribute('aria-describedby', describedBy);
  }

  restyle() {
    if (this.gone) return;
    const { term } = this;
    for (const [name, value] of Object.entries(this.settings())) {
      if (name === 'theme' ? JSON.stringify(term.options.theme) !== JSON.stringify(value) : term.options[name] !== value) {
        term.options[name] = value;
      }
    }
    this.fitSoon();
  }

  fitSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.look.changed();
      this.fit();
    }, CALM);
  }

  fit() {
    // What is not shown has no size.
    if (this.gone || this.parent.clientWidth === 0 || this.parent.clientHeight === 0) return;
    const size = this.fitting.proposeDimensions();
    if (!size || !Number.isFinite(size.cols) || !Number.isFinite(size.rows)) return;
    const cols = Math.min(Math.max(size.cols, 2), MOST_CELLS);
    const rows = Math.min(Math.max(size.rows, 1), MOST_CELLS);
    if (cols !== this.term.cols || rows !== this.term.rows) this.term.resize(cols, rows);
  }

  size() {
    return [this.term.cols, this.term.rows];
  }

  focus() {
    this.term.focus();
  }

  onKey(event) {
    const key = keyOf(event);
    if (key === null) return true;
    // The browser itself pastes, which needs no permission.
    if (key === 'paste') return false;
    if (key === 'copy' && !this.term.hasSelection()) return true;
    event.preventDefault();
    event.stopPropagation();
    if (key === 'copy') navigator.clipboard?.writeText(this.term.getSelection()).catch(() => {});
    else if (key === 'search') this.options.onSearch();
    else this.options.onLeave(key === 'leave-backwards');
    return false;
  }

  paste(event) {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData('text/plain');
    // An escape could end the brackets around what is pasted, and have the rest run.
    if (text && !this.options.readOnly) this.term.paste(text.replaceAll('\x1b', ''));
  }

  /** Goes to the next match, or to the one before. */
  find(text, isBackwards, isTyping, caseSensitive) {
    const { match, active } = this.look.matches();
    const options = {
      caseSensitive,
      incremental: isTyping,
      decorations: {
        matchBackground: match,
        matchOverviewRuler: match,
        activeMatchBackground: active,
        activeMatchColorOverviewRuler: active,
      },
    };
    // The search itself does not notice that only this changed.
    if (caseSensitive !== this.caseSensitive) this.endFind();
    this.caseSensitive = caseSensitive;
    if (!text) this.endFind();
    else if (isBackwards) this.searching.findPrevious(text, options);
    else this.searching.findNext(text, options);
  }

  endFind() {
    this.searching.clearDecorations();
  }

  async accelerate() {
    // Where the graphics are software, the page's own text is faster.
    const trial = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
    if (!trial) return;
    const isSoftware = SOFTWARE.test(rendererOf(trial));
    trial.getExtension('WEBGL_lose_context')?.loseContext();
    if (isSoftware) return;
    try {
      const { WebglAddon } = await import('@xterm/addon-webgl');
      if (this.gone) return;
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => webgl.dispose());
      this.term.loadAddon(webgl);
    } catch {
      // The page's own text is there.
    }
  }

  destroy() {
    if (this.gone) return;
    this.gone = true;
    clearTimeout(this.timer);
    this.draws.end();
    this.observer.disconnect();
    this.parent.removeEventListener('paste', this.onPaste, true);
    this.look.end();
    this.term.dispose();
    for (const resolve of this.waiting) resolve();
  }
}

/** What draws for WebGL. Chromium says so by an extension alone, of which Firefox warns. */
function rendererOf(gl) {
  const name = String(gl.getParameter(gl.RENDERER));
  const told = name === 'WebKit WebGL' ? gl.getExtension('WEBGL_debug_renderer_info') : null;
  return told ? String(gl.getParameter(told.UNMASKED_RENDERER_WEBGL)) : name;
}

/** Gives the style elements that are made meanwhile the nonce of the page's security policy. */
function withNonce(nonce, act) {
  if (!nonce) return act();
  const make = document.createElement;
  document.createElement = (name, options) => {
    const element = make.call(document, name, options);
    if (name === 'style') element.nonce = nonce;
    return element;
  };
  try {
    return act();
  } finally {
    delete document.createElement;
  }
}

export function create(parent, options) {
  return new Handle(parent, options);
}

/** What xterm.js itself says, for all terminals of the page. */
export function speak(tooMuchOutput) {
  Terminal.strings.tooMuchOutput = tooMuchOutput;
}
