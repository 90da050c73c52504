import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/**
 * Listens on 127.0.0.1 for a moment, so that the port is known to be free.
 *
 * @param port 0 for any.
 * @returns which port it was. Rejects where that cannot be had.
 */
export async function listenOnce(port: number): Promise<number> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  const chosen = (server.address() as AddressInfo).port;
  server.close();
  await once(server, "close");
  return chosen;
}
