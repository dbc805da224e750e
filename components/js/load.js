// Fetches modules when they are first needed. A browser may remember a module that could not be fetched by its
// address, so each further attempt has an address of its own.

const attempts = new Map();

/** Where the modules lie: beside this one, or where the page says. */
function folder(address) {
  return address ? new URL(address.endsWith('/') ? address : `${address}/`, document.baseURI) : new URL('./dist/', import.meta.url);
}

async function load(name, address) {
  const attempt = attempts.get(name) ?? 0;
  try {
    return await import(`${folder(address)}${name}.js${attempt ? `?${attempt}` : ''}`);
  } catch (error) {
    attempts.set(name, attempt + 1);
    throw error;
  }
}

export const loadEditor = (address) => load('editor', address);
export const loadTerminal = (address) => load('terminal', address);
export const loadViewer = (address) => load('viewer', address);
