/** Writes OpenCode's configuration: through links, whole or not at all, and with a copy of what was there. */

import { constants, copyFileSync, existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { replaceFile } from "../../system/atomic-file.ts";
import { makeDirectory } from "../../system/make-directory.ts";

/** Of a file that was not there yet, less what the user's umask takes away. */
const NEW_MODE = 0o666;

export type Written =
  | { readonly kind: "written"; readonly backup: string | undefined }
  | { readonly kind: "unchanged" }
  /** `why` is the system's code, or what is wrong with the text. */
  | { readonly kind: "failed"; readonly why: string };

/**
 * Does not throw.
 *
 * @param edit of the text that is there; of undefined where there is no file.
 * @param keepsCopy whether to keep what was there, beside it.
 */
export function changeFile(
  file: string,
  edit: (text: string | undefined) => string,
  keepsCopy = true,
): Written {
  try {
    // Whoever keeps their files elsewhere and links to them keeps the link.
    const real = existsSync(file) ? realpathSync(file) : file;
    const text = existsSync(real) ? readFileSync(real, "utf8") : undefined;
    const changed = edit(text);
    if (changed === text) return { kind: "unchanged" };
    makeDirectory(dirname(real));
    const backup = text === undefined || !keepsCopy ? undefined : backUp(real);
    replaceFile(real, changed, text === undefined ? NEW_MODE : statSync(real).mode & 0o777);
    return { kind: "written", backup };
  } catch (error) {
    return { kind: "failed", why: codeOf(error) };
  }
}

/** Beside the file, as its owner left it. */
export function backUp(file: string): string {
  const backup = `${file}.${new Date().toISOString().replaceAll(":", "-")}.bak`;
  copyFileSync(file, backup, constants.COPYFILE_EXCL);
  return backup;
}

/** The system's code of what went wrong, or its words. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? String(error.code) : error.message;
}
