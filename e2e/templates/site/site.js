// A site of a few pages on port 4100, and another one on port 4200 that means no good.
const http = require("http");

const page = (path) => `<!doctype html>
<title>${path}</title>
<style>body { font: 1.25rem system-ui; margin: 2rem }</style>
<h1>Page ${path}</h1>
<p><a id="second" href="/second">second</a> <a id="place" href="#place">place</a></p>
<script>
  parent.postMessage({ type: "greeting", path: location.pathname }, "*");
  addEventListener("message", ({ data }) => {
    if (data.type === "word") parent.postMessage({ type: "echo", text: data.text }, "*");
  });
</script>`;

// A frame in the site's own page: the right origin, the wrong window.
const nested = `<!doctype html><script>
  top.postMessage({ type: "forged", by: "nested" }, "*");
  top.postMessage({ type: "SET_URL", url: location.origin + "/forged", back: true, forward: true }, "*");
</script>`;

// The right window, or its neighbour, and the wrong origin.
const foreign = `<!doctype html><title>foreign</title><h1>Foreign</h1><script>
  window.overheard = [];
  addEventListener("message", ({ data }) => overheard.push(JSON.stringify(data)));
  for (const message of [
    { type: "PREVIEW_LOADED" },
    { type: "SET_URL", url: "http://evil.test/", back: true, forward: true },
    { type: "forged", by: "foreign" },
  ]) parent.postMessage(message, "*");
</script>`;

const serve = (port, find, then) =>
  http
    .createServer((request, answer) => {
      answer.setHeader("content-type", "text/html; charset=utf-8");
      answer.end(find(request.url));
    })
    .listen(port, then);

// A preview shows the port that is open first.
serve(4100, (url) => (url === "/nested" ? nested : page(url)), () => serve(4200, () => foreign));
