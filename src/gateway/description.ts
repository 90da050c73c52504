/** What a card is drawn from: all that a request does, or only that it is there, where nobody could say it in time. */

import type { Asked } from "./asked.ts";
import type { Provenance } from "./grants/fingerprint.ts";
import type { Hooks } from "./hooks.ts";
import { createLine } from "../system/line.ts";
import type { Log } from "../system/log.ts";
import { unlessLate } from "../system/pause.ts";
import type { Ask } from "./domain/ask.ts";
import type { CardContent, Details, Offers, SessionInfo } from "./domain/content.ts";
import type { Connection } from "./ports.ts";

/** How long a description may take. It reads files, and asks OpenCode about sessions. */
const DESCRIBE_LIMIT_MS = 10_000;

/** Of hundreds of requests at once, all would be late if all were described at once. */
const LINE = { atOnce: 8, slowMs: 2_000 };

/** What a request will do, where it comes from, as far as OpenCode tells, and what the rules leave to Slack. */
export type Description = Details & {
  readonly session: SessionInfo;
  readonly offers: Offers;
  /** Missing where not all of it is known. */
  readonly provenance?: Provenance;
  /** Whether the places in that still lead where they led. Does not reject. */
  readonly isInPlace?: () => Promise<boolean>;
};

interface DescriberOptions {
  readonly describe: (request: Ask) => Promise<Description>;
  readonly directory: string;
  readonly home?: string | undefined;
  readonly host: string;
  readonly hooks: Hooks;
  /** What is closed and not forgotten. */
  readonly remembered: () => Iterable<Asked>;
  readonly log: Log;
}

/**
 * Describes a request for the cards of this connection, and remembers how to look at its files again. What becomes known
 * of it later changes nothing.
 */
export type Describer = (
  asked: Pick<Asked, "request" | "closed" | "isCurrent" | "isInPlace" | "provenance">,
  connection: Connection,
) => Promise<CardContent>;

export function createDescriber(options: DescriberOptions): Describer {
  const { describe, directory, home, host, hooks, remembered, log } = options;

  async function describeInTime(request: Ask): Promise<Description> {
    const { kind, requestID, sessionID } = request;
    try {
      const description = await unlessLate(describe(request), DESCRIBE_LIMIT_MS);
      // What was not read whole differs from whatever it is compared with.
      const doubt = hooks[kind].doubtOf(request) ?? description?.doubt;
      if (description !== undefined) return doubt === undefined ? description : { ...description, doubt };
      log.error({ requestID, sessionID }, "request was not described in time");
    } catch (err) {
      log.error({ requestID, sessionID, err }, "request could not be described");
    }
    return hooks[kind].undescribed(request);
  }

  return async (asked, { approvers, cards }) => {
    const { request } = asked;
    const kind = hooks[request.kind];
    const [description, noApprover] = await Promise.all([describeInTime(request), approvers.missing()]);
    asked.isCurrent = description.isCurrent;
    asked.provenance = description.provenance;
    asked.isInPlace = description.isInPlace;
    const raw = {
      request,
      directory,
      ...(home !== undefined && { home }),
      host,
      ...(noApprover && { noApprover }),
    };
    const closed = asked.closed.signal;
    const content = await cards.read({ ...raw, ...description }, closed).catch(async (err: unknown) => {
      closed.throwIfAborted();
      const { requestID, sessionID } = request;
      log.error({ requestID, sessionID, err }, "description could not be read");
      const bare = { ...raw, request: kind.withoutWords(request) };
      return cards.read({ ...bare, ...kind.undescribed(request) }, closed);
    });
    return kind.complete(content, asked, remembered());
  };
}

/** The same for requests that come in bursts. Resolves with undefined for what is closed before its turn. */
export type DescriberInTurn = (...args: Parameters<Describer>) => Promise<CardContent | undefined>;

export function describeInTurn(describe: Describer): DescriberInTurn {
  const inLine = createLine(LINE);
  return async (asked, connection) => inLine(async () => describe(asked, connection), asked.closed.signal);
}
