/**
 * One attempt to have a card in Slack. Its buttons' values are its own, so that a card that was given up can answer
 * nothing.
 */

import { setTimeout as delay } from "node:timers/promises";
import type { PostOutcome, Presence, ShowOutcome } from "./ports.ts";
import type { Reply } from "./domain/ask.ts";
import type { Action, ButtonValues, CardFace, CardRef, RequestThread } from "./domain/card.ts";
import type { CardContent } from "./domain/content.ts";
import type { WholeClick } from "./domain/interaction.ts";
import { isClosed, type CardState, type GoneState } from "./domain/state.ts";
import { createVersions, type Sight } from "./versions.ts";

/** How long a click waits for an update that may have drawn what was pressed. A call to Slack takes 10 s at most. */
const DRAWING_LIMIT_MS = 10_000;

/** A request on a card, whose state changes. */
export interface CardRow {
  /** Another one when its files have changed. */
  content: CardContent;
  readonly values: ButtonValues;
  /** Of the replies that it has values for, those that are left since then; all, as long as it is missing. */
  offered?: readonly Reply[];
  readonly asked: { readonly state: CardState };
  /** How many other open requests "Allow always" would answer at this moment. */
  readonly alsoAnswered: () => number;
  thread?: RequestThread;
}

/** What can change beside an open row's buttons. */
interface RowLook {
  readonly content: CardContent;
  readonly thread: RequestThread | undefined;
  readonly alsoAnswered: number;
}

export interface Card<R extends CardRow = CardRow> {
  readonly attemptID: string;
  readonly rows: readonly R[];
  readonly rejectAll?: string;
  readonly rejectAllAndStop?: string;
  readonly presence: Presence;
  readonly outcome: Promise<PostOutcome>;
  /** How many requests wait behind it now. */
  readonly countWaiting: () => number;
  /** Where it is, once Slack has told. */
  address(): CardRef | undefined;
  /**
   * Shows every row as it is. Calls while an update is on its way share the next one.
   *
   * @param head of the record, which covers the end of a row; the latest one stands on the card.
   * @returns `interrupted` also when the attempt failed: there is nothing to show then.
   */
  show(head?: string): Promise<ShowOutcome>;
  /** Whether the dialog of an "Allow always" says of fewer requests than it would answer now. */
  namesTooFew(): boolean;
  /**
   * What the clicker saw. Waits for an update on its way if that may be it.
   *
   * @param pressed the rows that the button is about.
   */
  sight(click: WholeClick, pressed: readonly Pick<R, "asked">[], action: Action): Promise<Sight>;
  /** Whether Slack has confirmed that the card shows these rows with the content that they have now. */
  shows(pressed: readonly R[]): boolean;
  /**
   * Closes a message that must not be this card: of an attempt that was given up, or a second one of one that was not.
   *
   * @param again what it says of requests that are still open.
   */
  closeVoid(card: CardRef, again: GoneState): Promise<void>;
}

/** Posts the card. */
export function createCard<R extends CardRow>(
  attempt: Pick<
    Card<R>,
    "attemptID" | "rows" | "rejectAll" | "rejectAllAndStop" | "presence" | "countWaiting"
  >,
): Card<R> {
  const { rows, rejectAll, rejectAllAndStop } = attempt;
  const { cards } = attempt.presence;
  let latestHead: string | undefined;
  const face = (waiting = 0): CardFace => ({
    rows: rows.map((row) => ({
      content: row.content,
      values: offeredValues(row),
      state: row.asked.state,
      alsoAnswered: row.alsoAnswered(),
      ...(row.thread !== undefined && { thread: row.thread }),
    })),
    ...(rejectAll !== undefined && { rejectAll }),
    ...(rejectAllAndStop !== undefined && { rejectAllAndStop }),
    waiting,
    ...(latestHead !== undefined && { head: latestHead }),
  });
  const versions = createVersions<readonly RowLook[]>();
  let look: readonly RowLook[] = lookNow();
  const outcome = cards.post(face()).then(notePosted);
  let address: CardRef | undefined;
  let isStale = false;
  let drawing: Promise<ShowOutcome> | undefined;

  function notePosted(posted: PostOutcome): PostOutcome {
    if (posted.kind !== "posted") return posted;
    address = posted.card;
    versions.add(posted.version, look);
    return posted;
  }

  function lookNow(): readonly RowLook[] {
    return rows.map(({ content, thread, alsoAnswered }) => ({
      content,
      thread,
      alsoAnswered: alsoAnswered(),
    }));
  }

  function drawnFace(): CardFace {
    isStale = false;
    look = lookNow();
    return face(attempt.countWaiting());
  }

  async function draw(): Promise<ShowOutcome> {
    try {
      await outcome;
      if (address === undefined) return "interrupted";
      for (;;) {
        const shown = await cards.show(address, drawnFace, (version) => versions.add(version, look));
        if (shown === "interrupted" || !isStale) return shown;
      }
    } finally {
      // In the same tick as the last look at isStale: what changes next must begin a new drawing.
      drawing = undefined;
    }
  }

  return {
    ...attempt,
    outcome,
    address: () => address,
    async show(head) {
      latestHead = head ?? latestHead;
      isStale = true;
      drawing ??= draw();
      return drawing;
    },
    namesTooFew: () =>
      rows.some(({ alsoAnswered }, place) => alsoAnswered() > (look[place]?.alsoAnswered ?? 0)),
    async sight(click, pressed, action) {
      const places = pressed.map(({ asked }) => rows.findIndex((row) => row.asked === asked));
      const isSame = (before: readonly RowLook[], now: readonly RowLook[]): boolean =>
        places.every((place) => isSameLook(before[place], now[place], action));
      const sight = versions.judge(click, isSame);
      if (sight !== "altered" || drawing === undefined) return sight;
      const isDrawn = await Promise.race([
        drawing.then(() => true),
        delay(DRAWING_LIMIT_MS, false, { ref: false }),
      ]);
      return isDrawn ? versions.judge(click, isSame) : "earlier";
    },
    shows: (pressed) =>
      pressed.every((row) => versions.latest()?.[rows.indexOf(row)]?.content === row.content),
    async closeVoid(card, again) {
      const voidRows = rows.map(({ content, asked: { state } }) => ({
        content,
        values: {},
        alsoAnswered: 0,
        state: isClosed(state) ? state : again,
      }));
      await cards.show(card, () => ({ rows: voidRows }));
    },
  };
}

/** Whether a row may still have this button: all that reject stay. */
export function isOffered({ offered }: Pick<CardRow, "offered">, action: Action): boolean {
  return offered === undefined || (action !== "once" && action !== "always") || offered.includes(action);
}

function offeredValues(row: CardRow): ButtonValues {
  const { once, always, ...rejects } = row.values;
  return {
    ...rejects,
    ...(once !== undefined && isOffered(row, "once") && { once }),
    ...(always !== undefined && isOffered(row, "always") && { always }),
  };
}

/** Only the dialog of "Allow always" names how many requests that answers. */
function isSameLook(before: RowLook | undefined, now: RowLook | undefined, action: Action): boolean {
  return (
    before?.content === now?.content &&
    before?.thread?.state === now?.thread?.state &&
    (action !== "always" || before?.alsoAnswered === now?.alsoAnswered)
  );
}
