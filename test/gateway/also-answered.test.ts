import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createAlsoAnswered } from "../../src/gateway/permission/also-answered.ts";
import { createSavedPatterns } from "../../src/policy/saved-patterns.ts";
import { literal, overlap, parsePattern } from "../../src/shell/wildcards.ts";
import type { PermissionRequest } from "../../src/gateway/domain/ask.ts";
import { permissionRequest } from "../support/permission-request.ts";

const word = fc
  .array(fc.constantFrom("a", "b", " ", "*", "?", "é", "👩"), { maxLength: 6 })
  .map((parts) => parts.join(""));
const text = fc
  .array(fc.constantFrom("a", "b", " ", "é", "👩"), { maxLength: 8 })
  .map((parts) => parts.join(""));

test("a pattern answers what OpenCode's pattern answers", () => {
  fc.assert(
    fc.property(word, text, (pattern, line) => {
      const other = permissionRequest({ patterns: [line] });
      const expected = parsePattern(pattern).some((glob) => overlap(literal(line), glob));
      expect(createSavedPatterns().answers("bash", [pattern])(other)).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});

test("what takes too long to compare counts as answered: a dialog must not name fewer", () => {
  const saved = createSavedPatterns();
  const long = permissionRequest({ patterns: ["a".repeat(1_000_000)] });
  expect(saved.answers("bash", [`${"*a".repeat(1_000)}b`])(long)).toBe(true);
  const many = permissionRequest({ patterns: Array.from({ length: 100_000 }, (_, n) => `b${n}`) });
  expect(saved.answers("bash", ["a", "c"])(many)).toBe(true);
});

const name = fc.constantFrom("x", "y");
const asked = fc.record({
  sessionID: name,
  permission: name,
  patterns: fc.array(text, { maxLength: 2 }),
  always: fc.array(word, { maxLength: 2 }),
});
type Step =
  | { readonly open: Partial<PermissionRequest> }
  | { readonly close: number }
  | { readonly always: number }
  | { readonly look: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ open: asked }) },
  fc.record({ close: fc.nat(30) }),
  fc.record({ always: fc.nat(30) }),
  { weight: 3, arbitrary: fc.record({ look: fc.nat(30) }) },
);

test("whatever is asked, closed and saved, as many are named as would be answered", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const saved = createSavedPatterns();
      const also = createAlsoAnswered(saved);
      const open: PermissionRequest[] = [];
      for (const each of steps) {
        if ("open" in each) {
          const request = permissionRequest({ ...each.open, requestID: `per_${open.length}` });
          open.push(request);
          also.opened(request);
          continue;
        }
        const at = "close" in each ? each.close : "always" in each ? each.always : each.look;
        const request = open[at];
        if (request === undefined) continue;
        if ("always" in each) {
          saved.add(request);
          also.saved(request.permission);
        }
        if ("close" in each) {
          open.splice(at, 1);
          also.closed(request);
        }
        const others = open.filter(
          (other) =>
            other !== request &&
            other.sessionID === request.sessionID &&
            other.permission === request.permission &&
            saved.answers(request.permission, request.always)(other),
        );
        expect(also.count(request)).toBe(others.length);
      }
    }),
    { numRuns: 500 },
  );
});

/** How many comparisons it takes. */
function countSteps(
  openCount: number,
  use: (also: ReturnType<typeof createAlsoAnswered>, requests: readonly PermissionRequest[]) => void,
): number {
  const saved = createSavedPatterns();
  let steps = 0;
  const also = createAlsoAnswered({
    answers: (...args) => {
      const answers = saved.answers(...args);
      return (other) => {
        steps += 1;
        return answers(other);
      };
    },
  });
  const requests = Array.from({ length: openCount }, (_, n) =>
    permissionRequest({ requestID: `per_${n}`, patterns: [`git log ${n}`], always: [`git log ${n % 20} *`] }),
  );
  for (const request of requests) also.opened(request);
  steps = 0;
  use(also, requests);
  return steps;
}

test.each([500, 1_000, 2_000, 4_000])(
  "with %d requests open, a look costs no more than one comparison once it is counted",
  (count) => {
    const steps = countSteps(count, (also, requests) => {
      const drawn = requests.slice(0, 20);
      for (const request of drawn) also.count(request);
      for (let draw = 0; draw < 10; draw += 1) for (const request of drawn) also.count(request);
    });
    // Once for each of the twenty patterns, and whether each is among its own.
    expect(steps).toBe(20 * count + 20 * 11);
  },
);

test.each([500, 1_000, 2_000, 4_000])(
  "with %d requests open, one that is closed costs a comparison for each pattern that is drawn",
  (count) => {
    const steps = countSteps(count, (also, [first, second, ...others]) => {
      if (first === undefined || second === undefined) return;
      also.count(first);
      also.closed(second);
      for (let draw = 0; draw < 10; draw += 1) also.count(first);
      // Of most of them none is looked for.
      for (const other of others) also.closed(other);
    });
    expect(steps).toBe(count + 1 + 1 + 10);
  },
);

test.each([500, 1_000, 2_000, 4_000])(
  "with %d requests open, one more costs a comparison for each pattern that is drawn",
  (count) => {
    const steps = countSteps(count, (also, [first, ...others]) => {
      if (first === undefined) return;
      also.count(first);
      also.opened(permissionRequest({ requestID: "one more", patterns: ["git log 0 --stat"] }));
      for (const other of others) also.closed(other);
    });
    expect(steps).toBe(count + 1 + 1);
  },
);
