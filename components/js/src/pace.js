// How much of a flood is parsed in one go.

/** Milliseconds that parsing may take before the page has its turn: fewer, and the page draws more often than anybody sees. */
const WORK = 20;
/** The least and the most bytes that are parsed in one go. */
const LEAST = 16 * 1024;
const MOST = 256 * 1024;

/** Measures how fast the machine parses, and says how many bytes take `WORK` milliseconds. */
export class Pace {
  constructor() {
    this.bytes = LEAST;
  }

  begin() {
    this.begun = performance.now();
  }

  /** So many bytes were parsed since the begin. */
  end(count) {
    // A few bytes tell nothing.
    if (count < LEAST) return;
    const wanted = (count * WORK) / Math.max(performance.now() - this.begun, 0.1);
    // Down at once, up by steps: what was quick once may not be again.
    this.bytes = Math.round(Math.min(Math.max(Math.min(wanted, 2 * this.bytes), LEAST), MOST));
  }
}
