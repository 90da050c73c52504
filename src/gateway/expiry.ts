/** What nobody answers in time. */

/** Of what nobody answers, when and how it ends. */
export interface ExpiryRule {
  readonly afterMs: number;
  /** `leave`: it is left to OpenCode, where it can still be answered. `reject`: it is rejected, with its session's others. */
  readonly onExpire: "leave" | "reject";
}
