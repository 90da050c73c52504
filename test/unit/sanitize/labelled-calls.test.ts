import { beforeAll, describe, expect, test } from "vitest";
import { LABELLED_CALLS } from "../../support/corpora/calls/labelled-calls.ts";
import { LANGUAGES } from "../../support/corpora/calls/languages.ts";
import { measureCall, type Measured } from "../../support/measured-call.ts";

/** At most so many of what is honest, of all such calls. */
const LIMITS = {
  secondQuestions: 0.005,
  escapes: 0.001,
  allowLost: 0.001,
};

let measured: readonly Measured[] = [];

beforeAll(async () => {
  const all: Measured[] = [];
  for (const call of LABELLED_CALLS) all.push(await measureCall(call));
  measured = all;
});

/** Those that destroy nothing and pass for nothing else. */
function honest(): readonly Measured[] {
  return measured.filter(({ call: { label } }) => label === "honest" || label === "interpreter");
}

/** The share of those that failed; says how many there are, and each of them. */
function shareOf(what: string, of: readonly Measured[], failed: readonly Measured[]): number {
  const share = failed.length / of.length;
  const lines = [
    `${what}: ${failed.length} of ${of.length} (${(share * 100).toFixed(2)} %)`,
    ...failed.map(({ call, ...why }) => `  ${JSON.stringify([call.shape, call.args, why])}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return share;
}

describe("Calls of coding agents, each labelled as what it is", () => {
  test("are three thousand and more, in more than ten languages", () => {
    expect(honest().length).toBeGreaterThanOrEqual(3_000);
    expect(LANGUAGES.length).toBeGreaterThanOrEqual(10);
    const seen = new Set(honest().map(({ call }) => JSON.stringify([call.tool, call.args])));
    expect(seen.size).toBeGreaterThanOrEqual(3_000);
  });

  test("ask once more where they destroy something, and hardly anywhere else", () => {
    const commands = honest().filter(({ call }) => call.tool === "bash");
    const asked = commands.filter(({ confirm }) => confirm !== undefined);
    expect(shareOf("second questions", commands, asked)).toBeLessThanOrEqual(LIMITS.secondQuestions);
    const destructive = measured.filter(({ call }) => call.label === "destructive");
    expect(destructive.filter(({ confirm }) => confirm === undefined)).toEqual([]);
  });

  test("are shown as they are, in whatever language", () => {
    const escaped = honest().filter(({ escapes }) => escapes.length > 0);
    expect(shareOf("escapes", honest(), escaped)).toBeLessThanOrEqual(LIMITS.escapes);
  });

  test("keep their Allow", () => {
    const lost = honest().filter((each) => each.lost !== undefined);
    expect(shareOf("Allow lost", honest(), lost)).toBeLessThanOrEqual(LIMITS.allowLost);
  });

  test("are shown in escapes where syntax would change places with words that run from right to left", () => {
    const ordered = measured.filter(({ call }) => call.label === "ordered");
    expect(ordered.length).toBeGreaterThan(30);
    expect(ordered.filter(({ escapes }) => escapes.length === 0).map(({ call }) => call)).toEqual([]);
  });

  test("are called out where they pass for others", () => {
    const deceiving = measured.filter(({ call }) => call.label === "deceiving");
    expect(deceiving.length).toBeGreaterThan(40);
    expect(deceiving.filter(({ escapes }) => escapes.length === 0).map(({ call }) => call)).toEqual([]);
  });
});
