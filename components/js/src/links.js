// Addresses that a program prints. They are opened on a press, never by themselves.

/** Opens an address of the web in a tab that knows nothing of this page. */
export function openLink(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return;
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') {
    window.open(url.href, '_blank', 'noopener,noreferrer');
  }
}

/** What happens to links under the pointer: a text may hide another address, so the address is shown. */
export function links(parent) {
  return {
    allowNonHttpProtocols: false,
    activate: (_, address) => openLink(address),
    hover: (_, address) => { parent.title = address; },
    leave: () => { parent.title = ''; },
  };
}
