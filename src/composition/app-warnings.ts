/** Tells the user of OpenCode that the Slack app is, or may do, more than the gateway needs. */

import { readingScopes, type Installation } from "../slack/people/installation.ts";
import type { Log } from "../system/log.ts";

/** Whatever else listens to the app by Socket Mode gets only what Slack does not send here. */
const FOREIGN =
  "This Slack app has slash commands or events. Slack sends some of them to the gateway, and the program that needs them does not get them. Make a Slack app for the gateway alone.";
const ORGANISATION_WIDE =
  "This Slack app is installed for a whole organisation, so the members of its workspaces cannot answer. Install it in one workspace and use the bot token from there.";

export interface AppWarnings {
  /** Slack has sent an envelope that is for no gateway. Does not throw. */
  foreign(type: string): void;
  /** Slack has said where the app is installed, and what it may do. Does not throw. */
  installed(installation: Installation): void;
}

/** @param advise tells the user of OpenCode what to fix. Each warning is given once. */
export function createAppWarnings(advise: (advice: string) => void, log: Log): AppWarnings {
  const given = new Set<string>();

  function warn(advice: string, facts: object): void {
    if (given.has(advice)) return;
    given.add(advice);
    log.warn(facts, advice);
    advise(advice);
  }

  return {
    foreign: (type) => warn(FOREIGN, { type }),
    installed(installation) {
      const scopes = readingScopes(installation);
      if (scopes.length > 0) warn(reading(scopes), { scopes });
      if (installation.isOrganisationWide) warn(ORGANISATION_WIDE, {});
    },
  };
}

function reading(scopes: readonly string[]): string {
  return `This Slack app may read messages (${scopes.join(", ")}). So anybody who has its bot token can read the cards and the secret values of their buttons. Make a Slack app for the gateway alone.`;
}
