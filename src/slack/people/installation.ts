/** Where the app is installed, and what it may do there. */

import type { WebClient } from "@slack/web-api";
import * as z from "zod";
import type { Log } from "../../system/log.ts";
import { adviceFor, parseSlackFailure } from "../connection/errors.ts";

/**
 * https://docs.slack.dev/reference/methods/auth.test; the scopes are from the answer's header `x-oauth-scopes`. Where there
 * is no organisation, Slack leaves its ID out, or writes null. What is installed for a whole organisation (Enterprise
 * Grid) has no workspace of its own.
 */
const installationSchema = z
  .object({
    team_id: z.string().nullish(),
    enterprise_id: z.string().nullish().catch(undefined),
    is_enterprise_install: z.boolean().nullish().catch(undefined),
    response_metadata: z.object({ scopes: z.array(z.string()).catch([]) }).catch({ scopes: [] }),
  })
  .transform(({ team_id, enterprise_id, is_enterprise_install, response_metadata }): Installation => ({
    teamID: team_id || undefined,
    enterpriseID: enterprise_id || undefined,
    isOrganisationWide: is_enterprise_install === true,
    scopes: response_metadata.scopes,
  }))
  .refine(({ teamID, isOrganisationWide }) => teamID !== undefined || isOrganisationWide);

/** The workspace, the organisation that it may belong to, and the scopes of the bot token as far as Slack says. */
export interface Installation {
  readonly teamID: string | undefined;
  readonly enterpriseID: string | undefined;
  /** Whether it is installed for the organisation, and not in one workspace of it. */
  readonly isOrganisationWide: boolean;
  readonly scopes: readonly string[];
}

/**
 * Scopes with which messages, or the files in their threads, can be read back: https://docs.slack.dev/reference/scopes.
 * `reactions:read` and `pins:read` show the messages that these are on.
 */
const READING_SCOPES = new Set([
  "channels:history",
  "groups:history",
  "im:history",
  "mpim:history",
  "discovery:read",
  "files:read",
  "pins:read",
  "reactions:read",
  "stars:read",
]);

/** Those with which whoever has the bot token can read cards. */
export function readingScopes({ scopes }: Pick<Installation, "scopes">): readonly string[] {
  return scopes.filter((scope) => READING_SCOPES.has(scope) || scope.startsWith("search:read"));
}

export interface InstallationFinder {
  /** Asks Slack until it has answered once. @returns undefined when Slack does not tell. Does not reject. */
  find(): Promise<Installation | undefined>;
  /** What Slack has told so far. */
  known(): Installation | undefined;
}

/** @param found called once, with what Slack has told. */
export function createInstallationFinder(
  client: WebClient,
  log: Log,
  found: (installation: Installation) => void = () => undefined,
): InstallationFinder {
  let asking: Promise<Installation | undefined> | undefined;
  let known: Installation | undefined;

  async function ask(): Promise<Installation | undefined> {
    try {
      known = installationSchema.parse(await client.auth.test());
      found(known);
      return known;
    } catch (err) {
      const failure = parseSlackFailure(err);
      log.warn(
        { failure, err, advice: adviceFor(failure) },
        "Slack does not tell where the app is installed",
      );
      asking = undefined;
      return undefined;
    }
  }

  return {
    // An installation cannot move under its token, so one answer is enough.
    async find() {
      asking ??= ask();
      return asking;
    },
    known: () => known,
  };
}
