/**
 * One attempt to have a card in Slack. Its buttons' values are its own, so that a card that was given up can answer
 * nothing.
 */

import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Connection, PostOutcome, ShowOutcome } from "./ports.ts";
import type { CardFace, CardRef, RequestThread, Row, Wording } from "./domain/card.ts";
import type { CardContent } from "./domain/content.ts";
import type { Control, Dialog, Effect } from "./domain/control.ts";
import type { WholePress } from "./domain/interaction.ts";
import type { Mute } from "./domain/mute.ts";
import { isClosed, type CardState, type GoneState } from "./domain/state.ts";
import { createOptimisticCheck, type Sight } from "./optimistic-check.ts";
import { createNotedPress, type NotedPress } from "./noted-press.ts";

/** How long a press waits for an update that may have drawn what was pressed. A call to Slack takes 10 s at most. */
const DRAWING_LIMIT_MS = 10_000;

/** A request on a card, whose state changes. */
export interface CardRow {
  /** Another one when its files have changed. */
  content: CardContent;
  /** What can be pressed at this moment. */
  readonly controls: () => readonly Control[];
  readonly asked: { readonly state: CardState };
  /** How many other open requests "Allow always" would answer at this moment. */
  readonly alsoAnswered: () => number;
  /** Whether its session has another open request at this moment. */
  readonly hasOthers: () => boolean;
  thread?: RequestThread;
}

/** A row as it was drawn. */
interface RowLook extends Row {
  readonly alsoAnswered: number;
}

export interface Card<R extends CardRow = CardRow> {
  readonly attemptID: string;
  readonly rows: readonly R[];
  /** Of the whole card. */
  readonly controls: readonly Control[];
  readonly connection: Connection;
  readonly outcome: Promise<PostOutcome>;
  /** How many requests wait behind it now. */
  readonly countWaiting: () => number;
  /** For how long new cards are muted now. */
  readonly mute: () => Mute | undefined;
  /** Aborts when Slack says that somebody has deleted it: from then on it answers nothing. */
  readonly deleted: AbortSignal;
  /** Where it is, once Slack has told, and until it is deleted. */
  address(): CardRef | undefined;
  /**
   * Shows every row as it is. Calls while an update is on its way share the next one.
   *
   * @param head of the record, which covers the end of a row; the latest one stands on the card.
   * @returns `interrupted` also when the attempt failed: there is nothing to show then.
   */
  show(head?: string): Promise<ShowOutcome>;
  /** What it says of the last press from its next drawing on, for a while. */
  readonly lastPress: Pick<NotedPress, "note" | "current" | "isNew">;
  /**
   * Draws it for what it is to say of a press: once, so that nobody who has something else to show waits for another try.
   *
   * @returns `interrupted` when it does not show that.
   */
  showNote(): Promise<ShowOutcome>;
  /** Whether it says otherwise of the mute than it is now. */
  isMuteNews(): boolean;
  /** Whether the dialog of an "Allow always" says of fewer requests than it would answer now. */
  namesTooFew(): boolean;
  /**
   * What whoever pressed saw. If an update on its way may be it, or says more of what would be answered, waits for that;
   * or takes it for an earlier version.
   *
   * @param pressed the rows that the control is about.
   */
  sight(
    press: WholePress,
    pressed: readonly Pick<R, "asked">[],
    control: Pick<Control, "name">,
    mayWait: boolean,
  ): Promise<Sight>;
  /** Where the card differs from what somebody saw: paths, without a word of it. */
  differences(seen: Wording): readonly string[];
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
  attempt: Pick<Card<R>, "attemptID" | "rows" | "controls" | "connection" | "countWaiting" | "mute">,
): Card<R> {
  const { rows, controls } = attempt;
  const { cards } = attempt.connection;
  let latestHead: string | undefined;
  let drawnMute: Mute | undefined;
  const lastPress = createNotedPress(rows);
  const check = createOptimisticCheck<readonly RowLook[]>((told, seen) => cards.differences(told, seen));
  let look: readonly RowLook[] = lookNow();
  const outcome = cards.post(face(0)).then(notePosted);
  let address: CardRef | undefined;
  const deletion = new AbortController();
  let isStale = false;
  let drawing: Promise<ShowOutcome> | undefined;

  function notePosted(posted: PostOutcome): PostOutcome {
    if (posted.kind !== "posted") return posted;
    address = posted.card;
    check.add(posted.version, look);
    return posted;
  }

  function noteDeleted(): void {
    address = undefined;
    deletion.abort();
  }

  function lookNow(): readonly RowLook[] {
    return rows.map((row) => ({
      content: row.content,
      state: row.asked.state,
      controls: row.controls(),
      alsoAnswered: row.alsoAnswered(),
      ...(row.hasOthers() && { hasOthers: true }),
      ...(row.thread !== undefined && { thread: row.thread }),
    }));
  }

  function face(waiting: number): CardFace {
    const press = lastPress.drawing();
    drawnMute = attempt.mute();
    return {
      rows: look,
      controls: controls.filter(({ effect }) => isFitting(effect, drawnMute !== undefined)),
      waiting,
      ...(latestHead !== undefined && { head: latestHead }),
      ...(press !== undefined && { lastPress: press }),
      ...(drawnMute !== undefined && { mute: drawnMute }),
    };
  }

  function drawnFace(): CardFace {
    isStale = false;
    look = lookNow();
    return face(attempt.countWaiting());
  }

  async function draw(isForNote = false): Promise<ShowOutcome> {
    try {
      await outcome;
      if (address === undefined) return deletion.signal.aborted ? "deleted" : "interrupted";
      for (let isSpare = isForNote; ; isSpare = false) {
        const shown = await cards.show(address, drawnFace, (version) => check.add(version, look), isSpare);
        if (shown === "deleted") noteDeleted();
        const mayGoOn = shown === "done" || (shown === "interrupted" && isSpare);
        if (!isStale || !mayGoOn) return shown;
      }
    } finally {
      // In the same tick as the last look at isStale: what changes next must begin a new drawing.
      drawing = undefined;
    }
  }

  /** Whether the control's dialog says on the card, as far as Slack has told, what it would say now. */
  function saysWhatIs(places: readonly number[], name: string): boolean {
    const [told, now] = [check.latest(), lookNow()];
    return places.every((place) =>
      isDeepStrictEqual(dialogOf(told?.[place], name), dialogOf(now[place], name)),
    );
  }

  return {
    ...attempt,
    outcome,
    deleted: deletion.signal,
    address: () => address,
    async show(head) {
      latestHead = head ?? latestHead;
      isStale = true;
      drawing ??= draw();
      return drawing;
    },
    lastPress,
    async showNote() {
      // One that is on its way may show it.
      await drawing;
      if (!lastPress.isNew()) return "done";
      const shown = await (drawing ??= draw(true));
      if (shown === "interrupted") lastPress.undrawn();
      return shown;
    },
    isMuteNews: () => attempt.mute() !== drawnMute,
    namesTooFew: () =>
      rows.some(({ alsoAnswered }, place) => alsoAnswered() > (look[place]?.alsoAnswered ?? 0)),
    async sight(press, pressed, { name }, mayWait) {
      const places = pressed.map(({ asked }) => rows.findIndex((row) => row.asked === asked));
      const isSame = (before: readonly RowLook[], now: readonly RowLook[]): boolean =>
        places.every((place) => isSameLook(before[place], now[place], name));
      const sight = check.judge(press, isSame);
      const isSettled = sight === "other-app" || (sight === "latest" && saysWhatIs(places, name));
      if (isSettled || drawing === undefined) return sight;
      if (!mayWait) return "earlier";
      const isDrawn = await Promise.race([
        drawing.then(() => true),
        delay(DRAWING_LIMIT_MS, false, { ref: false }),
      ]);
      return isDrawn ? check.judge(press, isSame) : "earlier";
    },
    differences: (seen) => check.differences(seen),
    shows: (pressed) => pressed.every((row) => check.latest()?.[rows.indexOf(row)]?.content === row.content),
    async closeVoid(card, again) {
      const voidRows = rows.map(({ content, asked: { state } }) => ({
        content,
        controls: [],
        state: isClosed(state) ? state : again,
      }));
      await cards.show(card, () => ({ rows: voidRows, controls: [] }));
    },
  };
}

/** Whether a control does anything as long as new cards are muted, or are not. */
function isFitting({ kind }: Effect, isMuted: boolean): boolean {
  if (kind === "mute") return !isMuted;
  return kind !== "unmute" || isMuted;
}

/** Of what can change, that which a person may go by who presses this control. */
function isSameLook(before: RowLook | undefined, now: RowLook | undefined, name: string): boolean {
  return (
    before?.content === now?.content &&
    before?.thread?.state === now?.thread?.state &&
    isDeepStrictEqual(dialogOf(before, name), dialogOf(now, name))
  );
}

function dialogOf(look: RowLook | undefined, name: string): Dialog | undefined {
  return look?.controls.find((control) => control.name === name)?.dialog;
}
