/**
 * OpenCode's configuration as it may be written: JSON with comments, with commas behind the last of a list, and with a
 * byte order mark. Read by the library that OpenCode 1 reads it with, as it does. Pure, and linear in the text.
 */

import { parse, type ParseError } from "jsonc-parser";

export type ReadJsonc =
  | { readonly ok: true; readonly value: unknown }
  /** `why` holds no word of the text. */
  | { readonly ok: false; readonly why: string };

export function readJsonc(text: string): ReadJsonc {
  const errors: ParseError[] = [];
  try {
    const value: unknown = parse(text.replace(/^\uFEFF/, ""), errors, { allowTrailingComma: true });
    return errors.length === 0 ? { ok: true, value } : { ok: false, why: "it is not valid JSON" };
  } catch {
    // The library calls itself for each level.
    return { ok: false, why: "it is nested too deep" };
  }
}
