// Serves this folder on port 3000, and tells the page to load again when a file changes.
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};
const follow = '<script>new EventSource("/changes").onmessage = () => location.reload();</script>';
const pages = new Set();

createServer(async (request, answer) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/changes') {
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.write(': hello\n\n');
    pages.add(answer);
    request.on('close', () => pages.delete(answer));
    return;
  }
  try {
    const path = join(process.cwd(), normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname));
    let content = await readFile(path);
    if (extname(path) === '.html') content = `${content}${follow}`;
    answer.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream', 'cache-control': 'no-store' });
    answer.end(content);
  } catch {
    answer.writeHead(404, { 'content-type': 'text/plain' }).end(`There is no ${pathname} here.`);
  }
}).listen(3000, () => console.log('http://localhost:3000'));

let pause;
watch('.', () => {
  clearTimeout(pause);
  pause = setTimeout(() => pages.forEach((page) => page.write('data: changed\n\n')), 50);
});
