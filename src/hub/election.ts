import { mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import type { Server } from "node:net";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { codeOf, refusalOf } from "./directory.ts";

/** The hub cannot use this directory; `message` says why and which. The caller tries another one or runs alone. */
export class HubDirectoryError extends Error {
  override name = "HubDirectoryError";
}

/** A term that was won: `isCurrent` turns false for good when another process has taken the next one. */
export interface Term {
  number: number;
  isCurrent: () => boolean;
}

/** Who is the holder: the process that listens in the folder of the latest term. */
export interface Election {
  /** The number of the latest term, 0 when there was none. Throws a {@link HubDirectoryError}. */
  latest: () => number;
  socketPath: (term: number) => string;
  /** Makes `server` listen as the holder of `term`, unless another process was first. Rejects when it cannot listen. */
  claim: (term: number, server: Server) => Promise<Term | "lost">;
}

/** What `sockaddr_un` holds on macOS (104), less the closing NUL; Linux has four more. */
const PATH_LIMIT_BYTES = 103;

/**
 * Elections without a lock file, so without a lock that outlives its owner.
 *
 * Terms are numbered. A holder listens in a private folder first, then renames the folder to
 * `<key>.<term>`: that is atomic, and fails when the name is taken, because such a folder is not empty. So each
 * term has one holder at most, nobody ever meets a name behind which nobody listens yet, and a dead holder's
 * socket is never replaced: the next term simply has another number. The latest folder is never removed, so no
 * number comes twice, and whoever was asleep finds a higher one than its own and knows. Closing a server unlinks
 * the path it was given, which is the private one, long renamed: it cannot unlink its successor's.
 */
export function createElection(path: string, key: string): Election {
  const directory = resolve(path);
  const longest = join(directory, `${key}.${Number.MAX_SAFE_INTEGER}`, "socket");
  if (Buffer.byteLength(longest) > PATH_LIMIT_BYTES) {
    throw new HubDirectoryError(`${directory} is too long for the path of a socket`);
  }
  const folder = (term: number) => join(directory, `${key}.${term}`);
  const candidacyName = `${key}.candidate-`;
  const socketPath = (term: number) => join(folder(term), "socket");

  const terms = () =>
    readdirSync(directory)
      .filter((name) => name.startsWith(`${key}.`))
      .map((name) => Number(name.slice(key.length + 1)))
      .filter((term) => Number.isSafeInteger(term));
  const latest = () => Math.max(0, ...terms());

  const isListening = (term: number, inode: bigint) => {
    try {
      return latest() === term && inodeOf(socketPath(term)) === inode;
    } catch (error) {
      // What cannot be seen for another reason, as when no file handle is left, is no reason to step down.
      return codeOf(error) !== "ENOENT";
    }
  };

  /** Also removes the candidacies of this moment: they have lost. */
  const removeAllBefore = (term: number) => {
    for (const name of readdirSync(directory)) {
      const isCandidacy = name.startsWith(candidacyName);
      const isEarlier = name.startsWith(`${key}.`) && Number(name.slice(key.length + 1)) < term;
      if (isCandidacy || isEarlier) rmSync(join(directory, name), { recursive: true, force: true });
    }
  };

  return {
    latest: () => {
      checkDirectory(directory);
      return latest();
    },
    socketPath,
    claim: async (term, server) => {
      let candidacy: string | undefined;
      try {
        candidacy = mkdtempSync(join(directory, candidacyName));
        const path = join(candidacy, "socket");
        server.listen(path).unref();
        await once(server, "listening");
        const inode = inodeOf(path);
        renameSync(candidacy, folder(term));
        // One that slept since it looked may win a term of the past, whose folder is removed already.
        if (!isListening(term, inode)) {
          server.close();
          return "lost"; // The next holder removes the folder.
        }
        removeAllBefore(term);
        return { number: term, isCurrent: () => isListening(term, inode) };
      } catch (error) {
        server.close();
        if (candidacy !== undefined) rmSync(candidacy, { recursive: true, force: true });
        // The winner removes the candidacies of the others; how they find out depends on the moment.
        if (latest() >= term) return "lost";
        throw holdsNoSockets(error) ? new HubDirectoryError(`${directory} ${sayNoSockets(error)}`) : error;
      }
    },
  };
}

/**
 * What file systems say that hold no sockets, as those of some networks and of shared folders, or that let nobody write.
 * No time mends it; anything else may pass.
 */
const NO_SOCKETS = new Set(["EACCES", "EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EPERM", "EROFS"]);

export function holdsNoSockets(error: unknown): boolean {
  return NO_SOCKETS.has(codeOf(error));
}

/** Of a directory. */
export function sayNoSockets(error: unknown): string {
  return `cannot hold sockets: ${codeOf(error)}`;
}

/** It is the boundary: whoever could enter the directory, or replace it, could pose as a holder and keep presses. */
function checkDirectory(directory: string): void {
  const refusal = refusalOf(directory);
  if (refusal !== undefined) throw new HubDirectoryError(`${directory} ${refusal}`);
}

function inodeOf(path: string): bigint {
  return statSync(path, { bigint: true }).ino;
}
