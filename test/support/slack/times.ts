/** Slack's deadlines. Tests shorten those that they would otherwise wait for. */
export interface Times {
  /** An envelope must be acked within this time: https://docs.slack.dev/interactivity/handling-user-interaction */
  readonly ackLimitMs: number;
  /** A `trigger_id` opens a modal within this time. */
  readonly triggerLifeMs: number;
  /** From a `disconnect` frame to the cut. */
  readonly cutAfterMs: number;
  /** How long a connection lives; its `hello` announces it, a `warning` ends it. */
  readonly connectionLifeMs: number;
  /** Slack's own pings. */
  readonly pingEveryMs: number;
  /** A `response_url` works this long, and five times. */
  readonly responseURLLifeMs: number;
}

/** As Slack documents them or, for the last three, as they are seen. */
export const SLACK_TIMES: Times = {
  ackLimitMs: 3000,
  triggerLifeMs: 3000,
  responseURLLifeMs: 30 * 60_000,
  cutAfterMs: 10_000,
  connectionLifeMs: 18_060_000,
  pingEveryMs: 10_000,
};
