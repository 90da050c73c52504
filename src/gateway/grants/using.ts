/** Answers a request by a grant, instead of a card: as long as everything can be looked at, and is as it was. */

import { isDeepStrictEqual } from "node:util";
import { noteTold, submitPress, type Asked } from "../asked.ts";
import type { Answer } from "../domain/ask.ts";
import type { CardContent } from "../domain/content.ts";
import type { Refusal } from "../domain/interaction.ts";
import { grantMinutesOf } from "../domain/permission-controls.ts";
import { isClosed } from "../domain/state.ts";
import { idsOf, isFree } from "../pressed.ts";
import type { Approvers, Audit, Cards, Connection, Replies } from "../ports.ts";
import type { Log } from "../../system/log.ts";
import { unlessLate } from "../../system/pause.ts";
import type { Grants, HeldGrant } from "./grants.ts";
import type { Use } from "./register.ts";

/** How long Slack may take to be asked about the approver, and to show that a grant is used: then a card asks. */
const SLACK_LIMIT_MS = 5_000;

const ONCE: Answer = { kind: "permission", reply: "once" };

/** Of whoever gave a grant: by now they are no approver, and nobody only fails to say so. */
const NO_APPROVER: ReadonlySet<Refusal> = new Set(["not-listed", "other-workspace", "channel-not-private"]);

/** Why a grant does not answer a request, for the log. */
type Hindrance =
  /** It may not be allowed for as long any more, or would be shown otherwise. */
  | "otherwise"
  | "approver"
  /** A press of Revoke would not reach this process. */
  | "deaf"
  | "card"
  | "record"
  /** The grant has ended, or the request was answered meanwhile. */
  | "over"
  /** OpenCode was told, and did not confirm it. */
  | "unconfirmed";

interface UsingOptions {
  readonly grants: Pick<Grants, "find">;
  readonly replies: Replies;
  readonly audit: Pick<Audit, "used">;
  readonly log: Log;
}

/**
 * Answers a request that has no card by a grant, if there is one for it.
 *
 * @param content of the request, as it was described just now.
 * @param connection the request's own. Does not reject; whether the request is answered, its state says.
 */
export type UseGrant = (asked: Asked, content: CardContent, connection: Connection) => Promise<void>;

export function createUsing({ grants, replies, audit, log }: UsingOptions): UseGrant {
  /** In this order: nothing is counted that may not be used, and nothing recorded that cannot be counted. */
  async function use(
    asked: Asked,
    content: CardContent,
    held: HeldGrant,
    connection: Connection,
  ): Promise<Hindrance | undefined> {
    if (!isAsGranted(content, held, connection.cards)) return "otherwise";
    if (!(await isApprover(held, connection.approvers))) return "approver";
    if (!connection.hears()) return "deaf";
    const { grant, card } = held;
    if (!grant.isLive()) return "over";
    const counted = grant.use();
    try {
      return await take(asked, held, counted, connection);
    } finally {
      // Not waited for: it may be this that takes long. As the grant stands then, the card will say.
      if (grant.takeBack(counted) === "taken-back")
        card.show().catch((err: unknown) => log.error({ err }, "card could not be drawn again"));
    }
  }

  async function take(
    asked: Asked,
    held: HeldGrant,
    counted: Use,
    { hears }: Pick<Connection, "hears">,
  ): Promise<Hindrance | undefined> {
    const { grant } = held;
    if (!(await isShown(held))) return "card";
    if (!mayAnswer(asked, held)) return "over";
    const { userID, teamID } = grant.granter;
    const recorded = await audit.used(asked.request, { userID, teamID, grant: held.asked.request });
    if (recorded === "failed") return "record";
    // Slack and the disk took their time.
    if ((await asked.isInPlace?.()) !== true) return "otherwise";
    if (!hears()) return "deaf";
    // Last of all: whoever has revoked it by now is not answered against.
    if (!mayAnswer(asked, held)) return "over";
    return reply(asked, held, counted);
  }

  async function reply(
    asked: Asked,
    { grant: { granter, ended } }: HeldGrant,
    counted: Use,
  ): Promise<Hindrance | undefined> {
    const by = { ...granter, isByGrant: true } as const;
    asked.submitted = submitPress(by, ONCE);
    counted.stage = "being-told";
    const outcome = await replies.send(asked.request, ONCE, asked.closed.signal, ended);
    noteTold(asked);
    log.info({ ...idsOf([{ asked }]), userID: granter.userID, outcome }, "reply by a grant");
    const { state } = asked;
    const isItsOwn = state.kind === "replied" && state.by.kind === "grant";
    // What was not confirmed may come to run all the same.
    counted.stage = isItsOwn || !isClosed(state) ? "told" : "counted";
    if (!isClosed(state)) return "unconfirmed";
    return isItsOwn ? undefined : "over";
  }

  return async (asked, content, connection) => {
    const held = grants.find(asked);
    if (held === undefined) return;
    const ids = { ...idsOf([{ asked }]), grantedBy: held.asked.request.requestID };
    try {
      const hindrance = await use(asked, content, held, connection);
      if (hindrance === undefined) log.info({ ...ids, uses: held.grant.state().uses }, "allowed by a grant");
      else log.warn({ ...ids, hindrance }, "a grant does not answer this request");
    } catch (err) {
      log.error({ ...ids, err }, "a grant could not be used");
    }
  };
}

/** That its card can be changed now says that Slack can be reached, and that people see the use and can revoke it. */
async function isShown({ grant, card }: HeldGrant): Promise<boolean> {
  const shown = await unlessLate(card.show(), SLACK_LIMIT_MS);
  if (shown === "deleted" || shown === "lost") grant.end({ reason: "card-lost" });
  return shown === "done";
}

/** Whoever gave it must still be one who may: what nobody can tell now is no yes. */
async function isApprover({ grant }: HeldGrant, approvers: Approvers): Promise<boolean> {
  const asking = approvers.refusal(grant.granter).then((refusal) => ({ refusal }));
  const answer = await unlessLate(asking, SLACK_LIMIT_MS);
  if (answer?.refusal !== undefined && NO_APPROVER.has(answer.refusal)) grant.end({ reason: "not-approver" });
  return answer !== undefined && answer.refusal === undefined;
}

/** Whether a card of the request would offer the same, and show just what the approver had before them. */
function isAsGranted(content: CardContent, held: HeldGrant, cards: Cards): boolean {
  const form = cards.threadForm(content);
  const offered = { replies: cards.offers(content, form), isAlone: true, isInThread: form !== undefined };
  return (
    grantMinutesOf(content, offered) === held.grant.minutes &&
    isDeepStrictEqual(shownOf(content), shownOf(held.content))
  );
}

/** Titles of sessions change as they go on, and what was rejected before is of another request. */
function shownOf({
  rejectedAt: _rejected,
  session: { titles: _titles, ...session },
  ...content
}: CardContent) {
  return { ...content, session };
}

function mayAnswer(asked: Asked, { grant }: HeldGrant): boolean {
  return grant.isLive() && isFree({ asked });
}
