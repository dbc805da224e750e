// Languages that are read line by line, without a tree.

const LOADERS = {
  toml: async () => (await import('@codemirror/legacy-modes/mode/toml')).toml,
  shell: async () => (await import('@codemirror/legacy-modes/mode/shell')).shell,
  ruby: async () => (await import('@codemirror/legacy-modes/mode/ruby')).ruby,
  kotlin: async () => (await import('@codemirror/legacy-modes/mode/clike')).kotlin,
  scala: async () => (await import('@codemirror/legacy-modes/mode/clike')).scala,
  csharp: async () => (await import('@codemirror/legacy-modes/mode/clike')).csharp,
  dart: async () => (await import('@codemirror/legacy-modes/mode/clike')).dart,
  swift: async () => (await import('@codemirror/legacy-modes/mode/swift')).swift,
  dockerfile: async () => (await import('@codemirror/legacy-modes/mode/dockerfile')).dockerFile,
  lua: async () => (await import('@codemirror/legacy-modes/mode/lua')).lua,
  perl: async () => (await import('@codemirror/legacy-modes/mode/perl')).perl,
  r: async () => (await import('@codemirror/legacy-modes/mode/r')).r,
  powershell: async () => (await import('@codemirror/legacy-modes/mode/powershell')).powerShell,
  haskell: async () => (await import('@codemirror/legacy-modes/mode/haskell')).haskell,
  properties: async () => (await import('@codemirror/legacy-modes/mode/properties')).properties,
  diff: async () => (await import('@codemirror/legacy-modes/mode/diff')).diff,
  cmake: async () => (await import('@codemirror/legacy-modes/mode/cmake')).cmake,
  protobuf: async () => (await import('@codemirror/legacy-modes/mode/protobuf')).protobuf,
};

/** The mode of a language, or null. */
export async function legacy(language) {
  return Object.hasOwn(LOADERS, language ?? '') ? LOADERS[language]() : null;
}
