/** Requests on their way to a card. Those that would have to wait for each other share one. */

import type { Asked, AskedRow } from "./asked.ts";
import { backoffMs } from "./backoff.ts";
import type { Card } from "./card.ts";
import { pause } from "./pause.ts";
import { isClosed, type CardContent } from "./permission.ts";
import type { Presence } from "./ports.ts";

/** What OpenCode asks at once comes within some milliseconds. */
const GATHER_MS = 50;

/**
 * How a request's way to a card ended. `closed`: before Slack had one. `refused`: Slack will take no card for it, or
 * none at all before a person has repaired the app.
 */
export type Placing =
  | { readonly kind: "posted"; readonly card: Card<AskedRow> }
  | { readonly kind: "closed" }
  | { readonly kind: "refused"; readonly fault: "message" | "app" };

export interface PostingOptions {
  /** One attempt. */
  readonly post: (presence: Presence, rows: readonly Pick<AskedRow, "asked" | "content">[]) => Card<AskedRow>;
  readonly signal: AbortSignal;
}

export interface Posting {
  /** Posts until Slack has a card that shows the request, the request is closed, or Slack refuses. Does not reject. */
  place(asked: Asked, content: CardContent, presence: Presence): Promise<Placing>;
}

interface Waiting {
  /** Who came first gets the first card. */
  readonly number: number;
  readonly asked: Asked;
  readonly content: CardContent;
  readonly presence: Presence;
  readonly settle: (placing: Placing | Promise<never>) => void;
  /** Slack refused a card with this request and others, so it gets one of its own. */
  readonly isAlone?: boolean;
  /** Slack refused even that, so its card only says that there is a request. */
  readonly isWithheld?: boolean;
}

export function createPosting({ post, signal }: PostingOptions): Posting {
  let waiting: Waiting[] = [];
  let placed = 0;
  let isRunning = false;
  let failures = 0;
  let resting = Promise.resolve();

  async function run(): Promise<void> {
    try {
      await pause(GATHER_MS, signal);
      for (let [first] = waiting; first !== undefined; [first] = waiting) {
        await resting;
        const batch = take(await first.presence.cards.turn(signal));
        attempt(batch).catch((error: unknown) => failAll(batch, error));
      }
    } catch (error) {
      failAll(waiting.splice(0), error);
    } finally {
      isRunning = false;
    }
  }

  function start(): void {
    if (isRunning) return;
    isRunning = true;
    void run();
  }

  /** Takes those that share the next card: as few as it takes for all that wait to have one now, if that is possible. */
  function take(turns: number): readonly Waiting[] {
    settleAll(
      waiting.filter(({ asked }) => isClosed(asked.state)),
      { kind: "closed" },
    );
    waiting = waiting.filter(({ asked }) => !isClosed(asked.state));
    const share = Math.ceil(waiting.length / Math.max(1, turns));
    return waiting.splice(0, Math.min(share, countSharing()));
  }

  function countSharing(): number {
    const [first] = waiting;
    if (first === undefined || first.isAlone === true) return 1;
    const end = waiting.findIndex(({ isAlone }) => isAlone);
    return first.presence.cards.fit(
      waiting.slice(0, end === -1 ? undefined : end).map(({ content }) => content),
    );
  }

  async function attempt(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    const card = post(first.presence, batch);
    const outcome = await card.outcome;
    switch (outcome.kind) {
      case "posted":
        failures = 0;
        return settleAll(batch, { kind: "posted", card });
      case "limited":
        return putBack(batch);
      case "failed":
      case "unknown":
        resting = pause(backoffMs(failures), signal);
        failures += 1;
        return putBack(batch);
      case "refused":
        return outcome.fault === "app" || first.isWithheld === true
          ? settleAll(batch, outcome)
          : putBack(batch.length > 1 ? batch.map(setApart) : batch.map(withhold));
    }
  }

  function putBack(batch: readonly Waiting[]): void {
    waiting = [...waiting, ...batch].sort((one, other) => one.number - other.number);
    start();
  }

  return {
    async place(asked, content, presence) {
      return new Promise((settle) => {
        waiting.push({ number: (placed += 1), asked, content, presence, settle });
        start();
      });
    },
  };
}

function setApart(waiting: Waiting): Waiting {
  return { ...waiting, isAlone: true };
}

function withhold({ content, ...waiting }: Waiting): Waiting {
  const details = [{ label: "Not shown", text: content.request.permission }];
  const doubt = "Slack does not take a card that shows it, so it can be allowed in OpenCode only.";
  return { ...waiting, content: { ...content, details, doubt }, isAlone: true, isWithheld: true };
}

function settleAll(batch: readonly Waiting[], placing: Placing): void {
  for (const { settle } of batch) settle(placing);
}

function failAll(batch: readonly Waiting[], error: unknown): void {
  for (const { settle } of batch) settle(Promise.reject(error));
}
