import { readFile, readdir, readlink } from "node:fs/promises";
import path from "node:path";

/** `/proc/<pid>/net/tcp`: local address, remote address, state, queues, timer, retransmits, uid, timeout, inode. */
const ESTABLISHED = "01";

/**
 * How many TCP connections a process has to a port of this machine; undefined where the system does not tell.
 *
 * @see https://docs.kernel.org/networking/proc_net_tcp.html
 */
export async function countSockets(pid: number, port: number): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  const table = await readFile(`/proc/${pid}/net/tcp`, "utf8");
  const remotePort = port.toString(16).toUpperCase().padStart(4, "0");
  const sockets = new Set(
    table.split("\n").flatMap((line) => {
      const [, , remote = "", state, , , , , , inode] = line.trim().split(/\s+/);
      return remote.endsWith(`:${remotePort}`) && state === ESTABLISHED ? [`socket:[${inode}]`] : [];
    }),
  );
  const folder = `/proc/${pid}/fd`;
  const files = await Promise.all(
    // A file may be closed while they are read.
    (await readdir(folder)).map(async (fd) => readlink(path.join(folder, fd)).catch(() => "")),
  );
  return files.filter((file) => sockets.has(file)).length;
}
