import type { SlackStandIn } from "../slack/stand-in.ts";

/** The page itself is served by the stand-in, and must not go away with it. */
const SLACK_METHODS = ["apps.connections.open", "chat.postMessage", "chat.update", "chat.postEphemeral"];

/** Slack's being away, for everybody who looks at the page. */
export interface Outage {
  readonly isAway: () => boolean;
  begin(slack: SlackStandIn): void;
  end(): void;
}

export function createOutage(): Outage {
  let restore: (() => void) | undefined;

  function end(): void {
    restore?.();
    restore = undefined;
  }

  return {
    isAway: () => restore !== undefined,
    begin(slack) {
      end();
      restore = slack.outage({ status: 503, methods: SLACK_METHODS });
      for (const connection of slack.connections()) connection.cut();
    },
    end,
  };
}
