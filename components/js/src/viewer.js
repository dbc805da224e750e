// Pieces of code with the names of their colours, without the editor.

import { highlightCode } from '@lezer/highlight';
import { classes } from './classes.js';
import { languageOf } from './names.js';

const javascript = (dialect) => async () =>
  (await import('@lezer/javascript')).parser.configure({ dialect });
const html = async () => (await import('@lezer/html')).parser;

const PARSERS = {
  javascript: javascript(''),
  jsx: javascript('jsx'),
  typescript: javascript('ts'),
  tsx: javascript('jsx ts'),
  html,
  vue: html,
  svelte: html,
  css: async () => (await import('@lezer/css')).parser,
  less: async () => (await import('@lezer/css')).parser,
  scss: async () => (await import('@lezer/sass')).parser,
  sass: async () => (await import('@lezer/sass')).parser.configure({ dialect: 'indented' }),
  json: async () => (await import('@lezer/json')).parser,
  markdown: async () => (await import('@lezer/markdown')).parser,
  rust: async () => (await import('@lezer/rust')).parser,
  python: async () => (await import('@lezer/python')).parser,
  go: async () => (await import('@lezer/go')).parser,
  java: async () => (await import('@lezer/java')).parser,
  cpp: async () => (await import('@lezer/cpp')).parser,
  php: async () => (await import('@lezer/php')).parser,
  xml: async () => (await import('@lezer/xml')).parser,
  yaml: async () => (await import('@lezer/yaml')).parser,
};

/** The code in pieces: text and class by turns, or null where the language is not known here. */
export async function highlight(code, path) {
  const language = languageOf(path);
  if (!language) return null;
  if (!Object.hasOwn(PARSERS, language)) {
    const { highlightLines } = await import('./lines.js');
    return highlightLines(code, language);
  }
  const parser = await PARSERS[language]();
  const pieces = [];
  const add = (text, name) => pieces.push(text, name);
  highlightCode(code, parser.parse(code), classes, add, () => add('\n', ''));
  return pieces;
}
