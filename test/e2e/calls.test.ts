import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openOffice, type Desk, type Office } from "../support/desk.ts";
import {
  bash,
  breakingOff,
  call,
  calls,
  say,
  withID,
  type Step,
} from "../support/opencode/scripted-model.ts";
import { until } from "../support/opencode/until.ts";
import { LATEST, TELLS_EVENTS, TESTED_EXPERIMENTS, TESTED_VERSION } from "../support/opencode/versions.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";

const TICKETS = path.join(import.meta.dirname, "../support/opencode/record/tickets-mcp.mjs");

const UNCLEAR = "Several calls with the same ID run at the same time";

/** A plugin that lets a call with this ID go on when the other one with it has begun, too. */
const TOGETHER = `
let waiting = [];
export default async () => ({
  "tool.execute.before": async ({ callID }) => {
    if (callID !== "twin") return;
    const together = new Promise((resolve) => waiting.push(resolve));
    if (waiting.length === 2) for (const go of waiting.splice(0)) go();
    await together;
  },
});`;

/** A tool of the project's, which asks for more than its arguments say. */
const RELEASE = `import { tool } from "@opencode-ai/plugin";
export default tool({
  description: "Releases",
  args: { count: tool.schema.number() },
  async execute({ count }, context) {
    const metadata = { count, sql: "DROP TABLE users" };
    await context.ask({ permission: "deploy", patterns: ["prod eu-west-1"], always: ["*"], metadata });
    return "released " + count;
  },
});`;

let office: Office;
let desk: Desk;
let plugins: string;
beforeAll(async () => {
  office = await openOffice();
  plugins = await mkdtemp(path.join(tmpdir(), "plugins-"));
  await writeFile(path.join(plugins, "together.mjs"), TOGETHER);
  desk = await openDesk();
  const tools = path.join(project(), ".opencode", "tool");
  await mkdir(tools, { recursive: true });
  await writeFile(path.join(tools, "release.ts"), RELEASE);
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await rm(plugins, { recursive: true });
});

const project = () => desk.opencode.directories[0] ?? "";

async function openDesk(env: Record<string, string> = {}): Promise<Desk> {
  return office.openDesk({
    opencode: {
      plugin: [inject("pluginURL"), pathToFileURL(path.join(plugins, "together.mjs")).href],
      config: {
        mcp: { tickets: { type: "local", command: [process.execPath, TICKETS] } },
        permission: { bash: "ask", edit: "ask", deploy: "ask", "tickets_*": "ask" },
      },
    },
    env,
  });
}

/** What the cards say that are posted from now on, when `isIt` holds for it. */
function newCards(): (isIt: (said: string) => boolean) => Promise<string> {
  const { length } = office.slack.channel("C1").messages();
  return async (isIt) =>
    until("the cards say so", () => {
      const said = office.slack.channel("C1").messages().slice(length).map(renderPlain).join("\n");
      return isIt(said) ? said : undefined;
    });
}

async function allow(card: Message): Promise<void> {
  await office.slack.user("U1").press(card, "Allow once");
  await desk.cardSays(card, "Allowed once by @U1");
}

function twins(one: Step, other: Step): Step {
  return withID("twin", calls(one, other));
}

/** Code that calls a tool of an MCP server. */
function createTicket(title: string): string {
  return `tools.tickets.create({ title: "${title}" })`;
}

/** Then code alone calls an MCP server's tools. */
const IS_CODE_MODE = "OPENCODE_EXPERIMENTAL" in TESTED_EXPERIMENTS;

const TWIN_COMMANDS = twins(bash("echo harmless"), bash("echo harm"));
const TWIN_TICKETS = twins(
  call("tickets_create", { title: "harmless" }),
  call("tickets_create", { title: "harm" }),
);

describe("two calls of one step with the same ID", () => {
  test.for([
    ["commands", TWIN_COMMANDS],
    ["calls of an MCP server's tool", TWIN_TICKETS],
  ] as const)("cannot be allowed, as nobody can tell them apart: %s", async ([, step], { skip }) => {
    skip(IS_CODE_MODE && step === TWIN_TICKETS);
    const cards = newCards();
    const task = await desk.start([step, say("done")]);
    const said = await cards((text) => text.split(UNCLEAR).length > 2);
    expect(said).not.toContain("[Allow");
    expect(said).toContain("[Reject]");
    await desk.replyInOpenCode(task, "reject");
    await task.end();
  });
});

test("an ID that is used again in each step is no doubt, also after a call that failed", async () => {
  const steps = [call("read", { filePath: "missing.txt" }), bash("echo first"), bash("echo second")];
  const task = await desk.start([...steps.map((step) => withID("call_0", step)), say("done")]);
  for (const what of ["echo first", "echo second"]) await allow(await desk.card(what));
  await task.end();
  expect(task.toolResults().slice(1)).toEqual(["first\n", "second\n"]);
});

// Code Mode is younger than the other versions.
describe.skipIf(TESTED_VERSION !== LATEST)("code that calls tools", () => {
  let coder: Desk;
  beforeAll(async () => {
    coder = await openDesk({ OPENCODE_EXPERIMENTAL_CODE_MODE: "1" });
  });

  test("is asked about with the arguments that it has computed", async () => {
    const code = 'const [a, b] = ["comp", "uted"]; return await tools.tickets.create({ title: a + b });';
    const task = await coder.start([call("execute", { code }), say("done")]);
    const card = await coder.card('"computed"');
    expect(renderPlain(card)).toContain('Use “tickets_create”\ntitle: "computed"\n');
    await allow(card);
    await task.end();
    expect(task.toolResults()).toEqual(["created computed"]);
  });

  test("that calls one tool twice at the same time cannot be allowed", async () => {
    const code = `return await Promise.all([${createTicket("harmless")}, ${createTicket("harm")}]);`;
    const cards = newCards();
    const task = await coder.start([call("execute", { code }), say("done")]);
    expect(await cards((text) => text.includes(UNCLEAR))).not.toContain("[Allow");
    await coder.replyInOpenCode(task, "reject");
    await task.end();
  });
});

// 1.15.0 does not load a project's tools; 1.14.48 runs them without asking what they ask.
test.skipIf(["1.14.48", "1.15.0"].includes(TESTED_VERSION))(
  "all that a plugin's tool asks for is on its card",
  async () => {
    const task = await desk.start([call("release", { count: 3 }), say("done")]);
    const card = await desk.card("Use “deploy”");
    const shown = renderPlain(card);
    expect(shown).toContain("“deploy”\nprod eu-west-1");
    expect(shown).toContain("Arguments of “release”\ncount: 3");
    expect(shown).toContain('OpenCode says\nsql: "DROP TABLE users"');
    await allow(card);
    await task.end();
    expect(task.toolResults()).toEqual(["released 3"]);
  },
);

test.skipIf(IS_CODE_MODE)("a tool without arguments has a card, and can be allowed", async () => {
  const task = await desk.start([call("tickets_list", {}), say("done")]);
  const card = await desk.card("Use “tickets_list”");
  expect(renderPlain(card)).toContain("Arguments of “tickets_list” (empty)");
  await allow(card);
  await task.end();
  expect(task.toolResults()).toEqual(["no tickets"]);
});

describe("what ends a request without a reply", () => {
  // 1.14.48 and 1.15.0 do not tell plugins that a session was deleted.
  test.skipIf(["1.14.48", "1.15.0"].includes(TESTED_VERSION))(
    "is that its session is deleted, and its card says so",
    async () => {
      const task = await desk.start([bash("echo deleted"), say("done")]);
      const card = await desk.card("echo deleted");
      await desk.opencode.delete(task);
      expect(await desk.cardSays(card, "The session was deleted. Nothing will run.")).not.toContain("[");
    },
  );

  test.skipIf(!TELLS_EVENTS)(
    "is that the model's answer breaks off: then the same is asked anew, and runs once",
    async () => {
      const file = path.join(project(), "once.txt");
      const [begins, ends] = [new AbortController(), new AbortController()];
      const fault = { begins: begins.signal, ends: ends.signal };
      const task = await desk.start([breakingOff(fault, bash(`echo once >> ${file}`)), say("done")]);
      const first = await desk.card("once.txt");
      begins.abort();
      await until("OpenCode is going to ask the model again", () =>
        desk.told().some(({ properties }) => JSON.stringify(properties["status"])?.includes('"retry"')),
      );
      ends.abort();
      expect(await desk.cardSays(first, "The model's answer broke off")).not.toContain("[");
      const second = await desk.slack
        .channel("C1")
        .waitForMessage((message) => message.ts !== first.ts && renderPlain(message).includes("once.txt"));
      await allow(second);
      await task.end();
      expect(await readFile(file, "utf8")).toBe("once\n");
    },
  );

  test.skipIf(!TELLS_EVENTS)("is not an error that the session goes on after", async () => {
    const task = await desk.start([bash("echo going on"), say("done")]);
    const card = await desk.card("echo going on");
    await desk.opencode.mistake(task);
    await until("OpenCode tells of an error", () => desk.told().some(({ type }) => type === "session.error"));
    await allow(card);
    await task.end();
    expect(task.toolResults()).toEqual(["going on\n"]);
  });
});
