/** The cards of the documents' picture: a request before and after the press, made by the code that makes all cards. */

import { createOffering } from "../../../src/composition/offers.ts";
import type { Ask, PermissionRequest } from "../../../src/gateway/domain/ask.ts";
import type { Row } from "../../../src/gateway/domain/card.ts";
import type { CardContent } from "../../../src/gateway/domain/content.ts";
import { describeRequest } from "../../../src/opencode/details.ts";
import { describeQuestion } from "../../../src/opencode/question-details.ts";
import { showContent } from "../../../src/sanitize/content.ts";
import { planControls } from "../../../src/gateway/domain/controls.ts";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import type { RenderedCard } from "../../../src/slack/cards/card-parts.ts";
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

/** Posts cards to a stand-in for Slack, so that they are what Slack makes of them. */
export async function postAll(cards: readonly RenderedCard[]): Promise<PictureOfCards> {
  const slack = await createSlackStandIn({
    rateLimits: "none",
    people: [{ id: "U1", name: "ada", realName: "Ada" }],
    channels: [{ id: "C1", name: "opencode", members: ["U1"] }],
  });
  try {
    const client = createWebClient(slack);
    for (const card of cards) await client.chat.postMessage({ channel: "C1", ...card });
    const { people } = slack.snapshot();
    const messages = slack.channel("C1").messages();
    if (messages.length !== cards.length) throw new Error("Slack did not keep all cards.");
    return { messages: messages.map((message) => at(message, ASKED_AT)), people };
  } finally {
    await slack.close();
  }
}

/** The cards of the documents. */
export async function takePicture(): Promise<PictureOfCards> {
  return postAll(await drawFaces());
}

async function drawFaces(): Promise<readonly RenderedCard[]> {
  const content = await describe(REQUEST);
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

/** What a card shows of a request, as the plugin finds it out. */
export async function describe(
  request: Ask,
  { directory = DIRECTORY, title = "Ship the spring sale" } = {},
): Promise<CardContent> {
  const slices = createSlices();
  const rules = rulesOf({ confirm: "default", mayAllowAlways: "npm run *" });
  const raw = {
    ...(request.kind === "question"
      ? describeQuestion(request)
      : await describeRequest(request, directory, slices)),
    request,
    offers: await createOffering({
      rules,
      unknownVariables: [],
      allowAlways: true,
      grants: { minutes: 30, findServers: async () => ["linear"] },
      directory,
      slices,
    })(request),
    session: { titles: [title], agent: "build", model: "acme/large" },
    directory,
    home: "/home/ada",
    host: "adas-laptop",
  };
  return slices.run(showContent(raw, []));
}

/** The message as if it had been posted at a time that is the same in every picture. */
function at(message: Message, time: Date): Message {
  return { ...message, ts: `${time.getTime() / 1000}.000000` };
}
