/** What is known of where a character stands, before it is judged: whether it is text there, or something that acts. */

import { findProgramTexts } from "../shell/program-texts.ts";
import type { Span } from "../shell/scanning.ts";
import { findTextPlaces, type Text } from "../shell/text-places.ts";

/** What a text is read as; the more is decided by a single character, the less may be anything but ASCII. */
export type Reading =
  /** Lines of anything: a diff, a file, a prompt. */
  | "text"
  /** One line of prose: a title. */
  | "title"
  /** Lines for a shell: command words are ASCII, and outside quotes nothing looks like a quote that is none. */
  | "command"
  /** One line that is a name: a path, a URL, a label. */
  | "line"
  /** One line of ASCII: a tool, a host, a pattern that begins with a command. */
  | "name";

export interface Ground {
  readonly reading: Reading;
  /** Whether letters stand there to be read, and their order decides nothing. */
  readonly isProse: (at: number) => boolean;
  /** Of a command, the text of it that a character belongs to: in quotes, in a here-document, in a comment. */
  readonly textAt: (at: number) => Text | undefined;
  /** Parts of texts, none of them with anything else in it. Undefined where the whole is one. */
  readonly pieces?: readonly Span[];
  /** Of a command, the words that name programs; undefined where it could not be read whole. */
  readonly names?: readonly Span[];
  /** Of a command that was read, the parts that were not. */
  readonly unread: readonly Span[];
}

/** @param isPlain whether all of it is ASCII, so that nobody needs to know. */
export function groundOf(source: string, reading: Reading, isPlain: boolean): Ground {
  if (reading !== "command") {
    const isProse = reading === "text" || reading === "title";
    return {
      reading,
      isProse: () => isProse,
      textAt: () => undefined,
      ...(!isProse && { pieces: [] }),
      unread: [],
    };
  }
  const places = isPlain ? undefined : findTextPlaces(source);
  if (places === undefined)
    return { reading, isProse: () => false, textAt: () => undefined, pieces: [], unread: [] };
  const texts = [...places.texts, ...places.programs.flatMap((program) => textsOfProgram(source, program))];
  const numbers = new Uint32Array(source.length);
  for (const [index, { pieces }] of texts.entries())
    for (const { start, end } of pieces) numbers.fill(index + 1, start, end);
  return {
    reading,
    isProse: (at) => (numbers[at] ?? 0) > 0,
    textAt: (at) => texts[(numbers[at] ?? 0) - 1],
    pieces: texts.flatMap(({ pieces }) => pieces).sort((one, other) => one.start - other.start),
    names: places.names,
    unread: [...places.shellCode, ...places.programs],
  };
}

function textsOfProgram(source: string, program: Span): Text[] {
  return findProgramTexts(source.slice(program.start, program.end)).map(
    ({ kind, quote, start, end }): Text => {
      const span = { start: program.start + start, end: program.start + end };
      return { kind, quote, start: span.start, end: span.end, pieces: [span] };
    },
  );
}
