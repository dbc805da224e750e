// The editor's languages. Each is a chunk of its own, fetched for the first file that needs it.

import { LanguageSupport, StreamLanguage } from '@codemirror/language';
import { legacy } from './legacy.js';

const javascript = (options) => async () =>
  (await import('@codemirror/lang-javascript')).javascript(options);
const html = async () => (await import('@codemirror/lang-html')).html();

const LOADERS = {
  javascript: javascript(),
  jsx: javascript({ jsx: true }),
  typescript: javascript({ typescript: true }),
  tsx: javascript({ jsx: true, typescript: true }),
  html,
  svelte: html,
  vue: async () => (await import('@codemirror/lang-vue')).vue(),
  css: async () => (await import('@codemirror/lang-css')).css(),
  scss: async () => (await import('@codemirror/lang-sass')).sass(),
  sass: async () => (await import('@codemirror/lang-sass')).sass({ indented: true }),
  less: async () => (await import('@codemirror/lang-less')).less(),
  json: async () => (await import('@codemirror/lang-json')).json(),
  markdown: async () => (await import('@codemirror/lang-markdown')).markdown(),
  rust: async () => (await import('@codemirror/lang-rust')).rust(),
  python: async () => (await import('@codemirror/lang-python')).python(),
  go: async () => (await import('@codemirror/lang-go')).go(),
  java: async () => (await import('@codemirror/lang-java')).java(),
  cpp: async () => (await import('@codemirror/lang-cpp')).cpp(),
  php: async () => (await import('@codemirror/lang-php')).php(),
  sql: async () => (await import('@codemirror/lang-sql')).sql(),
  xml: async () => (await import('@codemirror/lang-xml')).xml(),
  yaml: async () => (await import('@codemirror/lang-yaml')).yaml(),
};

/** The support of a language, or null where it is not known. */
export async function support(language) {
  if (Object.hasOwn(LOADERS, language ?? '')) {
    return LOADERS[language]();
  }
  const mode = await legacy(language);
  return mode && new LanguageSupport(StreamLanguage.define(mode));
}
