/** What a card is drawn from: all that a request does, or only that it is there, where nobody could say it in time. */

import type { Asked } from "./asked.ts";
import type { Log } from "../system/log.ts";
import { unlessLate } from "../system/pause.ts";
import type { PermissionRequest } from "./domain/ask.ts";
import type { CardContent, Details, Offers, SessionInfo } from "./domain/content.ts";
import type { Presence } from "./ports.ts";

/** How long a description may take. It reads files, and asks OpenCode about sessions. */
const DESCRIBE_LIMIT_MS = 10_000;

const UNDESCRIBED =
  "OpenCode asks for a permission that could not be described. Look at it in OpenCode: it can be allowed there only.";
const PARTLY_READ =
  "It has too many parts, or is nested too deeply, to be read here. Look at it in OpenCode: it can be allowed there only.";

/** What a request will do, where it comes from, as far as OpenCode tells, and what the rules leave to Slack. */
export type Description = Details & { readonly session: SessionInfo; readonly offers: Offers };

interface DescriberOptions {
  readonly describe: (request: PermissionRequest) => Promise<Description>;
  readonly directory: string;
  readonly host: string;
  /** When a request like this one was last rejected. */
  readonly rejectedAt: (request: PermissionRequest, content: CardContent) => Date | undefined;
  readonly log: Log;
}

/**
 * Describes a request for the cards of this presence, and remembers how to look at its files again. What becomes known
 * of it later changes nothing.
 */
export type Describer = (
  asked: Pick<Asked, "request" | "closed" | "isCurrent">,
  presence: Presence,
) => Promise<CardContent>;

export function createDescriber({ describe, directory, host, rejectedAt, log }: DescriberOptions): Describer {
  async function describeInTime(request: PermissionRequest): Promise<Description> {
    const { requestID, sessionID } = request;
    try {
      const description = await unlessLate(describe(request), DESCRIBE_LIMIT_MS);
      if (description !== undefined) return withDoubtOf(request, description);
      log.error({ requestID, sessionID }, "request was not described in time");
    } catch (err) {
      log.error({ requestID, sessionID, err }, "request could not be described");
    }
    return undescribed(request);
  }

  return async (asked, { approvers, cards }) => {
    const { request } = asked;
    const [description, noApprover] = await Promise.all([describeInTime(request), approvers.missing()]);
    asked.isCurrent = description.isCurrent;
    const raw = { request, directory, host, ...(noApprover && { noApprover }) };
    const closed = asked.closed.signal;
    const content = await cards.read({ ...raw, ...description }, closed).catch(async (err: unknown) => {
      closed.throwIfAborted();
      const { requestID, sessionID } = request;
      log.error({ requestID, sessionID, err }, "description could not be read");
      return cards.read({ ...raw, ...undescribed(request) }, closed);
    });
    const at = rejectedAt(request, content);
    return at === undefined ? content : { ...content, rejectedAt: at };
  };
}

/** The least that can be said of a request. It can be rejected. */
function undescribed({ permission }: PermissionRequest): Description {
  return {
    details: [{ label: "Not shown", text: permission }],
    doubt: UNDESCRIBED,
    session: { titles: [] },
    offers: { replies: ["reject"] },
  };
}

function withDoubtOf({ isCut, call }: PermissionRequest, description: Description): Description {
  if (isCut !== true && call?.isCut !== true) return description;
  return { ...description, doubt: description.doubt ?? PARTLY_READ };
}
