import { appendFileSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

import { type LogFn, type Logger, pino, stdSerializers, stdTimeFunctions } from "pino";
import { makeDirectory } from "./make-directory.ts";

/** One JSON line per entry: `log.info({ requestID, sessionID }, "permission asked")`. Never throws. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "child">;

/** Beyond this size the file becomes `….1`, in place of the one before: two files of this size at most. */
const FILE_LIMIT_BYTES = 5 * 1024 * 1024;

/** How many strings without a secret are remembered, each of so many characters at most. */
const REMEMBERED_LIMIT = 1_000;
const REMEMBERED_LENGTH = 100;

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

export interface LogSettings {
  readonly file: string;
  readonly level: (typeof LOG_LEVELS)[number];
  /** What of a text may be written: without its secrets, and not too long. */
  readonly mask: (text: string) => string;
}

/**
 * The log of one process, in a file that all processes of this user share.
 *
 * Writing is synchronous, so that the last line before a kill is there, and opens the file by its name each
 * time, so that it follows another process's rotation and holds nothing open. Where nothing can be written,
 * the log is silent.
 */
export function createLog({ file, level, mask }: LogSettings): Log {
  const maskOnce = remembering(mask);
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: renderError },
      hooks: { logMethod: writeOrSay, streamWrite: (line) => maskStrings(line, maskOnce) },
    },
    createFileSink(file),
  );
}

function createFileSink(file: string): { write(line: string): void } {
  let lineStart = "";
  return {
    write(line) {
      try {
        makeDirectory(dirname(file), 0o700);
        rotate(file);
        appendFileSync(file, lineStart + line, { mode: 0o600 });
        lineStart = "";
      } catch {
        // A disk that filled up may hold half of this line: the next one must not be glued to it.
        lineStart = "\n";
      }
    },
  };
}

/** Two processes that rotate at once lose older lines at worst; lines are appended whole, to either file. */
function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > FILE_LIMIT_BYTES) renameSync(file, `${file}.1`);
}

/** Without an error's other properties: those of an HTTP client hold whole requests, with their headers. */
function renderError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack, code } = stdSerializers.err(error);
  return { type, message, stack, code };
}

/** Whoever logs is not to suffer for what cannot be put on a line, as a value that throws when it is read. */
function writeOrSay(this: Logger, args: Parameters<LogFn>, write: LogFn): void {
  try {
    write.apply(this, args);
  } catch (err) {
    write.call(this, { err }, "a line of this log could not be written");
  }
}

/** Most strings of a log are the same in each line, names of fields above all, and looking for secrets takes time. */
function remembering(mask: LogSettings["mask"]): LogSettings["mask"] {
  const clean = new Set<string>();
  return (text) => {
    if (clean.has(text)) return text;
    const masked = mask(text);
    if (masked === text && text.length <= REMEMBERED_LENGTH) {
      if (clean.size >= REMEMBERED_LIMIT) clean.clear();
      clean.add(text);
    }
    return masked;
  };
}

/**
 * Masks each string in a line of JSON by itself, so that a mask never takes a part of the line's own form. By hand, as
 * a regular expression throws at some million characters.
 */
function maskStrings(line: string, mask: LogSettings["mask"]): string {
  let masked = "";
  let end = 0;
  for (let start = line.indexOf('"'); start !== -1; start = line.indexOf('"', end)) {
    const close = closingQuote(line, start + 1);
    // No line of pino's is like that; what cannot be told apart is not written.
    if (close === -1) return masked;
    masked += line.slice(end, start) + maskString(line.slice(start, close + 1), mask);
    end = close + 1;
  }
  return masked + line.slice(end);
}

function closingQuote(line: string, from: number): number {
  let close = line.indexOf('"', from);
  while (isEscaped(line, close)) close = line.indexOf('"', close + 1);
  return close;
}

function isEscaped(line: string, at: number): boolean {
  let backslashes = 0;
  while (line[at - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}

/** @param string in JSON, with its quotes. */
function maskString(string: string, mask: LogSettings["mask"]): string {
  const text = String(JSON.parse(string));
  const masked = mask(text);
  return masked === text ? string : JSON.stringify(masked);
}
