// How the terminal looks: the page's tokens, as numbers that it can draw with.

const COLOURS = [
  'background', 'foreground', 'cursor', 'selection',
  'black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white',
  'bright-black', 'bright-red', 'bright-green', 'bright-yellow',
  'bright-blue', 'bright-magenta', 'bright-cyan', 'bright-white',
];
const NAMES = { selection: 'selectionBackground' };

/**
 * Reads the tokens where the terminal stands. A colour is only a colour once an element has it, so each has an element that nobody
 * sees. That it changes is told by a transition too short to be seen: whatever changes it, a theme, a scheme or a class of the page.
 */
export class Look {
  constructor(parent, onChange) {
    this.probe = document.createElement('div');
    this.probe.setAttribute('aria-hidden', 'true');
    this.probe.className = 'ys-terminal-probe';
    Object.assign(this.probe.style, {
      position: 'absolute',
      visibility: 'hidden',
      pointerEvents: 'none',
      font: 'var(--ys-font-size-mono, 13px) var(--ys-font-mono, monospace)',
    });
    const own = COLOURS.map((name) => [name, `--ys-terminal-${name}`]);
    this.colours = new Map([...own, ['match', '--ys-warning-surface'], ['active', '--ys-selection'], ['slider', '--ys-border-control']].map(([name, token]) => {
      const element = document.createElement('span');
      element.style.color = `var(${token})`;
      element.style.transition = 'color 1ms step-end';
      this.probe.append(element);
      return [name, element];
    }));
    parent.before(this.probe);
    this.onChange = onChange;
    this.ended = () => this.changed();
    this.probe.addEventListener('transitionend', this.ended);
    this.shown = this.key();
  }

  key() {
    const { font } = getComputedStyle(this.probe);
    return [font, ...[...this.colours.values()].map((element) => getComputedStyle(element).color)].join();
  }

  /** Tells of a change, if there is one. */
  changed() {
    const key = this.key();
    if (key !== this.shown) {
      this.shown = key;
      this.onChange();
    }
  }

  colour(name) {
    return opaque(getComputedStyle(this.colours.get(name)).color);
  }

  read() {
    const style = getComputedStyle(this.probe);
    const slider = this.colour('slider');
    const theme = {
      cursorAccent: this.colour('background'),
      scrollbarSliderBackground: `${slider}80`,
      scrollbarSliderHoverBackground: slider,
      scrollbarSliderActiveBackground: slider,
    };
    for (const name of COLOURS) {
      const key = NAMES[name] ?? name.replace(/-(.)/, (_, letter) => letter.toUpperCase());
      theme[key] = this.colour(name);
    }
    return { fontFamily: style.fontFamily, fontSize: parseFloat(style.fontSize) || 13, theme };
  }

  matches() {
    return { match: this.colour('match'), active: this.colour('active') };
  }

  end() {
    this.probe.removeEventListener('transitionend', this.ended);
    this.probe.remove();
  }
}

let canvas;

/** A colour as #rrggbb, whatever notation it is computed in. */
function opaque(colour) {
  const known = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  if (known) return hex(known.slice(1).map(Number));
  canvas ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return '#808080';
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return hex([...context.getImageData(0, 0, 1, 1).data.slice(0, 3)]);
}

function hex(parts) {
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
