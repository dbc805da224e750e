// The keys that are the page's and not the shell's.

/** What a key does here; null where it is the shell's. */
export function keyOf(event) {
  if (event.type !== 'keydown' || event.isComposing) return null;
  if (event.key === 'F6' && !event.ctrlKey && !event.altKey && !event.metaKey) {
    return event.shiftKey ? 'leave-backwards' : 'leave';
  }
  const isMac = /^Mac/.test(navigator.platform);
  const isOurs = isMac
    ? event.metaKey && !event.ctrlKey && !event.altKey
    : event.ctrlKey && event.shiftKey && !event.altKey && !event.metaKey;
  if (!isOurs) return null;
  switch (event.key.toLowerCase()) {
    case 'c':
      return 'copy';
    case 'v':
      return 'paste';
    case 'f':
      return 'search';
    default:
      return null;
  }
}
