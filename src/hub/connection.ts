import type { Socket } from "node:net";
import { createFrameReader, renderFrame, type Frame } from "./frames.ts";

/** How often each end of a connection says that it runs, and how often a holder looks whether it still is one. */
export const BEAT_MS = 1_000;

/**
 * An end from which nothing comes for three beats is dead, whatever the kernel says: a connect to a process
 * stopped with SIGSTOP succeeds. Counted in one's own beats, not by a clock: a process that was itself stopped,
 * or a machine that slept, wakes to one late beat, and has declared nobody dead.
 */
const SILENCE_LIMIT_BEATS = 3;

/** What may wait in memory for an end that does not read, before it is given up. */
const BACKLOG_LIMIT_BYTES = 16 * 1024 * 1024;

/** How a connection came to its end. */
export type Ending =
  /** Nobody listens there: ECONNREFUSED, or ENOENT, as Bun says for both. No other error means that. */
  | { type: "stale" }
  | { type: "silent" }
  | { type: "malformed" }
  | { type: "closed"; error?: NodeJS.ErrnoException };

/** One end of a connection between a member and a holder. */
export interface Connection {
  /** Writes at once, in this very tick, unless the other end is slow; never throws. */
  send: (frame: Frame) => void;
  /** Closes when the other end has read what was sent, within {@link BEAT_MS} anyhow. */
  close: () => void;
  readonly ended: Promise<Ending>;
}

/** Runs the same way on both ends; it does not keep the process alive. */
export function createConnection(socket: Socket, receive: (frame: Frame) => void): Connection {
  let silentBeats = 0;
  let ending: Ending = { type: "closed" };

  const endAs = (type: "silent" | "malformed") => {
    ending = { type };
    socket.destroy();
  };
  const send = (frame: Frame) => {
    if (!socket.writable) return;
    socket.write(renderFrame(frame));
    if (socket.writableLength > BACKLOG_LIMIT_BYTES) endAs("silent");
  };
  const beat = setInterval(() => {
    silentBeats += 1;
    if (silentBeats > SILENCE_LIMIT_BEATS) endAs("silent");
    else if (socket.writableEnded) socket.destroy();
    else if (socket.writableLength === 0) send({ type: "beat" });
  }, BEAT_MS).unref();

  const ended = new Promise<Ending>((resolve) => {
    socket.on("close", () => {
      clearInterval(beat);
      resolve(ending);
    });
  });
  const read = createFrameReader(receive);
  socket
    .setEncoding("utf8")
    .unref()
    .on("data", (chunk: string) => {
      silentBeats = 0;
      if (read(chunk) === "malformed") endAs("malformed");
    })
    .on("error", (error: NodeJS.ErrnoException) => {
      const isStale = error.code === "ECONNREFUSED" || error.code === "ENOENT";
      ending = isStale ? { type: "stale" } : { type: "closed", error };
    });
  send({ type: "beat" });

  return { send, close: () => socket.end(), ended };
}
