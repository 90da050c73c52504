/**
 * An optimistic check: what a card was, one version after the other, as Slack itself told. A press must have been made
 * on the latest of them.
 */

import type { CardVersion, Wording } from "./domain/card.ts";
import type { WholePress } from "./domain/interaction.ts";
import type { Cards } from "./ports.ts";

/** For how long after a change Slack may still send the version before with a press. */
const CHANGE_MS = 10_000;
/** Versions that are kept: a card changes about once in a second. */
const VERSIONS_LIMIT = 20;
/**
 * Those of them that are kept whole: of the others, only what is exactly like them is known again. Many may come while a
 * press waits for the first of them, which is what was pressed.
 */
const WHOLE_LIMIT = 12;

/**
 * What somebody pressed on. `latest`: the card as it is, or as it was when nothing else than now stood beside the
 * button. `earlier`: as it was before something changed there. `altered`: as this process never drew it. `other-app`:
 * what another app posted.
 */
export type Sight = "latest" | "earlier" | "altered" | "other-app";

/** @typeParam Look what of a card can change beside a button. */
export interface OptimisticCheck<Look> {
  /** Slack has told what the card is now; undefined when an answer was lost, so that it may have been something else. */
  add(version: CardVersion | undefined, look: Look): void;
  /** The look of what Slack last told; undefined before. */
  latest(): Look | undefined;
  /**
   * What Slack did not say of the card cannot be compared, and counts as equal: nobody but Slack decides what it says.
   * A version before counts for a short while only: whoever brings it back later has rewritten the card. What was not
   * seen as it was told counts no more when it is seen so again: a forger repeats, too.
   *
   * @param isSame whether nothing has changed beside the button that was pressed.
   */
  judge(
    press: Pick<WholePress, "appID" | "at" | "wording">,
    isSame: (before: Look, now: Look) => boolean,
  ): Sight;
  /** Where the latest version differs from what somebody saw; empty where nothing differs that counts. */
  differences(seen: Wording): readonly string[];
}

/** A version, and what it looked like. */
interface Drawn<Look> {
  readonly version: CardVersion;
  readonly look: Look;
}

export function createOptimisticCheck<Look>(compare: Cards["differences"]): OptimisticCheck<Look> {
  /** The latest last. */
  let drawn: readonly Drawn<Look>[] = [];
  /** Nobody knows all that it was. */
  let isUncertain = false;

  function isLike(told: Wording | undefined, seen: Wording): boolean {
    if (told === undefined || told.digest === seen.digest) return true;
    return told.writings !== undefined && compare(told, seen).length === 0;
  }

  return {
    add(version, look) {
      isUncertain ||= drawn.length > 0 && version === undefined;
      if (version === undefined) return;
      const before = drawn.slice(1 - VERSIONS_LIMIT);
      const whole = before.splice(1 - WHOLE_LIMIT);
      drawn = [...before.map(withoutWritings), ...whole, { version, look }];
    },
    latest: () => drawn.at(-1)?.look,
    judge({ appID, at, wording: seen }, isSame) {
      const latest = drawn.at(-1);
      const { wording, at: drawnAt = at, grainMs = 0, appID: drawnBy = appID } = latest?.version ?? {};
      const judgeBefore = (before: Drawn<Look> | undefined): Sight =>
        before !== undefined && latest !== undefined && isSame(before.look, latest.look)
          ? "latest"
          : "earlier";

      if (appID !== drawnBy) return "other-app";
      const earlier = drawn.slice(0, -1);
      if (isLike(wording, seen)) {
        if (at >= drawnAt - grainMs) return "latest";
        return judgeBefore(earlier.findLast(({ version }) => version.at !== undefined && version.at <= at));
      }
      if (at >= drawnAt + grainMs + CHANGE_MS) return "altered";
      const before = earlier.findLast(({ version }) => version.wording && isLike(version.wording, seen));
      return before === undefined && !isUncertain ? "altered" : judgeBefore(before);
    },
    differences(seen) {
      const { wording } = drawn.at(-1)?.version ?? {};
      return wording === undefined || isLike(wording, seen) ? [] : compare(wording, seen);
    },
  };
}

function withoutWritings<Look>({ version, look }: Drawn<Look>): Drawn<Look> {
  const { wording } = version;
  return wording === undefined
    ? { version, look }
    : { version: { ...version, wording: { digest: wording.digest } }, look };
}
