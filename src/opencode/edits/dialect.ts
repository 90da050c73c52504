/** In what OpenCode's versions differ when they edit files. Read in their code; recorded in test/fixtures/opencode. */

/** A byte order mark `edit` and `write` find in a file: they lose it, take it for text, or keep it apart. */
type MarkHandling = "lost" | "text" | "kept";

export interface Dialect {
  /** The versions that are known to be so, the first and the last. */
  readonly from: string;
  readonly to: string;
  /** Whether a name in a patch ends at its first colon. */
  readonly endsNamesAtColon: boolean;
  /** Whether `edit` gives its texts the line ends of the file. */
  readonly adaptsLineEnds: boolean;
  readonly mark: MarkHandling;
  /** Whether `edit` writes its new text as it is everywhere, with `$&` and its like. */
  readonly isLiteral?: true;
  /** Whether `edit` refuses to look for nothing. */
  readonly refusesNothing?: true;
  /**
   * Whether patches are as in OpenCode 2: carriage returns at line ends do not count, headers may be indented, `End of
   * File` ties a chunk to the end, and a part that changes a file goes on from what the part before has made of it.
   */
  readonly hasPatchesOf2?: true;
}

/** Of OpenCode 1, the oldest first. */
export const DIALECTS: readonly Dialect[] = [
  { from: "0.0.0", to: "1.2.4", endsNamesAtColon: true, adaptsLineEnds: false, mark: "lost" },
  { from: "1.2.11", to: "1.2.20", endsNamesAtColon: false, adaptsLineEnds: false, mark: "text" },
  { from: "1.2.27", to: "1.3.2", endsNamesAtColon: false, adaptsLineEnds: true, mark: "text" },
  { from: "1.14.34", to: "1.999.0", endsNamesAtColon: false, adaptsLineEnds: true, mark: "kept" },
];

/** Read in packages/core/src/tool/plugin/{edit,write,patch}.ts and packages/util/src/patch.ts. */
const OPENCODE_2: Dialect = {
  from: "2.0.0",
  to: "999.0.0",
  endsNamesAtColon: false,
  adaptsLineEnds: true,
  mark: "kept",
  isLiteral: true,
  refusesNothing: true,
  hasPatchesOf2: true,
};

const SECOND_MAJOR = 2e8;

/** @returns those that this OpenCode may have, more than one where its version is not known or lies between two. */
export function dialectsOf(version: string | undefined): readonly Dialect[] {
  const number = numberOf(version ?? "");
  if (number === undefined) return DIALECTS;
  if (number >= SECOND_MAJOR) return [OPENCODE_2];
  const first = DIALECTS.findLastIndex(({ from }) => (numberOf(from) ?? 0) <= number);
  const last = DIALECTS.findIndex(({ to }) => number <= (numberOf(to) ?? 0));
  return DIALECTS.slice(Math.min(first, last), Math.max(first, last) + 1);
}

/** Of a release: `1.18.33`; what is built from a branch has none. */
function numberOf(version: string): number | undefined {
  const [, major, minor, patch] = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})$/.exec(version) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  return Number(major) * 1e8 + Number(minor) * 1e4 + Number(patch);
}
