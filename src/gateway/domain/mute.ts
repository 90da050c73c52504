/** A time without new cards: what is asked meanwhile waits in OpenCode. */

export interface Mute {
  readonly since: Date;
  readonly until: Date;
  /** Whoever has muted them from a card; missing where it was done at a terminal. */
  readonly userID?: string | undefined;
}

/** `none`: nothing is muted, or not any more. `doubtful`: nobody can tell, and why; then nothing is muted either. */
export type MuteReading =
  | { readonly kind: "none" }
  | ({ readonly kind: "muted" } & Mute)
  | { readonly kind: "doubtful"; readonly why: string };

/** Until when somebody wants no new cards, where each of their OpenCodes reads it. Never throws. */
export interface MuteNote {
  /** As it is at this moment. */
  read(): MuteReading;
  /** @returns whether it is noted. */
  write(mute: Mute): boolean;
  /** @returns whether none is noted any more. */
  remove(): boolean;
}
