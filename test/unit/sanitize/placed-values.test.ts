import { describe, expect, it } from "vitest";

import { PLACES } from "../../../src/sanitize/secrets/placed-values.ts";
import { startsOf } from "../../../src/sanitize/secrets/shape-starts.ts";
import { STRUCTURES } from "../../../src/sanitize/secrets/structured-values.ts";
import { AT_WORD_START } from "../../../src/sanitize/secrets/secret-table.ts";
import { SERVICE_TOKENS } from "../../support/corpora/tokens.ts";
import { readShape, type Shape } from "../../support/growth/regexp-shape.ts";

/** Stands for whatever is not one known text. */
const ANY = "\0";

/** The texts that a shape can be, in small letters. */
function textsOf(shape: Shape): string[] {
  switch (shape.kind) {
    case "choice":
      return shape.options.flatMap(textsOf);
    case "sequence":
      return shape.items.reduce<string[]>(
        (all, item) => {
          const texts = [...new Set(textsOf(item))];
          return [...new Set(all.flatMap((before) => texts.map((text) => before + text)))];
        },
        [""],
      );
    case "group":
      return textsOf(shape.body);
    case "character":
      return [
        /^(?:\\?[^\w\s]|[^\\.[])$/u.test(shape.source) ? shape.source.replace("\\", "").toLowerCase() : ANY,
      ];
    case "repeat":
      if (shape.max === 1) return ["", ...textsOf(shape.body)];
      if (shape.min === shape.max && shape.body.kind === "character")
        return textsOf(shape.body).map((text) => text.repeat(shape.min));
      return shape.min === 0 ? [ANY] : textsOf(shape.body).map((text) => ANY + text + ANY);
    case "look":
    case "place":
      return [""];
    case "again":
      return [ANY];
  }
}

describe("A place that is not looked for", () => {
  it.each([...PLACES, ...STRUCTURES].map(({ needs, before }) => ({ needs, source: before.source })))(
    "could not be found: $source",
    ({ needs, source }) => {
      const without =
        needs instanceof RegExp
          ? [source].filter((text) => !text.includes(needs.source))
          : textsOf(readShape(source)).filter((text) => !needs.some((need) => text.includes(need)));
      expect(without).toEqual([]);
    },
  );
});

describe("A shape that is not tried", () => {
  it.each(AT_WORD_START.map(([service, { source }, sign]) => ({ service, source, sign })))(
    "could not be found: $service",
    ({ service, source, sign }) => {
      const tokens = SERVICE_TOKENS.flatMap(([of, token]) => (of === service ? [token] : []));
      const starts = startsOf(source);
      expect(tokens.filter((token) => !starts.includes(token.charAt(0)))).toEqual([]);
      const signed = sign === undefined ? [] : textsOf(readShape(source));
      expect(signed.filter((text) => !text.includes(sign?.toLowerCase() ?? ""))).toEqual([]);
    },
  );

  it("begins with none of its characters", () => {
    expect([...startsOf(String.raw`(?:ab|[c-e]\d)x`)].join("")).toBe("acde");
    expect([...startsOf(String.raw`(?:ak_|cr_)?[1-3]x`)].join("")).toBe("ac123");
    expect([...startsOf(String.raw`a{0,2}\.b`)].join("")).toBe("a.");
    expect([...startsOf(String.raw`[\w.]x|\(`)].join("")).toMatch(/^(?=.*\()(?=.*_)(?=.*Z).{65}$/);
  });
});
