/**
 * An optimistic check: what a card was, one version after the other, as Slack itself told by a digest. A press must have
 * been made on the latest of them.
 */

import type { CardVersion } from "./domain/card.ts";
import type { WholePress } from "./domain/interaction.ts";

/** For how long after a change Slack may still send the version before with a press. */
const CHANGE_MS = 10_000;

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
   * A version before counts for a short while only: whoever brings it back later has rewritten the card.
   *
   * @param isSame whether nothing has changed beside the button that was pressed.
   */
  judge(
    press: Pick<WholePress, "appID" | "at" | "digest">,
    isSame: (before: Look, now: Look) => boolean,
  ): Sight;
}

export function createOptimisticCheck<Look>(): OptimisticCheck<Look> {
  let latest: { readonly version: CardVersion; readonly look: Look } | undefined;
  /** All that it was before, by digest. */
  const earlier = new Map<string, Look>();
  /** Nobody knows all that it was. */
  let isUncertain = false;

  return {
    add(version, look) {
      isUncertain ||= latest !== undefined && version === undefined;
      if (version === undefined) return;
      if (latest?.version.digest !== undefined) earlier.set(latest.version.digest, latest.look);
      latest = { version, look };
    },
    latest: () => latest?.look,
    judge({ appID, at, digest }, isSame) {
      const { digest: drawn = digest, at: drawnAt = at, appID: drawnBy = appID } = latest?.version ?? {};
      const { grainMs = 0 } = latest?.version ?? {};
      if (appID !== drawnBy) return "other-app";
      if (digest === drawn) return at < drawnAt - grainMs ? "earlier" : "latest";
      if (at >= drawnAt + grainMs + CHANGE_MS) return "altered";
      const before = earlier.get(digest);
      if (before === undefined) return isUncertain ? "earlier" : "altered";
      return latest !== undefined && isSame(before, latest.look) ? "latest" : "earlier";
    },
  };
}
