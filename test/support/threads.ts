import type { Desk, Task } from "./desk.ts";
import type { SlackStandIn } from "./slack/stand-in.ts";
import type { Message } from "./slack/slack-objects.ts";

/** What stands in the thread of a card in `C1`, the oldest first. */
export function threadOf(slack: SlackStandIn, { ts }: Pick<Message, "ts">): Message[] {
  return slack
    .channel("C1")
    .messages()
    .filter(({ thread_ts: thread }) => thread === ts);
}

/** Rejects a request that can be read neither on its card nor in its thread. @returns what the card said before */
export async function rejectUnread(desk: Desk, task: Task, card: Message): Promise<string> {
  const said = await desk.cardSays(card, "too long to be read here");
  await desk.slack.user("U1").press(card, "Reject");
  await desk.cardSays(card, "Rejected by @U1");
  await task.end();
  return said;
}
