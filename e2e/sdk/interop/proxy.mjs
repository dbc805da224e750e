// A TCP proxy in front of a server, whose links can be cut.
import { connect, createServer } from "node:net";

/** A proxy for the server at `address`, an HTTP one. */
export async function proxy(address) {
  const { hostname, port } = new URL(address);
  const links = new Set();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const link = { end: () => (near.destroy(), far.destroy(), links.delete(link)) };
    links.add(link);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on("error", link.end).on("close", link.end);
  });
  await new Promise((listens) => server.listen(0, "127.0.0.1", listens));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    /** Ends all links. New ones are taken. */
    cut: () => [...links].forEach((link) => link.end()),
    end: () => {
      server.close();
      [...links].forEach((link) => link.end());
    },
  };
}
