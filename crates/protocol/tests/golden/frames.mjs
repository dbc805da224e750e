// The frames of the golden file: what a JavaScript client or agent would write.
const utf8 = new TextEncoder();
const bytes = (text) => utf8.encode(text);
const on = { status: true };

export const frames = {
  read_file: { id: 1, method: "fs/readFile", params: { path: "test.txt" } },
  read_file_answer: { id: 1, method: "fs/readFile", status: 0, result: { content: bytes("Hello World") } },
  write_file: {
    id: 127,
    method: "fs/writeFile",
    params: { path: "a/ü.txt", content: new Uint8Array([0, 255, 128]), create: true, overwrite: false },
  },
  write_file_long: {
    id: 65536,
    method: "fs/writeFile",
    params: { path: "x".repeat(40), content: new Uint8Array(70000).fill(7), create: null, overwrite: null },
  },
  write_file_answer: { id: 128, method: "fs/writeFile", status: 0, result: {} },
  raw_fs_error: {
    id: 256,
    method: "fs/stat",
    status: 1,
    error: { code: 102, message: "no such file: a", data: { errno: 2 } },
  },
  unknown_method: { id: 4294967296, method: "x/y", status: 1, error: { code: 1, message: "unknown method" } },
  readdir_answer: {
    id: 3,
    method: "fs/readdir",
    status: 0,
    result: {
      entries: Array.from({ length: 20 }, (_, index) => ({
        name: `file ${index}`,
        type: index % 2,
        isSymlink: index === 19,
      })),
    },
  },
  stat_answer: {
    id: 4,
    method: "fs/stat",
    status: 0,
    result: { type: 0, isSymlink: false, size: 5000000000, mtime: 1700000000123, ctime: 1700000000123.5, atime: 0 },
  },
  join: {
    id: 0,
    method: "client/join",
    params: {
      clientInfo: { protocolVersion: "0.367.10", appId: "sdk" },
      asyncProgress: true,
      subscriptions: {
        client: on,
        file: { status: true, selection: true, ot: true },
        fs: { operations: true },
        git: { status: true, operations: true },
        port: on,
        setup: { progress: true },
        shell: on,
        system: { metrics: true },
      },
    },
  },
  setup_progress: {
    method: "setup/progress",
    params: {
      state: "IN_PROGRESS",
      steps: [{ name: "Install", command: "npm ci", shellId: null, finishStatus: "SUCCEEDED" }],
      currentStepIndex: -1,
    },
  },
  init_status: {
    method: "system/initStatus",
    params: { message: "Copying", isError: null, progress: 12.5, nextProgress: 40, stdout: null },
  },
  watch_event: {
    method: "fs/watchEvent",
    params: { watchId: "1", events: [{ paths: ["a", "b"], type: "add" }, { paths: ["c"], type: "remove" }] },
  },
  hibernating: { method: "system/hibernate", params: {} },
};
