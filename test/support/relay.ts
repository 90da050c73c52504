/**
 * Passes on connections between a TCP port and a unix socket: a socket's path leads out of a network namespace, a port
 * does not. As a script: `relay.ts <from> <to> [<from> <to> …]`.
 */

import { once } from "node:events";
import { connect, createServer, type NetConnectOpts, type Server } from "node:net";
import { pathToFileURL } from "node:url";

/** Resolves when it listens. @param from a port of 127.0.0.1, or a path, as @param to is. */
export async function relay(from: string, to: string): Promise<Server> {
  const server = createServer((incoming) => {
    const outgoing = connect(placeOf(to));
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on("error", () => outgoing.destroy()).on("close", () => outgoing.destroy());
    outgoing.on("error", () => incoming.destroy()).on("close", () => incoming.destroy());
  });
  await once(server.listen(placeOf(from)), "listening");
  return server;
}

function placeOf(place: string): NetConnectOpts & { host?: string; port: number; path: string } {
  const where = /^\d+$/.test(place) ? { host: "127.0.0.1", port: Number(place) } : { path: place };
  return where as ReturnType<typeof placeOf>;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const places = process.argv.slice(2);
  for (let n = 0; n + 1 < places.length; n += 2) await relay(places[n] ?? "", places[n + 1] ?? "");
  process.stdout.write("listening\n");
}
