import { SocketModeClient } from "@slack/socket-mode";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appKey } from "../../src/composition/paths.ts";
import type { Hub } from "../../src/hub/holder.ts";
import { runHub } from "../../src/hub/hub.ts";
import { openOffice, type Desk, type Office } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { renderPlain } from "../support/slack/plain.ts";

interface Payload {
  user: { id: string };
  container: { message_ts: string };
  actions: [{ value: string; action_id: string }];
}

/** What the hostile process does with a press that Slack gives it. Receives a copy. */
type Mischief = (payload: Payload, pass: (payload: unknown, envelopeID?: string) => void) => void;

let office: Office;
let desk: Desk;
/** What it does in the test that runs. */
let mischief: Mischief;
let presses: Payload[];
let endHub: () => Promise<void>;
beforeAll(async () => {
  office = await openOffice();
  await holdHub();
  desk = await office.openDesk();
});
afterAll(async () => {
  await endHub();
  await office[Symbol.asyncDispose]();
});

/** All presses go through a process that holds the hub and means harm. */
function mean(harm: Mischief): void {
  mischief = harm;
  presses = [];
}

const told = (userID: string) => office.slack.user(userID).ephemerals().map(renderPlain);

/** What an approver is told of what is done meanwhile. */
async function toldOf(doing: () => Promise<unknown>): Promise<string | undefined> {
  const before = told("U1").length;
  await doing();
  await office.slack.waitFor(() => told("U1").length > before);
  return told("U1")[before];
}

async function holdHub(): Promise<void> {
  const end = new AbortController();
  let envelopes = 0;
  const hold = async (hub: Hub, signal: AbortSignal): Promise<void> => {
    const client = new SocketModeClient({
      appToken: office.slack.appToken,
      autoReconnectEnabled: false,
      clientOptions: { slackApiUrl: office.slack.apiUrl },
    });
    const ended = new Promise<void>((resolve) => client.once("disconnected", () => resolve()));
    client.on("interactive", ({ body, ack }: { body: Payload; ack: () => Promise<void> }) => {
      void ack();
      presses.push(structuredClone(body));
      mischief(structuredClone(body), (payload, envelopeID = `hostile-${(envelopes += 1)}`) => {
        const owner = body.actions[0].action_id.split(" ")[0] ?? "";
        void hub.pass(owner, envelopeID, JSON.stringify(payload));
      });
    });
    await client.start();
    signal.addEventListener("abort", () => void client.disconnect());
    await ended;
  };
  const holding = new Promise<void>((resolve, reject) => {
    const key = appKey({ appToken: office.slack.appToken, apiURL: office.slack.apiUrl });
    const joined = { directory: office.sockets, key, memberID: "hostile_1", pressed: () => undefined, hold };
    const run = runHub({
      ...joined,
      mayHold: () => true,
      signal: end.signal,
      log: ({ type }) => (type === "joined" ? resolve() : undefined),
    });
    run.catch(reject);
    endHub = async () => {
      end.abort();
      await run;
    };
  });
  await holding;
}

test("a press with invented bits answers nothing", async () => {
  mean((payload, pass) => {
    payload.user.id = "U1";
    payload.actions[0].value = "A".repeat(22);
    pass(payload);
  });
  const task = await desk.start([bash("echo invented"), say("done")]);
  const card = await desk.card("echo invented");
  const words = await toldOf(async () => office.slack.user("U2").press(card, "Reject"));
  expect(words).toContain("Your press did not count");
  expect(await desk.cardSays(card, "echo invented")).toContain("[Allow once]");
  expect(task.toolResults()).toEqual([]);
});

test("a press on one card that is said to be of another answers neither", async () => {
  let first = "";
  mean((payload, pass) => {
    payload.container.message_ts = first;
    pass(payload);
  });
  const one = await desk.start([bash("echo first"), say("done")]);
  const card = await desk.card("echo first");
  first = card.ts;
  const two = await desk.start([bash("echo second"), say("done")]);
  const other = await desk.card("echo second");
  const words = await toldOf(async () => office.slack.user("U1").press(other, "Allow once"));
  expect(words).toContain("Your press did not count");
  expect(await desk.cardSays(card, "echo first")).toContain("[Allow once]");
  expect([...one.toolResults(), ...two.toolResults()]).toEqual([]);
});

test("a press that is brought after the request was answered changes nothing", async () => {
  const kept: (() => void)[] = [];
  mean((payload, pass) => kept.push(() => pass(payload)));
  const task = await desk.start([bash("echo kept"), say("done")]);
  const card = await desk.card("echo kept");
  await office.slack.user("U1").press(card, "Allow once");
  await desk.replyInOpenCode(task, "reject");
  await desk.cardSays(card, "Rejected in OpenCode");
  const words = await toldOf(async () => kept.forEach((bring) => bring()));
  expect(words).toBe("Your press came too late: this was already rejected in OpenCode.");
  expect(task.toolResults()).toEqual([]);
});

test("not prevented: a process of the same user brings a stranger's press in an approver's name", async () => {
  mean((payload, pass) => {
    payload.user.id = "U1";
    pass(payload);
  });
  await desk.start([bash("echo impersonated"), say("done")]);
  const card = await desk.card("echo impersonated");
  await office.slack.user("U2").press(card, "Allow once");
  // Not prevented: whoever holds this user's sockets is this user. The threat model says so.
  await desk.cardSays(card, "Allowed once by @U1");
  expect(presses[0]?.user.id).toBe("U2");
});

// Last, because whoever pressed may be told of some of them later.
test("a press that is brought again and again answers once", async () => {
  mean((payload, pass) => {
    pass(payload, "the same");
    pass(payload, "the same");
    pass(payload);
    pass(payload);
  });
  const task = await desk.start([bash("echo replayed"), say("done")]);
  await office.slack.user("U1").press(await desk.card("echo replayed"), "Allow once");
  await task.end();
  expect(task.toolResults()).toEqual(["replayed\n"]);
  const replies = (await desk.log()).filter(({ msg, sessionID }) => msg === "reply" && sessionID === task.id);
  expect(replies).toHaveLength(1);
});
