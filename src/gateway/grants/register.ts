/** The grants of this process: in memory alone, so that none outlives it. */

import type { PermissionRequest } from "../domain/ask.ts";
import type { GrantEnd, GrantState } from "../domain/grant.ts";
import { startStopwatch } from "../../system/stopwatch.ts";
import { isSameRequest } from "./fingerprint.ts";

const MINUTE_MS = 60_000;

/** What an approver allows for a time. */
export interface Given {
  /** As of {@link fingerprintOf}. */
  readonly fingerprint: string;
  readonly request: PermissionRequest;
  /** The sessions that its session belongs to, and itself. */
  readonly sessionIDs: readonly string[];
  readonly granter: Granter;
  readonly minutes: number;
}

export interface Granter {
  readonly userID: string;
  /** As Slack said it with the press; undefined where it did not. */
  readonly teamID: string | undefined;
}

/** One more request that a grant is to answer. */
export interface Use {
  readonly at: Date;
  /** How far it is: until OpenCode is told of it, it can be taken back. */
  stage: "counted" | "being-told" | "told";
}

export interface Grant extends Given {
  /** As it stands now. */
  state(): GrantState;
  /** Whether it may be used at this moment. */
  isLive(): boolean;
  /** By the clock that says less; 0 when it is over. */
  leftMs(): number;
  /** Aborts when it ends, whyever. Its time ends it only when somebody looks. */
  readonly ended: AbortSignal;
  /** Those that were not taken back, in the order in which they were counted. */
  uses(): readonly Use[];
  /** Counts one. */
  use(): Use;
  /** Where OpenCode was not told of it, it is none. */
  takeBack(use: Use): "taken-back" | "kept";
  /** Only the first end counts. */
  end(end: Omit<GrantEnd, "at">): void;
}

export interface GrantRegister {
  /** Begins a grant. One for the very same request ends with it, so that there is one card to revoke it on. */
  add(given: Given): Grant;
  /** The live one for exactly this. */
  find(fingerprint: string): Grant | undefined;
  /** Whether a request is worded as one that is granted: where it is made is not looked at. */
  mayCover(request: PermissionRequest): boolean;
  /** The live ones. */
  live(): readonly Grant[];
}

/** @param changed a grant stands otherwise now. */
export function createGrantRegister(changed: (grant: Grant) => void): GrantRegister {
  const grants = new Map<string, Grant>();

  function live(): readonly Grant[] {
    return [...grants.values()].filter((grant) => grant.isLive());
  }

  return {
    add(given) {
      grants.get(given.fingerprint)?.end({ reason: "granted-again" });
      const grant = createGrant(given, changed, () => {
        if (grants.get(given.fingerprint) === grant) grants.delete(given.fingerprint);
      });
      grants.set(given.fingerprint, grant);
      return grant;
    },
    find(fingerprint) {
      const grant = grants.get(fingerprint);
      return grant?.isLive() === true ? grant : undefined;
    },
    mayCover: (request) => live().some((grant) => isSameRequest(grant.request, request)),
    live,
  };
}

function createGrant(given: Given, changed: (grant: Grant) => void, over: () => void): Grant {
  const { minutes } = given;
  const ageMs = startStopwatch();
  const until = new Date(Date.now() + minutes * MINUTE_MS);
  const uses = new Set<Use>();
  const ending = new AbortController();
  let end: GrantEnd | undefined;

  const leftMs = (): number => (end === undefined ? Math.max(0, minutes * MINUTE_MS - ageMs()) : 0);

  const grant: Grant = {
    ...given,
    ended: ending.signal,
    leftMs,
    isLive: () => leftMs() > 0,
    uses: () => [...uses],
    state() {
      const lastUsedAt = [...uses].at(-1)?.at;
      return { minutes, until, uses: uses.size, ...(lastUsedAt && { lastUsedAt }), ...(end && { end }) };
    },
    use() {
      const use: Use = { at: new Date(), stage: "counted" };
      uses.add(use);
      changed(grant);
      return use;
    },
    takeBack(use) {
      if (use.stage !== "counted" || !uses.delete(use)) return "kept";
      changed(grant);
      return "taken-back";
    },
    end(why) {
      if (end !== undefined) return;
      end = { ...why, at: new Date() };
      over();
      changed(grant);
      ending.abort();
    },
  };
  return grant;
}
