/** An answer that goes on for a while: how a grant stands, and how it ended. */

/** Why a grant ended. */
export type GrantEndReason =
  | "time"
  | "revoked"
  /** Everything that its session asked was rejected, by "Reject all" or "Reject all and stop". */
  | "session-rejected"
  /** The very same request was rejected since. */
  | "rejected"
  /** The very same request was granted again, on another card. */
  | "granted-again"
  /** Whoever gave it is no longer an approver. */
  | "not-approver"
  /** Nobody could revoke it any more: its card was deleted, or Slack does not change it. */
  | "card-lost"
  | "session-deleted"
  | "opencode-ended";

export interface GrantEnd {
  readonly reason: GrantEndReason;
  /** Who caused it by a press, where somebody did. */
  readonly userID?: string;
  readonly at: Date;
}

/** How a grant stands, as its card shows it. */
export interface GrantState {
  readonly minutes: number;
  /** By the wall clock of when it began. It ends sooner where that clock is put forward. */
  readonly until: Date;
  /** How many further requests it has allowed, those included that OpenCode is being told of. */
  readonly uses: number;
  readonly lastUsedAt?: Date;
  /** Missing as long as it lives. */
  readonly end?: GrantEnd;
}
