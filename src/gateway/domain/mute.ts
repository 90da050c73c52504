/** A time without new cards: what is asked meanwhile waits in OpenCode. */

export interface Mute {
  readonly since: Date;
  readonly until: Date;
}

/** `none`: nothing is muted, or not any more. `doubtful`: nobody can tell, and why; then nothing is muted either. */
export type MuteReading =
  | { readonly kind: "none" }
  | ({ readonly kind: "muted" } & Mute)
  | { readonly kind: "doubtful"; readonly why: string };
