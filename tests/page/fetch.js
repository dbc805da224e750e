// A browser's fetch with an agent behind it that speaks REST: one file, and processes that say what the test says.
const real = globalThis.fetch;
let outputs, streams, most, cutAfter;

export function install(lines, cut) {
  // The first process is the one that is asked how arguments are taken.
  outputs = [["a b."], ...JSON.parse(lines)];
  cutAfter = cut;
  streams = 0;
  most = 0;
  let made = 0;
  globalThis.fetch = async (request) => {
    const url = new URL(request.url);
    const path = url.pathname.replace("/api/v1/", "");
    if (request.headers.get("authorization") !== "Bearer token") return answer({ code: 401, message: "no" }, 401);
    if (path.startsWith("file_stat/"))
      return answer({ name: "w", path: "/w", isDir: true, size: 0, modTime: "2024-01-01T00:00:00Z" });
    if (path === "setup-tasks") return answer({ setupTasks: [] });
    if (path === "files/%2Fproject%2Fworkspace%2Fa") return answer({ path: "a", content: "from the agent" });
    if (path === "execs" && request.method === "POST") return answer(exec(++made), 201);
    if (path === "stream/execs") return stream(request.signal, [], false);
    const io = path.match(/^execs\/(\d+)\/io$/);
    if (io && request.method === "POST") return answer({});
    if (io) return output(request.signal, Number(io[1]), Number(url.searchParams.get("lastSequence")));
    const one = path.match(/^execs\/(\d+)$/);
    if (one && request.method === "DELETE") return answer({ message: "gone" });
    if (one) return answer(exec(Number(one[1])));
    return answer({ code: 404, message: "not found" }, 404);
  };
}

export function restore() {
  globalThis.fetch = real;
}

export function open() {
  return streams;
}

export function mostOpen() {
  return most;
}

function answer(value, status = 200) {
  return new Response(JSON.stringify(value), { status });
}

function exec(id) {
  return { id: String(id), command: "bash", args: [], status: "RUNNING", pid: id, interactive: true, exitCode: 0 };
}

/// The last line of a process is said with its exit code, unless it is empty.
function output(signal, id, last) {
  const lines = outputs[id - 1];
  let events = lines.map((line, place) => ({ type: "stdout", output: line, sequence: place + 1 }));
  const ends = lines.at(-1) !== "";
  if (ends) events.at(-1).exitCode = 0;
  events = events.slice(last);
  const isCut = cutAfter > 0 && events.length > cutAfter;
  const data = events.map((event) => `data: ${JSON.stringify(event)}\n\n`);
  // A cut stream ends in the middle of an event.
  const text = isCut ? data.slice(0, cutAfter).join("") + data[cutAfter].slice(0, 9) : data.join("");
  return stream(signal, new TextEncoder().encode(text), ends || isCut);
}

/// A body in pieces of three bytes, which split letters.
function stream(signal, bytes, ends) {
  most = Math.max(most, ++streams);
  let isOpen = true;
  const close = () => {
    if (isOpen) streams--;
    isOpen = false;
  };
  const body = new ReadableStream({
    start(controller) {
      signal.addEventListener("abort", () => {
        if (isOpen) controller.error(new DOMException("aborted", "AbortError"));
        close();
      });
      for (let place = 0; place < bytes.length; place += 3) controller.enqueue(bytes.slice(place, place + 3));
      if (ends) {
        controller.close();
        close();
      }
    },
    cancel: close,
  });
  return new Response(body);
}
