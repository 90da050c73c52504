/** What a process that measures growth writes to stdout, one report a line. */

import type { Growth } from "./growth.ts";

export type Report =
  /** Takes more than linear time with a text. */
  | ({ readonly type: "slow"; readonly what: string; readonly text: string } & Growth)
  /** So many texts were tried. */
  | { readonly type: "fed"; readonly what: string; readonly texts: number }
  /** The place makes no expression when its file is loaded, so that none can be tried. */
  | { readonly type: "not made"; readonly what: string };

export function report(line: Report): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
