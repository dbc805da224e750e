// What a program may not do to the page, whatever it prints.

/** The most that a repeated step is repeated. More than a screen needs, and no screen has. */
const MOST_STEPS = 1000;

/** Steps that xterm.js repeats as often as it is told: a billion of them would be a page that stands still. */
const REPEATED = [
  { final: 'b' }, { final: 'I' }, { final: 'L' }, { final: 'M' }, { final: 'S' }, { final: 'T' }, { final: 'Z' },
];

/** What asks the terminal for an answer, which it would type. */
const QUESTIONS = [
  { final: 'c' }, { prefix: '>', final: 'c' }, { prefix: '=', final: 'c' },
  { final: 'n' }, { prefix: '?', final: 'n' },
  { intermediates: '$', final: 'p' }, { prefix: '?', intermediates: '$', final: 'p' },
];
const COLOURS = [4, 10, 11, 12];
/** The titles, and the clipboard, which is nobody's business but the user's. */
const REFUSED = [0, 1, 2, 52];

export function guard(term, replays) {
  for (const id of REPEATED) {
    term.parser.registerCsiHandler(id, (params) => params[0] > MOST_STEPS);
  }
  for (const id of QUESTIONS) {
    term.parser.registerCsiHandler(id, () => replays.now);
  }
  term.parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => replays.now);
  for (const id of COLOURS) {
    term.parser.registerOscHandler(id, (data) => replays.now && data.includes('?'));
  }
  for (const id of REFUSED) {
    term.parser.registerOscHandler(id, () => true);
  }
}
