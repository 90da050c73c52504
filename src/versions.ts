/** What a card was, one version after the other, as Slack itself told: a press must have been made on one of them. */

import type { CardVersion, Click } from "./permission.ts";

/** For how long after a change Slack may still send the version before with a press. */
const CHANGE_MS = 10_000;

/**
 * What somebody pressed on. `latest`: the card as it is. `earlier`: as it was before its last change.
 * `altered`: as this process never drew it. `other-app`: what another app posted.
 */
export type Sight = "latest" | "earlier" | "altered" | "other-app";

export interface Versions {
  /** Slack has told what the card is now; undefined when an answer was lost, so that it may have been something else. */
  add(version: CardVersion | undefined): void;
  /**
   * What Slack did not say of the card cannot be compared, and counts as equal: nobody but Slack decides what it says.
   * The version before counts for a short while only: whoever brings it back later has rewritten the card.
   */
  judge(click: Pick<Click, "appID" | "at" | "digest">): Sight;
}

export function createVersions(): Versions {
  let latest: CardVersion | undefined;
  /** Digests of all that it was before; undefined where nobody knows what it was. */
  const earlier = new Set<string | undefined>();

  return {
    add(version) {
      if (latest !== undefined) earlier.add(version && latest.digest);
      latest = version ?? latest;
    },
    judge({ appID, at, digest }) {
      const { digest: drawn = digest, at: drawnAt = at, appID: drawnBy = appID } = latest ?? {};
      if (appID !== drawnBy) return "other-app";
      if (digest === drawn) return at < drawnAt ? "earlier" : "latest";
      const wasDrawn = earlier.has(digest) || earlier.has(undefined);
      return wasDrawn && at < drawnAt + CHANGE_MS ? "earlier" : "altered";
    },
  };
}
