/** Reads what comes from outside, one text after the other: without its secrets, and with everything visible. */

import type { Notes } from "./deceptions.ts";
import type { Reading } from "./ground.ts";
import { maskBeginningInSlices, type MaskedBeginning } from "./secrets.ts";
import type { Sliced } from "../system/sliced.ts";
import { makeVisibleInSlices } from "./visible.ts";

/** Characters of a text of which a card shows only a line. */
export const LINE_LIMIT = 4_000;

/** A text as it may be shown, and what was done to it. */
export interface Shown extends MaskedBeginning {
  readonly notes: Notes;
}

/** Reads texts, and keeps what was done to each. */
export interface Reader {
  readonly seen: readonly Shown[];
  text(source: string, reading: Reading, limit: number): Sliced<Shown>;
  line(source: string, reading?: Reading): Sliced<string>;
  /** A part of what is shown elsewhere: what was done to it is counted there. */
  part(source: string, reading: Reading, limit: number): Sliced<Shown>;
}

export function createReader(secrets: readonly string[]): Reader {
  const seen: Shown[] = [];

  function* text(source: string, reading: Reading, limit: number): Sliced<Shown> {
    const shown = yield* makeShowable(source, reading, limit, secrets);
    seen.push(shown);
    return shown;
  }

  return {
    seen,
    text,
    *line(source, reading = "line") {
      return abbreviated(yield* text(source, reading, LINE_LIMIT));
    },
    part: (source, reading, limit) => makeShowable(source, reading, limit, secrets),
  };
}

/** In this order, and whole: what is made visible first, or in parts, may hold a secret that is not recognised. */
export function* makeShowable(
  source: string,
  reading: Reading,
  limit: number,
  literals: readonly string[],
): Sliced<Shown> {
  const { text, ...masked } = yield* maskBeginningInSlices(source, limit, literals, reading === "command");
  return { ...masked, ...(yield* makeVisibleInSlices(text, reading)) };
}

export function abbreviated({ text, isWhole }: Pick<Shown, "text" | "isWhole">): string {
  return isWhole ? text : `${text}…`;
}
