/** Requests that wait for a card. */

import type { Asked, AskedRow } from "./asked.ts";
import type { Card } from "./card.ts";
import type { CardContent } from "./domain/content.ts";
import type { Connection } from "./ports.ts";
import { rootOf } from "./room.ts";

/**
 * How a request's way to a card ended. `closed`: before Slack had one. `refused`: Slack will take no card for it, or
 * none at all before a person has repaired the app.
 */
export type Placing =
  | { readonly kind: "posted"; readonly card: Card<AskedRow> }
  | { readonly kind: "closed" }
  | { readonly kind: "refused"; readonly fault: "message" | "app" };

export interface Waiting {
  /** Who came first gets the first card. */
  readonly number: number;
  readonly asked: Asked;
  readonly content: CardContent;
  readonly connection: Connection;
  readonly settle: (placing: Placing | Promise<never>) => void;
  readonly waitedMs: () => number;
  /** Slack refused a card with this request and others, so it gets one of its own. */
  readonly isAlone?: boolean;
  /** Slack refused even that, so its card only says that there is a request. */
  readonly isWithheld?: boolean;
}

/** A session's own together, so that many of them find place on its cards; who came first is the first. */
export function groupByRoot(all: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const families = new Map<string, Waiting[]>();
  for (const one of all) {
    const family = families.get(rootOf(one)) ?? [];
    families.set(rootOf(one), family);
    family.push(one);
  }
  return [...families.values()];
}

export function setApart(waiting: Waiting): Waiting {
  return { ...waiting, isAlone: true };
}

export function settleAll(batch: readonly Waiting[], placing: Placing): void {
  for (const { settle } of batch) settle(placing);
}
