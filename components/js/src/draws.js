// How often a flood is drawn. Lines that fly by cannot be read, and drawing them takes as long as parsing them.

/** Milliseconds between two drawings of a flood. */
const BETWEEN = 60;
/** From so many bytes on, what is written at once may be part of a flood: more than a screen shows. */
const FLOOD = 8 * 1024;

/**
 * Holds the drawing back while a flood is parsed, as programs do with synchronized output (DEC mode 2026). Writing the mode would
 * cut what the program has half written; it is set where xterm.js keeps it, from where its own addons take what they need as
 * well. Where it is not found, all is drawn.
 */
export class Draws {
  constructor(term) {
    this.term = term;
    this.last = -Infinity;
    term.onRender(() => { this.last = performance.now(); });
    drawSelections(term);
  }

  /** They are others after each reset. */
  get modes() {
    return this.term._core?.coreService?.decPrivateModes;
  }

  /** A part of so many bytes is about to be parsed. */
  begin(count) {
    const wait = this.last + BETWEEN - performance.now();
    // A program may hold the drawing back itself.
    if (count < FLOOD || wait <= 0 || this.modes?.synchronizedOutput !== false) return;
    this.modes.synchronizedOutput = true;
    this.timer = setTimeout(() => {
      this.modes.synchronizedOutput = false;
      // With all rows that were held back.
      this.term.refresh(0, 0);
    }, wait);
  }

  end() {
    clearTimeout(this.timer);
  }
}

/**
 * With each line that scrolls xterm.js draws all rows a second time, for a selection that may have moved: without one there is no
 * need.
 */
function drawSelections(term) {
  const service = term._core?._renderService;
  const draw = service?.handleSelectionChanged;
  if (!draw) return;
  let had = false;
  service.handleSelectionChanged = (start, end, isColumn) => {
    const has = Boolean(start && end && (start[0] !== end[0] || start[1] !== end[1]));
    if (has || had) draw.call(service, start, end, isColumn);
    had = has;
  };
}
