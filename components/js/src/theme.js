// The editor's own look. Every colour is a token, so that themes change it while it is shown.

import { EditorView } from '@codemirror/view';

export const theme = EditorView.theme({
  '&': {
    height: '100%',
    color: 'var(--ys-syntax-plain)',
    backgroundColor: 'var(--ys-surface)',
    fontSize: 'var(--ys-font-size-mono)',
  },
  // Thin: the cursor shows as well where the keyboard is.
  '&.cm-focused': { outline: '1px solid var(--ys-focus)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--ys-font-mono)', lineHeight: 'var(--ys-line-height)' },
  '.cm-content': { caretColor: 'var(--ys-text)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ys-text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--ys-selection)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--ys-hover) 60%, transparent)',
  },
  '.cm-gutters': {
    backgroundColor: 'var(--ys-surface)',
    color: 'var(--ys-text-muted)',
    borderRight: '1px solid var(--ys-border)',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--ys-selected)',
    outline: '1px solid var(--ys-border-control)',
  },
  '.cm-searchMatch': {
    backgroundColor: 'var(--ys-warning-surface)',
    outline: '1px solid var(--ys-warning)',
  },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--ys-selection)' },
  '.cm-panels': {
    backgroundColor: 'var(--ys-surface-raised)',
    color: 'var(--ys-text)',
    fontFamily: 'var(--ys-font-body)',
  },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--ys-border)' },
  '.cm-textfield': {
    backgroundColor: 'var(--ys-surface)',
    color: 'var(--ys-text)',
    border: '1px solid var(--ys-border-control)',
    fontSize: 'inherit',
  },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--ys-surface)',
    color: 'var(--ys-text)',
    border: '1px solid var(--ys-border-control)',
    fontSize: 'inherit',
    '&:hover': { backgroundColor: 'var(--ys-hover)' },
    // CodeMirror's own look of a pressed button is more specific than that of the button.
    '&:active': { backgroundImage: 'none', backgroundColor: 'var(--ys-selected)' },
  },
  '.cm-panel input[type=checkbox]': { accentColor: 'var(--ys-accent)' },
  '.cm-panel.cm-search [name=close]': { color: 'inherit' },
  '.cm-panel :focus-visible': { outline: '2px solid var(--ys-focus)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--ys-surface-raised)',
    color: 'var(--ys-text)',
    border: '1px solid var(--ys-border)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--ys-accent)',
    color: 'var(--ys-on-accent)',
  },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--ys-surface-sunken)',
    color: 'var(--ys-text-muted)',
    border: '1px solid var(--ys-border)',
  },
});
