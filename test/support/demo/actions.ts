import { z } from "zod";
import type { SlackStandIn } from "../slack/stand-in.ts";
import type { Outage } from "./outage.ts";
import { promptOf, type TaskGroup } from "./tasks.ts";
import type { Workplace } from "./workplace.ts";

/** The number of the OpenCode that something is done in. */
const opencode = z.int();

/** What a person can do on the page: in OpenCode, and at the Slack stand-in as one of its people. */
export const action = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("launch"), opencode }),
  z.object({ kind: z.literal("kill"), opencode }),
  z.object({ kind: z.literal("start"), opencode, label: z.string() }),
  z.object({
    kind: z.literal("reply"),
    opencode,
    requestID: z.string(),
    reply: z.enum(["once", "always", "reject"]),
  }),
  z.object({ kind: z.literal("dismiss"), opencode, requestID: z.string() }),
  z.object({ kind: z.literal("abort"), opencode, sessionID: z.string() }),
  z.object({
    kind: z.literal("press"),
    userID: z.string(),
    channel: z.string(),
    ts: z.string(),
    blockID: z.string(),
    actionID: z.string(),
  }),
  z.object({
    kind: z.literal("submit"),
    userID: z.string(),
    viewID: z.string(),
    entries: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  }),
  z.object({ kind: z.literal("close"), userID: z.string(), viewID: z.string() }),
  /** What Slack does of its own accord. */
  z.object({ kind: z.literal("refresh") }),
  z.object({ kind: z.literal("outage"), isAway: z.boolean() }),
]);
export type Action = z.infer<typeof action>;

/** @throws if it cannot be done, with a message for the person who tried */
export type Perform = (action: Action) => Promise<void>;

/**
 * @param workplaces may be filled later
 * @param standIn undefined where real Slack is used
 */
export function createPerform({
  workplaces,
  standIn,
  outage,
  groups,
}: {
  workplaces: readonly Workplace[];
  standIn: SlackStandIn | undefined;
  outage: Outage;
  groups: readonly TaskGroup[];
}): Perform {
  function workplaceOf(number: number): Workplace {
    const workplace = workplaces.find((candidate) => candidate.number === number);
    if (!workplace) throw new Error(`There is no OpenCode ${number} yet.`);
    return workplace;
  }

  async function start(number: number, label: string): Promise<void> {
    const opencode = workplaceOf(number).opencode();
    const prompt = promptOf(groups, label);
    await opencode.prompt(await opencode.createSession(), prompt);
  }

  function slack(): SlackStandIn {
    if (!standIn) throw new Error("Press the buttons in Slack: this page is no Slack now.");
    return standIn;
  }

  function person(userID: string) {
    return slack().user(userID);
  }

  return async (action) => {
    switch (action.kind) {
      case "start":
        return start(action.opencode, action.label);
      case "launch":
        return workplaceOf(action.opencode).launch();
      case "kill":
        return workplaceOf(action.opencode).kill();
      case "reply":
        return workplaceOf(action.opencode).opencode().reply(action.requestID, action.reply);
      case "dismiss":
        return workplaceOf(action.opencode).opencode().dismiss(action.requestID);
      case "abort": {
        const opencode = workplaceOf(action.opencode).opencode();
        const [directory = ""] = opencode.directories;
        return opencode.abort({ id: action.sessionID, directory });
      }
      case "press": {
        const { userID, blockID, actionID, ...message } = action;
        const outcome = await person(userID).press(message, { blockID, actionID }, { confirm: true });
        return expectAck(outcome);
      }
      case "submit":
        return expectAck(await person(action.userID).submit({ id: action.viewID }, action.entries));
      case "close":
        await person(action.userID).close({ id: action.viewID });
        return undefined;
      case "refresh":
        return slack().requestRefresh("refresh_requested");
      case "outage":
        return action.isAway ? outage.begin(slack()) : outage.end();
    }
  };
}

function expectAck({ acked }: { acked: boolean }): void {
  if (!acked)
    throw new Error("The gateway did not answer Slack in time: in Slack, a warning sign would show.");
}
