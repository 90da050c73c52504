/** A card: what it shows, what it can be pressed on, and where it is. */

import type { CardContent } from "./content.ts";
import type { Control } from "./control.ts";
import type { Mute } from "./mute.ts";
import type { LastPress } from "./press-note.ts";
import type { CardState } from "./state.ts";

/** What is known of a card whose process is gone: no word of the requests themselves. */
export interface Orphan {
  /** As of an ask, or one that a newer release knows; missing where nobody has noted the card. */
  readonly kind?: string;
  readonly permission?: string;
  readonly directory?: string;
  /** How many requests the card shows; one where it is not said. */
  readonly requests?: number;
  /** Whether it allowed something for a time, which ended with its process. */
  readonly granted?: boolean;
}

/** How a request stands in the thread of a card that has no room for it: in a few messages, or in a file. */
export type ThreadForm = "messages" | "snippet";

/** How far a request is in the thread of its card. */
export type ThreadState = "coming" | "complete" | "refused";

/** A request in the thread of its card. */
export interface RequestThread {
  readonly form: ThreadForm;
  readonly state: ThreadState;
}

/** One request as a card shows it. The controls are there as long as the request is open, or allowed for a time. */
export interface Row {
  readonly content: CardContent;
  readonly state: CardState;
  readonly controls: readonly Control[];
  /** Missing where all of the request is on the card, or nowhere in Slack. */
  readonly thread?: RequestThread;
  /** Whether its session had another open ask when this was drawn, which a Reject rejects, too. */
  readonly hasOthers?: boolean;
}

/** What a card shows: one request, or several that had to wait for Slack together. Each row keeps its place. */
export interface CardFace {
  readonly rows: readonly Row[];
  /** Of the whole card. */
  readonly controls: readonly Control[];
  /** Requests of its session that wait until one of the session's open cards is closed. */
  readonly waiting?: number;
  /** For how long new cards are muted; missing where they are not. */
  readonly mute?: Mute;
  /** Of the record, as it was when the latest row was closed. */
  readonly head?: string;
  /** Missing where there is nothing to say of one. */
  readonly lastPress?: LastPress;
}

/** Where a card is: Slack's address of a message. */
export interface CardRef {
  readonly channel: string;
  readonly ts: string;
}

/** Everything on a card that can be read or pressed, as Slack writes it out: for Slack's room alone to read. */
export interface Wording {
  /** The same where nothing differs that counts; short, so that it can be kept. */
  readonly digest: string;
  /** What it takes to say what differs, packed. Kept of the latest versions only. */
  readonly writings?: readonly Uint8Array[];
}

/** What Slack says that a card is, after a post or an update of ours; each part is missing where Slack does not say. */
export interface CardVersion {
  readonly wording?: Wording;
  /** Since when, by Slack's clock, in milliseconds since 1970. */
  readonly at?: number;
  /** How far from that it may have been, before or after; exact where it is missing. */
  readonly grainMs?: number;
  /** The Slack app that posted it. */
  readonly appID?: string;
}
