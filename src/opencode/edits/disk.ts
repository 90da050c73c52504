/** What stands in the file system now, as far as an edit is about it. */

import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import type { Sliced } from "../../system/sliced.ts";
import type { Slices } from "../../system/slices.ts";
import { findEntry, followLinks } from "./links.ts";

/** Bytes of a file that is read: more than anybody edits by hand, and read and compared in some milliseconds. */
const FILE_LIMIT_BYTES = 2 * 1024 * 1024;
/** Bytes of all files of an edit that are read. */
const EDIT_LIMIT_BYTES = 8 * 1024 * 1024;

const BYTE_ORDER_MARK = "\uFEFF";

/** A file's text, apart from the mark that may stand before it. */
export interface Text {
  readonly text: string;
  readonly hasMark: boolean;
}

/** What a name leads to. */
export type Content =
  | { readonly kind: "absent" }
  | ({
      readonly kind: "text";
      /** Of its bytes. */
      readonly digest: string;
      readonly isExecutable: boolean;
      /** Whether other names, which nobody can tell, lead to the same file: hard links. */
      readonly hasOtherNames: boolean;
    } & Text)
  /** `why` is the end of a sentence that begins with the name. */
  | { readonly kind: "unreadable"; readonly why: string };

/** What was found by a name. */
export interface Found {
  /** Where it is read and written: links followed. */
  readonly real: string;
  /** What is removed by that name: another one where it is a link. */
  readonly entry: string;
  readonly content: Content;
}

/** By name. */
export type Disk = ReadonlyMap<string, Found>;

/** Looks at each name once. Does not reject. */
export async function lookAt(paths: ReadonlySet<string>, slices: Slices): Promise<Disk> {
  const disk = new Map<string, Found>();
  let left = EDIT_LIMIT_BYTES;
  for (const path of paths) {
    const [real, entry] = await Promise.all([followLinks(path), findEntry(path)]);
    const { content, size } = await read(path, Math.min(left, FILE_LIMIT_BYTES), slices);
    left -= size;
    disk.set(path, { real, entry, content });
  }
  return disk;
}

/** Equal as long as everything that was found is as it was. */
export function digestOf(disk: Disk): string {
  const found = [...disk].map(([path, { real, entry, content }]) => {
    if (content.kind !== "text") return [path, real, entry, content];
    const { digest, isExecutable, hasOtherNames } = content;
    return [path, real, entry, { digest, isExecutable, hasOtherNames }];
  });
  return sha256(JSON.stringify(found));
}

/** A text, and the byte order mark before it. */
export function toText(whole: string): Text {
  const hasMark = whole.startsWith(BYTE_ORDER_MARK);
  return { text: hasMark ? whole.slice(1) : whole, hasMark };
}

/** A text with its mark: {@link toText} undone. */
export function withMark({ text, hasMark }: Text): string {
  return hasMark ? BYTE_ORDER_MARK + text : text;
}

/** Never waits for what is no file, as a pipe or a device. */
async function read(
  path: string,
  limitBytes: number,
  slices: Slices,
): Promise<{ content: Content; size: number }> {
  try {
    if (!(await stat(path)).isFile()) return unreadable("is not a regular file");
    // It may have become a pipe by now.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const { size, mode, nlink } = await file.stat();
      if (size > limitBytes) return unreadable("is too large to compare");
      const bytes = await readBytes(file, size);
      if (bytes === undefined) return unreadable("changed while the gateway read it");
      const about = { isExecutable: (mode & 0o111) !== 0, hasOtherNames: nlink > 1 };
      return { content: await slices.run(decode(bytes, about)), size };
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isAbsent = code === "ENOENT" || code === "ENOTDIR";
    return isAbsent ? { content: { kind: "absent" }, size: 0 } : unreadable(`cannot be read (${code})`);
  }
}

/** @returns undefined for a file of another size. */
async function readBytes(file: FileHandle, size: number): Promise<Uint8Array | undefined> {
  const buffer = new Uint8Array(size + 1);
  let length = 0;
  for (let count = -1; count !== 0 && length < buffer.length; length += count) {
    ({ bytesRead: count } = await file.read(buffer, length, buffer.length - length, length));
  }
  return length === size ? buffer.subarray(0, size) : undefined;
}

function unreadable(why: string): { content: Content; size: number } {
  return { content: { kind: "unreadable", why }, size: 0 };
}

function* decode(
  bytes: Uint8Array,
  about: { readonly isExecutable: boolean; readonly hasOtherNames: boolean },
): Sliced<Content> {
  if (bytes.includes(0)) return { kind: "unreadable", why: "is not text: it contains zero bytes" };
  try {
    const whole = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    yield;
    return { kind: "text", digest: sha256(bytes), ...about, ...toText(whole) };
  } catch {
    return { kind: "unreadable", why: "is not text: its bytes are not UTF-8" };
  }
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
