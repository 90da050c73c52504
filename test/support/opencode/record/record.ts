// Records what OpenCode tells a plugin, as test/fixtures/opencode/<version>/*.json:
//   npx tsx test/support/opencode/record/record.ts 1.18.33 …
// Only those whose names begin so, and nothing else is touched:
//   npx tsx test/support/opencode/record/record.ts 1.18.33 … edits/
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { EventLog, OpenCodeEvent } from "../events.ts";
import { startOpenCode, type OpenCode, type Session } from "../opencode.ts";
import { until } from "../until.ts";
import { say, startScriptedModel } from "../scripted-model.ts";
import { PROJECT_FILES, scenarios, SUBAGENT_PROMPT, type Scenario } from "./scenarios.ts";

type Recorded =
  | { hook: "event"; event: OpenCodeEvent }
  | { hook: string; input: object; output: object }
  /** What is in a scenario's own directory, by paths in the project. */
  | { hook: "disk"; before: Files; after: Files };
type Files = Record<string, string>;

const FIXTURES = path.resolve(import.meta.dirname, "../../../fixtures/opencode");
const QUIET_MS = 700;
const RECORDED_EVENTS =
  /^permission\.(asked|replied)$|^question\.(asked|replied|rejected)$|^session\.(created|error|idle|status)$/;
const ENDING = /^(permission\.replied|question\.(replied|rejected))$/;
const ASKING = /^(permission|question)\.asked$/;
const ASKED_TOOLS = [
  "bash",
  "edit",
  "webfetch",
  "external_directory",
  "task",
  "deploy",
  "tickets_*",
  "todowrite",
];

const [versions, names] = [true, false].map((isVersion) =>
  process.argv.slice(2).filter((argument) => /^\d/.test(argument) === isVersion),
) as [string[], string[]];
for (const version of versions) await record(version);

async function record(version: string): Promise<void> {
  await using model = await startScriptedModel();
  const recording = path.join(FIXTURES, `${version}.jsonl`);
  await rm(recording, { force: true });
  await using opencode = await startOpenCode({
    model,
    version,
    plugin: [pathToFileURL(path.join(import.meta.dirname, "plugin.ts")).href],
    env: { RECORDING: recording, OPENCODE_EXPERIMENTAL_PLAN_MODE: "1" },
    config: {
      mcp: {
        tickets: {
          type: "local",
          command: [process.execPath, path.join(import.meta.dirname, "tickets-mcp.mjs")],
        },
      },
      permission: Object.fromEntries([...ASKED_TOOLS, "doom_loop"].map((tool) => [tool, "ask"])),
    },
  });
  const [project = ""] = opencode.directories;
  const outside = path.join(opencode.root, "outside");
  await writeFiles(project, PROJECT_FILES);
  await writeFiles(outside, { "notes.txt": "hello\n" });

  const anonymous = (value: unknown): string =>
    JSON.stringify(value, null, 2)
      .replaceAll(opencode.root, "/home/dev")
      .replaceAll(new URL(model.pageURL).host, "127.0.0.1:8080");
  const directory = path.join(FIXTURES, version);
  if (names.length === 0) await rm(directory, { recursive: true, force: true });
  const save = (name: string, value: unknown) =>
    writeFiles(directory, { [`${name}.json`]: `${anonymous(value)}\n` });
  const isWanted = ({ name }: Scenario) =>
    names.length === 0 || names.some((begin) => name.startsWith(begin));

  let recorded = 0;
  for (const scenario of scenarios({ project, outside, page: model.pageURL }).filter(isWanted)) {
    await writeFiles(project, scenario.files ?? {});
    const prompt = `Play ${scenario.name}.`;
    model.script(prompt, [...scenario.steps, say("done")]);
    model.script(SUBAGENT_PROMPT, [...(scenario.subagent ?? []), say("done")]);
    const session = await opencode.createSession();
    const events = await opencode.events();
    await opencode.prompt(session, prompt, scenario);
    const sessions = await play(scenario, opencode, session, events);
    events.close();

    const lines = (await readFile(recording, "utf8")).trim().split("\n").slice(recorded);
    recorded += lines.length;
    const told = lines.map((line) => JSON.parse(line) as Recorded).filter(isKept);
    if (scenario.files !== undefined) told.push(await readDisk(project, scenario));
    const hasAsked = told.some((line) => "event" in line && ASKING.test(line.event.type));
    if (hasAsked) await save(scenario.name, told);
    console.log(`${version} ${scenario.name}: ${hasAsked ? "recorded" : "OpenCode asked nothing"}`);
    if (scenario.name === "subagent") {
      const [parent, subagent] = await Promise.all(
        sessions.map((id) => opencode.session({ id, directory: project })),
      );
      await save("session", parent);
      await save("session-subagent", subagent);
    }
  }
  await rm(recording);
}

/** Answers the requests one by one until none is left; gives the session and its subagent's. */
async function play(
  scenario: Scenario,
  opencode: OpenCode,
  session: Session,
  events: EventLog,
): Promise<string[]> {
  const { answer = "once", subagent } = scenario;
  const answers = [...(scenario.answers ?? [])];
  const asking = new Set([session.id]);
  await events.waitFor("session.status", { sessionID: session.id });
  const isIdle = (): boolean =>
    events.seen.some(
      ({ type, properties }) => type === "session.idle" && properties["sessionID"] === session.id,
    );
  for (;;) {
    await until("OpenCode asks, or is done", () => openRequest(events) !== undefined || isIdle());
    await quiet(events);
    const request = openRequest(events);
    if (request === undefined) return [...asking];
    asking.add(request.sessionID);

    const isLast = subagent === undefined || request.sessionID !== session.id;
    if (answer === "abort" && isLast) {
      await opencode.abort(session);
      await quiet(events);
      return [...asking];
    }
    if (request.isQuestion) {
      const labels = answers.shift() ?? "dismiss";
      if (labels === "dismiss") await opencode.dismiss(request.id);
      else await opencode.answer(request.id, labels);
    } else if (typeof answer === "object") {
      const { reject: message } = answer;
      await opencode.reply(request.id, "reject", message === undefined ? {} : { message });
    } else await opencode.reply(request.id, "once");
  }
}

interface OpenRequest {
  readonly id: string;
  readonly sessionID: string;
  readonly isQuestion: boolean;
}

function openRequest({ seen }: EventLog): OpenRequest | undefined {
  const ended = seen.filter(({ type }) => ENDING.test(type));
  const replied = new Set(ended.map(({ properties }) => properties["requestID"]));
  const open = seen.find(({ type, properties }) => ASKING.test(type) && !replied.has(properties["id"]));
  return open && ({ ...open.properties, isQuestion: open.type === "question.asked" } as OpenRequest);
}

/** What OpenCode does by itself it does at once; when it says nothing more it waits for an answer, or is done. */
async function quiet({ seen }: EventLog): Promise<void> {
  let count = -1;
  let since = 0;
  await until("OpenCode says nothing more", () => {
    if (seen.length !== count) [count, since] = [seen.length, performance.now()];
    return performance.now() - since > QUIET_MS;
  });
}

function isKept(line: Recorded): boolean {
  return "event" in line ? RECORDED_EVENTS.test(line.event.type) : true;
}

/** Of the directory that is named as the scenario. */
async function readDisk(project: string, { name, files = {} }: Scenario): Promise<Recorded> {
  const own = path.join(project, path.basename(name));
  await mkdir(own, { recursive: true });
  const after: Files = {};
  for (const entry of await readdir(own, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    after[path.relative(project, file)] = await readFile(file, "utf8");
  }
  return { hook: "disk", before: files, after };
}

async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
