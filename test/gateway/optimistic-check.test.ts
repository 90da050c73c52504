import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import type { CardVersion, Wording } from "../../src/gateway/domain/card.ts";
import { createOptimisticCheck } from "../../src/gateway/optimistic-check.ts";

/** A card that says one word, and how Slack writes it out. */
const wording = (word: string, writing = word): Wording => ({
  digest: writing,
  writings: [Buffer.from(word)],
});
const posted = { wording: wording("one"), at: 1_000, appID: "A1" };
const changed = { wording: wording("two"), at: 2_000, appID: "A1" };
const press = (word: string, at: number, appID = "A1") => ({ wording: wording(word), at, appID });

const written = (word: string, at: number) => ({
  wording: wording(word, `${word}, otherwise`),
  at,
  appID: "A1",
});

const check = () =>
  createOptimisticCheck<string>((told, seen) =>
    isDeepStrictEqual(told.writings, seen.writings) ? [] : ["word"],
  );

function versionsOf(...versions: readonly CardVersion[]) {
  const created = check();
  for (const [n, version] of versions.entries()) created.add(version, `look ${n}`);
  return created;
}

const isSame = (before: string, now: string): boolean => before === now;

describe("a card that was posted", () => {
  const versions = versionsOf(posted);
  test("is the latest for a press from then on", () => {
    expect(versions.judge(press("one", 1_000), isSame)).toBe("latest");
    expect(versions.judge(press("one", 9_000_000), isSame)).toBe("latest");
  });
  test("was not there before", () => expect(versions.judge(press("one", 999), isSame)).toBe("earlier"));
  test("is never anything else", () => {
    expect(versions.judge(press("two", 1_001), isSame)).toBe("altered");
    expect(versions.judge(press("two", 1), isSame)).toBe("altered");
  });
  test("is of no other app", () =>
    expect(versions.judge(press("one", 1_001, "A2"), isSame)).toBe("other-app"));
});

describe("a card that was changed", () => {
  const versions = check();
  versions.add(posted, "posted");
  versions.add(changed, "changed");
  test("is what it is now", () => expect(versions.judge(press("two", 2_000), isSame)).toBe("latest"));
  test("may have been pressed before, or as Slack changed it", () => {
    expect(versions.judge(press("one", 1_500), isSame)).toBe("earlier");
    expect(versions.judge(press("one", 11_999), isSame)).toBe("earlier");
  });
  test("is not brought back later", () =>
    expect(versions.judge(press("one", 12_000), isSame)).toBe("altered"));
  test("was not yet so before", () => expect(versions.judge(press("two", 1_999), isSame)).toBe("earlier"));
});

test("a press from before a change elsewhere on the card is as good as one after it", () => {
  const versions = check();
  versions.add(posted, "the same row");
  versions.add(changed, "the same row");
  expect(versions.judge(press("one", 1_500), isSame)).toBe("latest");
  expect(versions.judge(press("one", 12_000), isSame)).toBe("altered");
});

describe("a card of which an answer was lost", () => {
  const versions = check();
  versions.add(posted, "posted");
  versions.add(undefined, "undefined");
  versions.add(changed, "changed");
  test("is compared with what it last was for certain", () => {
    const uncertain = check();
    uncertain.add(posted, "posted");
    uncertain.add(undefined, "undefined");
    expect(uncertain.judge(press("one", 12_000), isSame)).toBe("latest");
    expect(uncertain.judge(press("three", 12_000), isSame)).toBe("altered");
  });
  test("may have been anything before its last change", () => {
    expect(versions.judge(press("three", 1_500), isSame)).toBe("earlier");
  });
  test("is only one thing after it", () => {
    expect(versions.judge(press("three", 12_000), isSame)).toBe("altered");
    expect(versions.judge(press("two", 12_000), isSame)).toBe("latest");
  });
});

test("what Slack does not say is not held against a press", () => {
  expect(versionsOf().judge(press("one", 1), isSame)).toBe("latest");
  expect(versionsOf({}).judge(press("one", 1, "A2"), isSame)).toBe("latest");
  expect(versionsOf({ wording: wording("one") }).judge(press("one", 1), isSame)).toBe("latest");
  expect(versionsOf({ wording: wording("one") }).judge(press("two", 1), isSame)).toBe("altered");
});

describe("a card that Slack writes out in another way", () => {
  const versions = check();
  versions.add(posted, "posted");
  versions.add(changed, "changed");
  test("is known by what it says", () => {
    expect(versions.judge(written("two", 2_000), isSame)).toBe("latest");
    expect(versions.judge(written("one", 2_000), isSame)).toBe("earlier");
    expect(versions.judge(written("three", 2_000), isSame)).toBe("altered");
  });
  test("differs where it says something else", () => {
    expect(versions.differences(written("two", 2_000).wording)).toEqual([]);
    expect(versions.differences(written("three", 2_000).wording)).toEqual(["word"]);
  });
  test("is known through all changes that come while a press waits, and not for ever: that is kept short", () => {
    for (let n = 0; n < 10; n += 1)
      versions.add({ ...changed, wording: wording(`again ${n}`), at: 3_000 + n }, "changed again");
    expect(versions.judge(written("one", 3_000), isSame)).toBe("earlier");
    versions.add({ ...changed, wording: wording("once more"), at: 4_000 }, "changed once more");
    expect(versions.judge(written("two", 4_000), isSame)).toBe("earlier");
    expect(versions.judge(written("one", 4_000), isSame)).toBe("altered");
    expect(versions.judge(press("one", 4_000), isSame)).toBe("earlier");
  });
});

test("of a card that changes again and again only the last versions are kept", () => {
  const versions = check();
  for (let n = 0; n < 40; n += 1)
    versions.add({ ...posted, wording: wording(`${n}`), at: 1_000 + n }, `${n}`);
  expect(versions.judge(press("39", 2_000), isSame)).toBe("latest");
  expect(versions.judge(press("20", 2_000), isSame)).toBe("earlier");
  expect(versions.judge(press("19", 2_000), isSame)).toBe("altered");
});

test("a card that says again what it said before is the same to who pressed it before", () => {
  const versions = check();
  versions.add(posted, "the same row");
  versions.add({ ...posted, at: 5_000 }, "the same row");
  expect(versions.judge(press("one", 4_000), isSame)).toBe("latest");
  expect(versions.judge(press("one", 999), isSame)).toBe("earlier");
});

describe("a card whose last change Slack dates in whole seconds", () => {
  const versions = check();
  versions.add(posted, "posted");
  versions.add({ ...changed, at: 20_000, grainMs: 1_000 }, "changed");
  test("was pressed as it is now, whether Slack has cut the time or rounded it up", () => {
    expect(versions.judge(press("two", 20_400), isSame)).toBe("latest");
    expect(versions.judge(press("two", 19_400), isSame)).toBe("latest");
  });
  test("was not so long before", () => expect(versions.judge(press("two", 18_900), isSame)).toBe("earlier"));
  test("may have been pressed as it was before for as long as any other", () => {
    expect(versions.judge(press("one", 30_900), isSame)).toBe("earlier");
    expect(versions.judge(press("one", 31_000), isSame)).toBe("altered");
  });
});
