// Keys of other editors. Each is a chunk of its own, fetched when it is first chosen.

const LOADERS = {
  emacs: async () => (await import('@replit/codemirror-emacs')).emacs(),
  vim: async () => {
    const { Vim, vim } = await import('@replit/codemirror-vim');
    // The view tells whose file it is: one command for all editors of the page.
    Vim.defineEx('write', 'w', ({ cm6 }) => cm6.contentDOM.dispatchEvent(new Event(SAVE)));
    return vim({ status: true });
  },
};

/** Sent to an editor's content by a command that saves. */
export const SAVE = 'ys-save';

/** The extension for keys by name; null for the usual ones. */
export async function keysOf(name) {
  return Object.hasOwn(LOADERS, name ?? '') ? LOADERS[name]() : null;
}
