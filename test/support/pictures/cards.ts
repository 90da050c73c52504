/** The cards of the documents' picture: a request before and after the press, made by the code that makes all cards. */

import { createOffering } from "../../../src/composition/offers.ts";
import type { PermissionRequest } from "../../../src/gateway/domain/ask.ts";
import type { Row } from "../../../src/gateway/domain/card.ts";
import type { CardContent } from "../../../src/gateway/domain/content.ts";
import { describeRequest } from "../../../src/opencode/details.ts";
import { showContent } from "../../../src/sanitize/content.ts";
import { planControls } from "../../../src/gateway/domain/permission-controls.ts";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import { offeredReplies } from "../../../src/slack/cards/readable.ts";
import { createSlices } from "../../../src/system/slices.ts";
import { onCard } from "../controls.ts";
import { rulesOf } from "../judging.ts";
import { permissionRequest } from "../permission-request.ts";
import { createWebClient } from "../slack/official-clients.ts";
import type { Message, Person } from "../slack/slack-objects.ts";
import { createSlackStandIn } from "../slack/stand-in.ts";

const DIRECTORY = "/home/ada/shop";
const ASKED_AT = new Date("2026-03-02T14:02:00Z");
const REPLIED_AT = new Date("2026-03-02T14:03:00Z");
const MEMBER = "laptop_0123456789ab";
const HEAD = "5f0c2a9d41b7e863";

const REQUEST: PermissionRequest = permissionRequest({
  patterns: ["npm run build"],
  always: ["npm run build *"],
  call: {
    tool: "bash",
    args: { command: "npm run build", description: "Builds the shop for production" },
  },
});

/** Cards as Slack keeps them. */
export interface PictureOfCards {
  readonly messages: readonly Message[];
  readonly people: readonly Person[];
}

/** Posts the cards to a stand-in for Slack, so that they are what Slack makes of them. */
export async function takePicture(): Promise<PictureOfCards> {
  const slack = await createSlackStandIn({
    people: [{ id: "U1", name: "ada", realName: "Ada" }],
    channels: [{ id: "C1", name: "opencode", members: ["U1"] }],
  });
  try {
    const client = createWebClient(slack);
    for (const face of await drawFaces()) await client.chat.postMessage({ channel: "C1", ...face });
    const { people } = slack.snapshot();
    const [asked, replied] = slack.channel("C1").messages();
    if (asked === undefined || replied === undefined) throw new Error("Slack did not keep both cards.");
    return { messages: [at(asked, ASKED_AT), at(replied, ASKED_AT)], people };
  } finally {
    await slack.close();
  }
}

async function drawFaces() {
  const content = await describe();
  const offered = { replies: offeredReplies(content), alsoAnswered: 0, isAlone: true };
  const controls = planControls(content, offered).map(onCard);
  const asked: Row = { content, state: { kind: "asked" }, controls };
  const by = { kind: "approver", userID: "U1" } as const;
  const replied: Row = {
    ...asked,
    state: { kind: "replied", answer: { kind: "permission", reply: "once" }, by, at: REPLIED_AT },
    controls: [],
  };
  return [
    renderCard({ rows: [asked], controls: [] }, MEMBER),
    renderCard({ rows: [replied], controls: [], head: HEAD }, MEMBER),
  ];
}

async function describe(): Promise<CardContent> {
  const slices = createSlices();
  const rules = rulesOf({ confirm: "default", mayAllowAlways: "npm run *" });
  const raw = {
    ...(await describeRequest(REQUEST, DIRECTORY, slices)),
    request: REQUEST,
    offers: await createOffering({ rules, allowAlways: true, directory: DIRECTORY, slices })(REQUEST),
    session: { titles: ["Ship the spring sale"], agent: "build", model: "acme/large" },
    directory: DIRECTORY,
    host: "adas-laptop",
  };
  return slices.run(showContent(raw, []));
}

/** The message as if it had been posted at a time that is the same in every picture. */
function at(message: Message, time: Date): Message {
  return { ...message, ts: `${time.getTime() / 1000}.000000` };
}
