// Which language a file is written in, by its name.

const BY_NAME = {
  dockerfile: 'dockerfile',
  containerfile: 'dockerfile',
  gemfile: 'ruby',
  rakefile: 'ruby',
  'cmakelists.txt': 'cmake',
  '.bashrc': 'shell',
  '.profile': 'shell',
  '.env': 'properties',
  '.gitconfig': 'properties',
  '.editorconfig': 'properties',
  'cargo.lock': 'toml',
  '.prettierrc': 'json',
  '.eslintrc': 'json',
};

const BY_ENDING = {
  javascript: 'js mjs cjs',
  jsx: 'jsx',
  typescript: 'ts mts cts',
  tsx: 'tsx',
  html: 'html htm xhtml',
  vue: 'vue',
  css: 'css',
  scss: 'scss',
  sass: 'sass',
  less: 'less',
  json: 'json jsonc json5 map webmanifest ipynb',
  markdown: 'md markdown mdx',
  rust: 'rs',
  python: 'py pyi pyw',
  go: 'go',
  java: 'java',
  cpp: 'c h cc cpp cxx hpp hh hxx ino',
  php: 'php phtml',
  sql: 'sql',
  xml: 'xml svg xsd xsl xslt rss plist',
  yaml: 'yaml yml',
  toml: 'toml',
  shell: 'sh bash zsh ksh fish',
  ruby: 'rb rake gemspec',
  kotlin: 'kt kts',
  swift: 'swift',
  scala: 'scala sbt',
  csharp: 'cs',
  dart: 'dart',
  dockerfile: 'dockerfile',
  lua: 'lua',
  perl: 'pl pm',
  r: 'r',
  powershell: 'ps1 psm1',
  haskell: 'hs',
  properties: 'ini cfg conf properties env',
  diff: 'diff patch',
  cmake: 'cmake',
  protobuf: 'proto',
  svelte: 'svelte',
};

const endings = new Map();
for (const [language, list] of Object.entries(BY_ENDING)) {
  for (const ending of list.split(' ')) {
    endings.set(ending, language);
  }
}

/** The language of a path, or undefined. */
export function languageOf(path) {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (Object.hasOwn(BY_NAME, name)) {
    return BY_NAME[name];
  }
  const dot = name.lastIndexOf('.');
  return endings.get(name.slice(dot + 1));
}
