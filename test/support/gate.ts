import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A way to a server on loopback that can be shut: then nobody listens there. */
export interface Gate extends AsyncDisposable {
  readonly port: number;
  /** Cuts all that go through, and refuses whoever comes. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

export async function openGate(targetPort: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;

  async function listen(port: number): Promise<number> {
    server = createServer((socket) => {
      const target = connect(targetPort, "127.0.0.1");
      for (const [one, other] of [
        [socket, target],
        [target, socket],
      ] as const) {
        sockets.add(one);
        one.on("error", () => other.destroy()).once("close", () => sockets.delete(one));
      }
      socket.pipe(target).pipe(socket);
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  async function shut(): Promise<void> {
    const closing = server;
    server = undefined;
    if (closing === undefined) return;
    closing.close();
    for (const socket of sockets) socket.destroy();
    await once(closing, "close");
  }

  const port = await listen(0);
  return {
    port,
    shut,
    open: async () => void (await listen(port)),
    [Symbol.asyncDispose]: shut,
  };
}
