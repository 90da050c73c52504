/** Everything of ours that meets an agent's text, from OpenCode's event to the message for Slack. */

import { fingerprintOf, isSameRequest } from "../../../src/gateway/grants/fingerprint.ts";
import { createAsks } from "../../../src/gateway/asks.ts";
import { createHooks } from "../hooks.ts";
import { createSlices } from "../../../src/system/slices.ts";
import { literal, overlap, parsePattern } from "../../../src/shell/wildcards.ts";
import { copyBounded } from "../../../src/opencode/bounded.ts";
import { createCalls } from "../../../src/opencode/v1/calls.ts";
import { describeRequest } from "../../../src/opencode/details.ts";
import { parseEvent } from "../../../src/opencode/v1/events.ts";
import type { Answer, PermissionRequest, Question } from "../../../src/gateway/domain/ask.ts";
import type { Block } from "@slack/web-api";
import type { Row } from "../../../src/gateway/domain/card.ts";
import type { CardContent, Detail, RawContent } from "../../../src/gateway/domain/content.ts";
import { mayAllowAlways } from "../../../src/policy/always-offer.ts";
import { maskSecrets } from "../../../src/sanitize/secrets.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { renderEphemeral } from "../../../src/slack/people/ephemerals.ts";
import { isAnswerable, renderAnswers } from "../../../src/slack/cards/question-modals.ts";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import { differencesOf, parseSeen, parseVersion } from "../../../src/slack/cards/card-check.ts";
import type { RenderedCard } from "../../../src/slack/cards/card-parts.ts";
import { countFitting, fits, offeredReplies } from "../../../src/slack/cards/readable.ts";
import { summarize } from "../../../src/slack/cards/card-details.ts";
import { showAnswer, showContent, showOrphan } from "../../../src/sanitize/content.ts";
import { renderSnippet } from "../../../src/slack/cards/snippet.ts";
import { abbreviate } from "../../../src/slack/cards/text.ts";
import { findThreadForm, renderThread } from "../../../src/slack/cards/thread.ts";
import type { Reading } from "../../../src/sanitize/ground.ts";
import { makeVisible } from "../../../src/sanitize/visible.ts";
import { controlsFor } from "../controls.ts";
import { judge, PLACE, rulesOf } from "../judging.ts";
import { permissionRequest } from "../permission-request.ts";
import { optionOf, questionRequest } from "../question-request.ts";
import { nest, newFile } from "../blocks/hard-calls.ts";
import { readCall } from "../read-call.ts";
import type { HardText } from "./hard-texts.ts";
import { someOf } from "./some-texts.ts";
import { COMMANDS, repeatedUnits, type UnitKind } from "./units.ts";

/** How a pass is tried: with texts that are made ready, whatever that takes. */
export type Try = <T>(
  what: string,
  texts: readonly HardText[],
  prepare: (text: string) => T,
  run: (input: T) => unknown,
) => Promise<void>;

const DIRECTORY = "/home/dev/project";
const PROVENANCE = { sessionIDs: ["ses_1"], agent: "build", model: "m", places: [DIRECTORY] };
/** That is not there. */
const FILE = "/nowhere/a";
const RULES = rulesOf({
  terminalOnly: "deploy *, edit:*.env, * --force*, *a*b*c*",
  confirm: "default",
  slackMayAllow: "npm test, git status *, edit:src/*",
});

const READINGS: readonly Reading[] = ["text", "title", "command", "line", "name"];

/** @param found says the texts that are hard for the expressions of these files. */
export async function tryAll(
  attempt: Try,
  found: (...files: string[]) => readonly HardText[],
): Promise<void> {
  const texts = (kind: UnitKind, ...files: string[]): readonly HardText[] => [
    ...repeatedUnits(kind),
    ...found(...files),
  ];
  await trySecrets(attempt, texts("secrets", "src/sanitize/secrets"));
  await tryVisible(
    attempt,
    texts(
      "visible",
      ...["visible", "scripts", "look-alikes", "emoji", "spelling", "right-to-left"].map(
        (name) => `src/sanitize/${name}`,
      ),
      ...["comments", "program-texts"].map((name) => `src/shell/${name}`),
    ),
  );
  await tryPolicy(attempt, [...COMMANDS, ...texts("commands", "src/shell", "src/policy")]);
  await tryDetails(attempt, texts("edits", "src/opencode"));
  await tryCards(attempt, texts("visible", "src/slack/cards/text", "src/slack/cards/card-details"));
  await tryCheck(
    attempt,
    everyNth(texts("visible", "src/slack/cards/signs", "src/slack/cards/normal-form"), 12),
  );
  await tryCounts(attempt);
}

async function trySecrets(attempt: Try, texts: readonly HardText[]): Promise<void> {
  await attempt("maskSecrets", texts, String, (text) => maskSecrets(text, { literals: ["our own secret"] }));
}

async function tryVisible(attempt: Try, texts: readonly HardText[]): Promise<void> {
  for (const reading of READINGS)
    await attempt(
      `makeVisible, a ${reading}`,
      // The others do less than these.
      reading === "text" || reading === "command" ? texts : someOf(texts, 3),
      String,
      (text) => makeVisible(text, reading),
    );
}

function judged(request: PermissionRequest): unknown {
  return judge(request, RULES, PLACE);
}

function saved(request: PermissionRequest): unknown {
  return mayAllowAlways(request, RULES);
}

function patterns(permission: string, by: string): (text: string) => PermissionRequest {
  return (text) => permissionRequest({ permission, patterns: text.split(by), always: text.split(by) });
}

async function tryPolicy(attempt: Try, texts: readonly HardText[]): Promise<void> {
  const some = everyNth(texts, 3);
  await attempt("judge, a command", texts, bash, judged);
  await attempt("judge, parts of a command", some, patterns("bash", ";"), judged);
  await attempt("judge, paths", some, patterns("read", "a"), judged);
  await attempt("mayAllowAlways, a command", some, bash, saved);
  await attempt("mayAllowAlways, many commands", some, patterns("bash", ";"), saved);
  await attempt("mayAllowAlways, paths", some, patterns("read", "a"), saved);
  await attempt("overlap", some, parsePattern, (globs) =>
    globs.map((glob) => overlap(literal("git push --force".repeat(4)), glob)),
  );
}

function manyArguments(text: string): PermissionRequest {
  return called("tickets", Object.fromEntries(text.split("a").map((each, n) => [n, each])));
}

async function tryDetails(attempt: Try, texts: readonly HardText[]): Promise<void> {
  const few = texts.slice(0, 8);
  const cases: readonly (readonly [
    name: string,
    texts: readonly HardText[],
    ask: (text: string) => PermissionRequest,
  ])[] = [
    ["a command", few, bash],
    ["a file", texts, (content) => edit({ filePath: FILE, content }, newFile(FILE, content))],
    [
      "an edit",
      texts,
      (newString) => edit({ filePath: FILE, oldString: "a", newString }, newFile(FILE, newString)),
    ],
    ["a patch", texts, (patchText) => edit({ patchText }, newFile(FILE, patchText))],
    [
      "a patched file",
      texts,
      (text) => edit({ patchText: `*** Begin Patch\n*** Add File: ${text}\n+a\n*** End Patch` }),
    ],
    ["a diff", texts, (diff) => edit({ filePath: FILE, content: "a" }, diff)],
    [
      "arguments in each other",
      few.slice(0, 1),
      (text) => called("tickets", copyBounded({ nested: nest(text.length / 10) }).value),
    ],
    ["many arguments", few, manyArguments],
    ["a list", few, (text) => called("tickets", { list: Array.from(text) })],
    [
      "a path outside",
      few,
      (text) => permissionRequest({ permission: "external_directory", patterns: [text] }),
    ],
    [
      "a repeated call",
      few,
      (command) =>
        permissionRequest({ permission: "doom_loop", metadata: { tool: "bash", input: { command } } }),
    ],
  ];
  for (const [name, some, ask] of cases) {
    await attempt(`describeRequest, ${name}`, some, ask, async (request) =>
      describeRequest(request, DIRECTORY, createSlices()),
    );
    await attempt(`parseEvent, ${name}`, some.slice(0, 4), ask, ({ requestID, ...others }) =>
      parseEvent({ type: "permission.asked", properties: { id: requestID, ...others } }),
    );
    await attempt(`parseEvent of a question, ${name}`, some.slice(0, 4), ask, ({ requestID, patterns }) =>
      parseEvent({
        type: "question.asked",
        properties: {
          id: requestID,
          sessionID: "s",
          questions: patterns.map((each) => ({ question: each, options: each.split("a").map(optionOf) })),
        },
      }),
    );
    await attempt(`fingerprintOf, ${name}`, some.slice(0, 4), ask, (request) =>
      isSameRequest(request, structuredClone(request)) ? fingerprintOf(request, PROVENANCE) : undefined,
    );
    await attempt(`Calls.hear, ${name}`, some.slice(0, 4), ask, ({ call }) => {
      const calls = createCalls();
      calls.began({ tool: "a", sessionID: "s", callID: "c" }, call?.args);
      const asked = { id: "p", sessionID: "s", tool: { messageID: "m", callID: "c" } };
      return readCall(calls.hear({ type: "permission.asked", properties: asked }));
    });
  }
}

async function tryCards(attempt: Try, texts: readonly HardText[]): Promise<void> {
  const contents: Readonly<Record<string, (text: string) => RawContent>> = {
    "a command": (text) => raw({ details: [{ label: "Command", text, isCommand: true }] }),
    "a text": (text) => raw({ details: [{ label: "Content", text }] }),
    "many details": (text) => raw({ details: text.split("a").map((each) => ({ label: each, text: each })) }),
    "everything else": (text) => ({
      ...raw({ details: [{ label: text, text: "a" }], doubt: text }),
      session: { titles: [text, text], agent: text, model: text },
      offers: { replies: ["once", "always", "reject"], confirm: text, terminalOnly: text },
      directory: text,
      host: text,
    }),
    "a question": (text) => asking([{ question: text, header: text }]),
    "an option": (text) => asking([{ options: [{ label: text, description: text }] }]),
    "many options": (text) => asking([{ options: text.split("a").map(optionOf) }]),
    "many questions": (text) => asking(text.split("a").map((question) => ({ question }))),
  };
  // Each text was tried with what a card is made of, before.
  const some = someOf(texts, 3);
  for (const [name, ask] of Object.entries(contents)) {
    await attempt(`showContent, ${name}`, some, ask, (content) =>
      runToEnd(showContent(content, ["our own secret"], true)),
    );
    const shown = once((text) => runToEnd(showContent(ask(text), [], true)));
    const passes: Readonly<Record<string, (content: CardContent) => unknown>> = {
      renderCard: (content) => renderCard({ rows: [openRow(content)], controls: [] }, MEMBER),
      "renderCard, shared": (content) =>
        renderCard({ rows: Array.from({ length: 20 }, () => openRow(content)), controls: [] }, MEMBER),
      countFitting: (content) => countFitting(Array.from({ length: 20 }, () => content)),
      fits,
      offeredReplies,
      findThreadForm: (content) => findThreadForm(content, true),
      renderThread,
      renderSnippet,
      summarize: (content) => summarize(content, 3_000),
      isAnswerable: ({ request }) => isAnswerable(request),
      renderAnswers: (content) => isAnswerable(content.request) && renderAnswers(MEMBER, content),
    };
    // What they get is short by then.
    for (const [pass, run] of Object.entries(passes))
      await attempt(`${pass}, ${name}`, someOf(everyNth(texts, 4), 2), shown, run);
  }
  await attempt("abbreviate", texts, String, (text) => abbreviate(text, 3_000));
  await attempt(
    "showOrphan",
    some,
    (text) => ({ permission: text, directory: text }),
    (orphan) => showOrphan(orphan, []),
  );
  await attempt(
    "showAnswer",
    some,
    (text): Answer => ({ kind: "question", reply: "answer", answers: text.split("a").map((each) => [each]) }),
    (answer) => showAnswer(answer, []),
  );
  await attempt("renderEphemeral", some, String, (host) =>
    renderEphemeral({ kind: "other-machine", host }, []),
  );
}

/** What Slack brings with a press, were it without limits. */
async function tryCheck(attempt: Try, texts: readonly HardText[]): Promise<void> {
  const messages: Readonly<Record<string, (text: string) => RenderedCard>> = {
    "a command": (text) => rich("rich_text_preformatted", [{ type: "text", text }]),
    "many words": (text) =>
      rich(
        "rich_text_section",
        Array.from(text, (each) => ({ type: "text", text: each })),
      ),
    "a plain text": (text) => ({ text, blocks: [{ type: "header", text: { type: "plain_text", text } }] }),
    "a parsed text": (text) => ({ text, blocks: [{ type: "section", text: { type: "mrkdwn", text } }] }),
    "many blocks": (text) => ({
      text,
      blocks: text.split("a").map((each) => ({ type: "header", text: { type: "plain_text", text: each } })),
    }),
  };
  for (const [name, message] of Object.entries(messages)) {
    const both = (text: string) =>
      [message(text), message(`${text.replaceAll("😀", ":grinning:")}!`)] as const;
    await attempt(`differencesOf, ${name}`, texts, both, ([posted, other]) => {
      const { wording: told } = parseVersion("words", posted, posted);
      const seen = parseSeen("words", other);
      return told && seen && differencesOf("words", told, seen);
    });
  }
}

function rich(type: string, elements: readonly object[]): RenderedCard {
  return { text: "", blocks: [{ type: "rich_text", elements: [{ type, elements }] } as Block] };
}

/** What is made of a text, made once: making it takes longer than each of the passes that read it. */
function once<T>(make: (text: string) => T): (text: string) => T {
  const made = new Map<string, T>();
  return (text) => {
    const known = made.get(text) ?? make(text);
    made.set(text, known);
    return known;
  };
}

function everyNth(texts: readonly HardText[], n: number): readonly HardText[] {
  return texts.filter((_, index) => index % n === 0);
}

/** Of how many there are, rather than how long they are. */
async function tryCounts(attempt: Try): Promise<void> {
  const counts = [{ name: "many", make: (length: number) => "a".repeat(length / 8) }];
  await attempt(
    "alsoAnswered",
    counts,
    ({ length }) => {
      const hooks = createHooks();
      const asks = createAsks(500, hooks);
      for (let n = 0; n < length; n += 1)
        asks.add(permissionRequest({ requestID: `per_${n}`, patterns: [`git ${n}`], always: ["git *"] }));
      return hooks;
    },
    ({ permission }) => permission.countAlong(permissionRequest({ requestID: "per_0", always: ["git *"] })),
  );
}

function called(tool: string, args: Readonly<Record<string, unknown>>): PermissionRequest {
  return permissionRequest({ permission: tool, patterns: ["*"], call: { tool, args } });
}

function bash(command: string): PermissionRequest {
  return permissionRequest({
    patterns: [command],
    always: [command],
    metadata: { command },
    call: { tool: "bash", args: { command } },
  });
}

function edit(args: Readonly<Record<string, unknown>>, diff?: string): PermissionRequest {
  const tool = "patchText" in args ? "apply_patch" : "content" in args ? "write" : "edit";
  const metadata = { filepath: FILE, ...(diff !== undefined && { diff }) };
  return permissionRequest({
    permission: "edit",
    patterns: ["a"],
    always: ["*"],
    metadata,
    call: { tool, args },
  });
}

function raw(given: { details: readonly Detail[]; doubt?: string }): RawContent {
  return {
    request: permissionRequest({ permission: "bash", always: ["git *"] }),
    session: { titles: ["A title"] },
    offers: { replies: ["once", "always", "reject"] },
    directory: DIRECTORY,
    host: "laptop",
    ...given,
  };
}

function asking(questions: readonly Partial<Question>[]): RawContent {
  return {
    ...raw({ details: [] }),
    request: questionRequest(questions),
    offers: { replies: ["answer", "reject"] },
  };
}

const MEMBER = "laptop.1_1";

function openRow(content: CardContent): Row {
  return {
    content,
    state: { kind: "asked" },
    controls: controlsFor(content, ["once", "answer", "reject"], 2),
  };
}
