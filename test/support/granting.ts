import type { GatewayOptions } from "../../src/gateway/gateway.ts";
import type { PermissionRequest } from "../../src/gateway/domain/ask.ts";
import type { Offers } from "../../src/gateway/domain/content.ts";
import type { Provenance } from "../../src/gateway/grants/fingerprint.ts";
import { until } from "./opencode/until.ts";
import { permissionRequest } from "./permission-request.ts";
import { renderPlain } from "./slack/plain.ts";
import type { Message } from "./slack/slack-objects.ts";
import type { SlackStandInOptions } from "./slack/stand-in.ts";
import { startGateway, type SmallGateway } from "./small-gateway.ts";

export const GRANT = "Allow for 30 min";

/** What is found out of each request when it is described: to be changed by tests. */
export interface World {
  offers: Offers;
  provenance: Provenance;
  /** Holds up descriptions as long as it does not resolve. */
  described: Promise<void>;
  /** Whether no link leads elsewhere by the time of the answer. */
  isInPlace: boolean;
}

/** A gateway whose requests may be allowed for a time, and an OpenCode that takes each reply. */
export interface Granting extends SmallGateway {
  readonly world: World;
  /** OpenCode asks for `npm test` in `ses_1`, as the test says otherwise. */
  ask(requestID: string, given?: Partial<PermissionRequest>): void;
  /** Has it asked and pressed: from then on it is allowed. @returns its card */
  grant(requestID?: string, given?: Partial<PermissionRequest>): Promise<Message>;
  /** Resolves when OpenCode was told so, once, and by no card. */
  isUsed(requestID: string): Promise<void>;
  /** Resolves when a request has a card of its own that can be allowed. */
  asks(requestID: string): Promise<Message>;
}

export async function startGranting(
  slackOptions?: SlackStandInOptions,
  variables?: Readonly<Record<string, string>>,
): Promise<Granting> {
  const world: World = {
    offers: { replies: ["once", "reject"], grantMinutes: 30 },
    provenance: { sessionIDs: ["ses_1"], agent: "build", model: "acme/large", places: ["/home/dev/project"] },
    described: Promise.resolve(),
    isInPlace: true,
  };
  const describe: GatewayOptions["describe"] = async ({ requestID, call }) => {
    const { offers, provenance, described } = world;
    await described;
    const { agent, model } = provenance;
    const text = String(call?.args["command"]);
    return {
      details: [{ label: "Command", text, isSubject: true }],
      // A title tells the cards of equal requests from each other, and is no part of what is granted.
      session: { titles: [requestID], rootID: provenance.sessionIDs[0] ?? "", agent, model },
      offers,
      provenance,
      isInPlace: async () => world.isInPlace,
    };
  };
  const small = await startGateway(slackOptions, describe, variables);
  small.obey();
  const channel = small.slack.channel("C1");

  const ask: Granting["ask"] = (requestID, given) =>
    small.gateway.asked(permissionRequest({ ...npmTest, requestID, ...given }));
  const asks: Granting["asks"] = async (requestID) => small.card(`${requestID} ·`);

  return {
    ...small,
    world,
    ask,
    asks,
    async grant(requestID = "per_1", given) {
      ask(requestID, given);
      const card = await asks(requestID);
      await small.slack.user("U1").press(card, GRANT, { confirm: true });
      return small.cardSays(card, "is allowed without asking");
    },
    async isUsed(requestID) {
      await until(`${requestID} is allowed`, () => small.replies.includes(`${requestID} once`));
      const count = small.replies.filter((reply) => reply.startsWith(`${requestID} `)).length;
      if (count > 1) throw new Error(`${requestID} was answered ${count} times`);
      if (channel.messages().some((message) => renderPlain(message).includes(`${requestID} ·`)))
        throw new Error(`${requestID} has a card`);
    },
  };
}

const COMMAND = "npm test";

const npmTest: Partial<PermissionRequest> = {
  permission: "bash",
  patterns: [COMMAND],
  always: ["npm test *"],
  metadata: { command: COMMAND },
  messageID: "msg_1",
  call: { tool: "bash", args: { command: COMMAND, description: "Runs the tests" } },
};
