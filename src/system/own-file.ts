/** Small files that say what is to be done, so that nobody but their user may have written them. */

import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";

interface OwnFileLimits {
  readonly limitBytes: number;
  /** Bits of its mode that let others do what they may not; of no meaning on Windows. */
  readonly forbiddenMode: number;
}

/** Why a file is not read. */
export type FileRefusal = "no-file" | "too-large" | "foreign" | "open-to-others";

export type OwnFile =
  | { readonly kind: "read"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly why: FileRefusal }
  /** `code` is the system's, such as `EACCES`. */
  | { readonly kind: "unreadable"; readonly code: string };

/** Does not throw. */
export function readOwnFile(path: string, limits: OwnFileLimits): OwnFile {
  try {
    // A pipe without a writer would hold up OpenCode.
    const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const why = whyNot(fstatSync(descriptor), limits);
      return why === undefined
        ? { kind: "read", text: readFileSync(descriptor, "utf8") }
        : { kind: "refused", why };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return code === "ENOENT" ? { kind: "missing" } : { kind: "unreadable", code };
  }
}

/** Of what is open, not of what a name leads to: that may be another file by then. */
function whyNot(found: Stats, { limitBytes, forbiddenMode }: OwnFileLimits): FileRefusal | undefined {
  if (!found.isFile()) return "no-file";
  if (found.size > limitBytes) return "too-large";
  const uid = process.getuid?.();
  // Windows has neither.
  if (uid === undefined) return undefined;
  if (found.uid !== uid) return "foreign";
  return (found.mode & forbiddenMode) === 0 ? undefined : "open-to-others";
}
