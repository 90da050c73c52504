/** Cards in a Slack channel: post, show, and ephemeral messages to whoever pressed. */

import type { WebClient } from "@slack/web-api";
import { backoffMs } from "../../system/backoff.ts";
import type { Log } from "../../system/log.ts";
import { pause } from "../../system/pause.ts";
import { inOnePiece } from "../../system/sliced.ts";
import type { CardFace, CardRef, CardVersion } from "../../gateway/domain/card.ts";
import type { RawContent } from "../../gateway/domain/content.ts";
import type { CardState } from "../../gateway/domain/state.ts";
import type { Cards, PostOutcome, ShowOutcome } from "../../gateway/ports.ts";
import type { Slices } from "../../system/slices.ts";
import { renderEphemeral } from "../people/ephemerals.ts";
import { renderCard } from "./blocks.ts";
import type { RenderedCard } from "./card-parts.ts";
import { withMention, type Mention } from "./mentions.ts";
import { renderOrphan } from "./orphan-card.ts";
import { countFitting, fits, offeredReplies } from "./readable.ts";
import { createCall, PLAIN, type Call } from "../connection/calls.ts";
import { showAnswer, showContent, showOrphan } from "../../sanitize/content.ts";
import type { Meaning } from "../connection/error-codes.ts";
import { createJudge } from "../connection/errors.ts";
import type { InstallationFinder } from "../people/installation.ts";
import { findThreadForm } from "./thread.ts";
import { createThreadFiller } from "./thread-filler.ts";
import { createReminders } from "./reminders.ts";
import { createReach } from "../connection/reach.ts";
import { createTokenBucket, type Limit, type TokenBucket } from "../connection/token-bucket.ts";
import { differencesOf, parseVersion } from "./card-check.ts";
import type { CardCheck } from "./check-setting.ts";

/**
 * About one a second for each channel, with short bursts: https://docs.slack.dev/apis/web-api/rate-limits. A little
 * slower, since calls do not all take the same time to get there.
 */
const POST_LIMIT = { burst: 3, everyMs: 1_100 };
/** Slack's tier 3, 50 a minute. */
const UPDATE_LIMIT = { burst: 50, everyMs: 1_200 };
/** Of these, cards that are drawn only to say what came of a press: over all, a fifth of what one channel may have. */
const SPARE_LIMIT = { burst: 5, everyMs: 6_000 };
/** Slack's tier 4, 100 a minute. */
const TELL_LIMIT = { burst: 100, everyMs: 600 };
/** How long an ephemeral message is tried: later nobody understands it any more. */
const TELL_LIMIT_MS = 120_000;

/** Characters of details that have room in the messages of a thread, whatever is escaped in them. */
const SHORT_LIMIT = 3_000;

const UPLOAD_SCOPE = "files:write";

interface CardsOptions {
  readonly client: WebClient;
  readonly installation: InstallationFinder;
  /** By which presses find their way to this process. */
  readonly memberID: string;
  /** Where cards are posted: a channel's ID, or a person's for a direct message. */
  readonly channel: string;
  /** Whom a new card notifies. */
  readonly mention: Mention;
  /** People who may answer, by their IDs: somebody who may not is told whom to ask. */
  readonly approverIDs: readonly string[];
  /** Our own, which no card may show. */
  readonly secrets: readonly string[];
  /** Whether a request that is too long for a card may be allowed when all of it is in the card's thread. */
  readonly allowFromThread: boolean;
  readonly check: CardCheck;
  /** Tells the user of OpenCode what to mend. */
  readonly advise: (advice: string) => void;
  /** Ends the retries. */
  readonly signal: AbortSignal;
  readonly slices: Slices;
  readonly log: Log;
}

/** What is not named in an update stays, also what somebody else has put there. */
const NOTHING_ELSE = { attachments: [] };

/** What becomes of an attempt that Slack refuses. For a channel one waits: somebody may invite the app at any time. */
const POSTED_AS: Readonly<Record<Meaning, PostOutcome>> = {
  app: { kind: "refused", fault: "app" },
  channel: { kind: "failed" },
  message: { kind: "refused", fault: "message" },
  deleted: { kind: "refused", fault: "message" },
  presser: { kind: "refused", fault: "message" },
  later: { kind: "failed" },
};

/** What becomes of a card that Slack refuses to change. */
const SHOWN_AS: Readonly<Record<Exclude<Meaning, "later">, ShowOutcome>> = {
  app: "interrupted",
  channel: "lost",
  message: "lost",
  presser: "lost",
  deleted: "deleted",
};

export function createCards(options: CardsOptions): Cards {
  const { client, installation, memberID, channel, mention, secrets, allowFromThread, check } = options;
  const { advise, signal, slices, log } = options;
  const postBucket = createTokenBucket(POST_LIMIT);
  const updateBucketOf = createBucketsByChannel(UPDATE_LIMIT);
  const spareBucket = createTokenBucket(SPARE_LIMIT);
  const tellBucketOf = createBucketsByChannel(TELL_LIMIT);

  const reach = createReach(client, signal, log);
  const call = createCall(reach, advise, log);
  /** An orphan may be in a channel that its user has left long ago: nothing there is to be mended. */
  const callQuietly = createCall(reach, () => undefined, log);
  const fillThread = createThreadFiller(client, call, postBucket, reach, log);
  let judgePost = createJudge();

  /** As {@link TokenBucket.take}, when Slack can be reached. */
  async function takeToken(bucket: TokenBucket, ended: AbortSignal): Promise<number> {
    await reach.back(ended);
    return bucket.take(ended);
  }

  /** A text that nobody thought of may stop the drawing of its own card, and nothing else. */
  function draw(render: () => RenderedCard): RenderedCard | undefined {
    try {
      return render();
    } catch (err) {
      log.error({ err }, "card could not be drawn");
      return undefined;
    }
  }

  /** A whole card is read, so it has a turn of its own. */
  async function readVersion(...answer: [message: unknown, posted: RenderedCard, postedAt?: string]) {
    return slices.run(inOnePiece(() => parseVersion(check, ...answer)));
  }

  /** Changes a card, trying until Slack shows it or never will. */
  async function show(
    { channel: cardChannel, ts }: CardRef,
    render: () => RenderedCard,
    send: Call,
    drawn?: (version: CardVersion | undefined) => void,
    isSpare = false,
  ): Promise<ShowOutcome> {
    const bucket = updateBucketOf(cardChannel);
    const judge = createJudge();
    let isTriedOnce = isSpare;
    for (let failures = 0; (await takeToken(bucket, signal)) > 0; failures += 1) {
      // Many cards may be due at the same moment.
      const card = await slices.run(inOnePiece(() => draw(render)));
      if (card === undefined) return "interrupted";
      const called = await send("card could not be changed", bucket, async () =>
        client.chat.update({ channel: cardChannel, ts, ...card, ...NOTHING_ELSE }),
      );
      if (called.kind === "answered") drawn?.(await readVersion(called.answer.message, card));
      if (called.kind === "unanswered") drawn?.(undefined);
      if (called.kind === "answered") return "done";
      const meaning = judge(called);
      if (meaning !== "later") return SHOWN_AS[meaning];
      // What nobody knows of a card, its next press would be refused for.
      isTriedOnce &&= called.kind !== "unanswered";
      if (isTriedOnce) return "interrupted";
      if (called.kind !== "limited") await pause(backoffMs(failures), signal);
    }
    return "interrupted";
  }

  const mayUpload = (): boolean =>
    allowFromThread && installation.known()?.scopes.includes(UPLOAD_SCOPE) === true;

  return {
    async read(raw, closed) {
      if (allowFromThread && !isShort(raw)) await installation.find();
      return slices.run(showContent(raw, secrets, mayUpload()), closed);
    },
    offers: (content, form) => offeredReplies(content, form !== undefined || fits(content)),
    threadForm: (content) => (allowFromThread ? findThreadForm(content, mayUpload()) : undefined),
    fit: countFitting,
    turn: async (ended) => takeToken(postBucket, ended),

    async post(face) {
      const card = await slices.run(
        inOnePiece(() => draw(() => withMention(renderCard(withWords(face, secrets), memberID), mention))),
      );
      if (card === undefined) return { kind: "refused", fault: "message" };
      const called = await call("card could not be posted", postBucket, async () =>
        client.chat.postMessage({ channel, ...card, ...PLAIN }),
      );
      switch (called.kind) {
        case "answered": {
          judgePost = createJudge();
          const { channel: postedChannel, ts, message } = called.answer;
          if (!postedChannel || !ts) return { kind: "unknown" };
          return {
            kind: "posted",
            card: { channel: postedChannel, ts },
            version: await readVersion(message, card, ts),
          };
        }
        case "limited":
          return { kind: "limited" };
        case "unsent":
          return { kind: "failed" };
        case "unanswered":
          return { kind: "unknown" };
        case "refused":
          return POSTED_AS[judgePost(called)];
      }
    },

    fillThread,
    ...createReminders({ ...options, call, callQuietly, postBucket, reach }),
    differences: (told, seen) => differencesOf(check, told, seen),
    show: async (card, face, drawn, isSpare) =>
      show(card, () => renderCard(withWords(face(), secrets), memberID), call, drawn, isSpare),
    async spareTurn({ channel: cardChannel }, isLast, ended) {
      const taken = await (isLast ? spareBucket.takeLast(ended) : spareBucket.take(ended));
      await reach.back(ended);
      return taken > 0 && updateBucketOf(cardChannel).calm(ended);
    },
    closeOrphan: async (card, orphan, state) =>
      show(card, () => renderOrphan(showOrphan(orphan, secrets), state), callQuietly),

    async tell({ userID, card }, outcome) {
      const text = renderEphemeral(outcome, options.approverIDs);
      const bucket = tellBucketOf(card.channel);
      const judge = createJudge();
      const ended = AbortSignal.any([signal, AbortSignal.timeout(TELL_LIMIT_MS)]);
      for (let failures = 0; (await takeToken(bucket, ended)) > 0; failures += 1) {
        const called = await call("whoever pressed could not be told", bucket, async () =>
          client.chat.postEphemeral({ channel: card.channel, user: userID, text }),
        );
        if (called.kind === "answered" || judge(called) !== "later") return;
        if (called.kind !== "limited") await pause(backoffMs(failures), ended);
      }
      log.warn({ userID, ...card, outcome: outcome.kind }, "whoever pressed was never told");
    },
  };
}

/** What somebody wrote to the agent, as a card may show it. */
function withWords(face: CardFace, secrets: readonly string[]): CardFace {
  return { ...face, rows: face.rows.map((row) => ({ ...row, state: withWordsOf(row.state, secrets) })) };
}

function withWordsOf(state: CardState, secrets: readonly string[]): CardState {
  if (state.kind !== "replied" || state.by.kind !== "approver") return state;
  return { ...state, answer: showAnswer(state.answer, secrets) };
}

function isShort({ details }: RawContent): boolean {
  return details.reduce((length, { label, text }) => length + label.length + text.length, 0) <= SHORT_LIMIT;
}

/** Slack counts each channel by itself. */
function createBucketsByChannel(limit: Limit): (channel: string) => TokenBucket {
  const bucket = new Map<string, TokenBucket>();
  return (channel) => {
    const known = bucket.get(channel) ?? createTokenBucket(limit);
    bucket.set(channel, known);
    return known;
  };
}
