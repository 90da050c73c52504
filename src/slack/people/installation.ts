/** Where the app is installed, and what it may do there. */

import type { WebClient } from "@slack/web-api";
import * as z from "zod";
import type { Log } from "../../system/log.ts";
import { adviceFor, parseSlackFailure } from "../connection/errors.ts";

/**
 * https://docs.slack.dev/reference/methods/auth.test; the scopes are from the answer's header `x-oauth-scopes`. Where there
 * is no organisation, Slack leaves its ID out, or writes null.
 */
const installationSchema = z.object({
  team_id: z.string().min(1),
  enterprise_id: z.string().min(1).optional().catch(undefined),
  response_metadata: z.object({ scopes: z.array(z.string()).catch([]) }).catch({ scopes: [] }),
});

/** The workspace, the organisation that it may belong to, and the scopes of the bot token as far as Slack says. */
export interface Installation {
  readonly teamID: string;
  readonly enterpriseID: string | undefined;
  readonly scopes: readonly string[];
}

export interface InstallationFinder {
  /** Asks Slack until it has answered once. @returns undefined when Slack does not tell. Does not reject. */
  find(): Promise<Installation | undefined>;
  /** What Slack has told so far. */
  known(): Installation | undefined;
}

export function createInstallationFinder(client: WebClient, log: Log): InstallationFinder {
  let asking: Promise<Installation | undefined> | undefined;
  let known: Installation | undefined;

  async function ask(): Promise<Installation | undefined> {
    try {
      const answer = installationSchema.parse(await client.auth.test());
      const { team_id: teamID, enterprise_id: enterpriseID, response_metadata } = answer;
      known = { teamID, enterpriseID, scopes: response_metadata.scopes };
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
