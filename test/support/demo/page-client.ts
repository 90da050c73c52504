/** The page's end of the demo, for tests: what it shows, and what can be done on it. */

import type { Action } from "./actions.ts";
import type { DemoState } from "./state.ts";

/** Does what a press on the page does, and gives the status of the answer. */
export async function act(url: string, action: Action): Promise<number> {
  const response = await fetch(new URL("/actions", url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(action),
  });
  return response.status;
}

/** Follows the page's updates up to the first state that fits. */
export async function waitForState(url: string, fits: (state: DemoState) => boolean): Promise<DemoState> {
  const leaving = new AbortController();
  const { body } = await fetch(new URL("/updates", url), { signal: leaving.signal });
  let text = "";
  try {
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const [latest] = text.split("\n\n").slice(-2);
      const state = text.includes("\n\n")
        ? (JSON.parse(latest?.slice("data: ".length) ?? "") as DemoState)
        : undefined;
      if (state && fits(state)) return state;
    }
  } finally {
    leaving.abort();
  }
  throw new Error(`The demo has ended; the last thing it told is ${text.slice(-3_000)}`);
}

/** Every button of every message, and how to press it. */
export function buttonsOf({ slack }: DemoState) {
  const messages = slack?.channels.flatMap((channel) => channel.messages) ?? [];
  return messages.flatMap(({ channel, ts, blocks = [] }) =>
    blocks.flatMap((block) =>
      block.type === "actions"
        ? block.elements
            .filter((element) => element.type === "button")
            .map(({ action_id: actionID, text, confirm }) => ({
              label: text.text,
              isConfirmed: confirm !== undefined,
              press: { kind: "press", channel, ts, blockID: block.block_id, actionID } as const,
            }))
        : [],
    ),
  );
}

/** The newest message that is none of a thread. */
export function newestCard({ slack }: DemoState) {
  const messages = slack?.channels.flatMap((channel) => channel.messages) ?? [];
  return messages.findLast(({ ts, thread_ts: thread }) => thread === undefined || thread === ts);
}

/** The sessions of all OpenCodes. */
export function sessionsOf({ opencodes }: DemoState) {
  return opencodes.flatMap(({ sessions }) => sessions);
}

/** Their tool calls. */
export function callsOf(state: DemoState) {
  return sessionsOf(state)
    .flatMap(({ steps }) => steps)
    .filter((step) => step.kind === "call");
}
