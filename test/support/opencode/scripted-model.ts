import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** One answer of the model: words, or one or more tool calls in a single step. */
export type Step = { say: string } | { calls: ToolCall[]; fault?: Fault };
/** A step that depends on what the tools have answered in this turn so far, oldest first. */
export type Reaction = (toolResults: readonly string[]) => Step;
/** Of an answer: it breaks off when the one aborts, and so does every further one at once, until the other does. */
export interface Fault {
  readonly begins: AbortSignal;
  /** OpenCode's HTTP client may send a request again by itself, before OpenCode does. */
  readonly ends: AbortSignal;
}
/** Without an `id` it gets one of its own. */
export type ToolCall = { tool: string; args: Record<string, unknown>; id?: string };

export const say = (text: string): Step => ({ say: text });
export const call = (tool: string, args: Record<string, unknown>): Step => ({ calls: [{ tool, args }] });
/** A call of the tool that runs a command. */
export const bash = (command: string): Step => call("bash", { command, description: "Runs it" });
/** The same calls, by an ID that the model's server chose: a careless one chooses the same again and again. */
export const withID = (id: string, step: Step): Step =>
  "calls" in step ? { calls: step.calls.map((each) => ({ ...each, id })) } : step;
/** Calls after which the model's answer breaks off, so that OpenCode asks the model again. */
export const breakingOff = (fault: Fault, step: Step): Step => ("calls" in step ? { ...step, fault } : step);
/** Several tool calls that the model makes at once. */
export const calls = (...steps: Step[]): Step => ({
  calls: steps.flatMap((step) => ("calls" in step ? step.calls : [])),
});

/** One `chat/completions` request, as OpenCode sent it. */
export interface ModelRequest {
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly string[];
}

export interface ModelMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly text: string;
}

/** What OpenCode names a session whose title it asked the scripted model for. */
export const SESSION_TITLE = "A scripted session";

export interface ScriptedModel extends AsyncDisposable {
  /** For OpenCode's config: the `baseURL` of an `@ai-sdk/openai-compatible` provider. */
  readonly baseURL: string;
  /** A page for `webfetch`, on loopback as everything else. */
  readonly pageURL: string;
  /** Answers a turn whose user message contains `prompt`; also that of a subagent's session. */
  script(prompt: string, steps: readonly (Step | Reaction)[]): void;
  /** Every request that was not for a title or a summary, oldest first. */
  readonly requests: readonly ModelRequest[];
  /** What the tools answered in the turn of `prompt`, as the model has read it so far, oldest first. */
  toolResults(prompt: string): string[];
}

/** An OpenAI-compatible streaming model on loopback that says what its scripts tell it to. */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const scripts = new Map<string, readonly (Step | Reaction)[]>();
  const requests: ModelRequest[] = [];
  let callCount = 0;

  const server = createServer((request, response) => {
    if (request.method === "GET") response.end("A scripted page.");
    else void json(request).then((body) => answer(parseRequest(body), response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  function answer(request: ModelRequest, response: ServerResponse): void {
    const stream = createStream(response);
    // OpenCode offers tools in every turn of an agent, and none when it wants a title or a summary.
    if (request.tools.length === 0) return stream.say(SESSION_TITLE);
    requests.push(request);

    const turn = currentTurn(request, [...scripts.keys()]);
    if (turn === undefined) return stream.say("No script matches this prompt.");
    const scripted = scripts.get(turn.prompt)?.[turn.stepsTaken];
    if (scripted === undefined) return stream.say("The script has ended.");
    const step = typeof scripted === "function" ? scripted(toolResultsOf(request, turn.start)) : scripted;
    if ("say" in step) return stream.say(step.say);
    const made = step.calls.map(({ tool, args, id = `call_${++callCount}` }) => ({ id, tool, args }));
    if (step.fault === undefined || step.fault.ends.aborted) return stream.call(made);
    stream.callAndBreakOff(made, step.fault.begins);
  }

  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseURL: `${url}/v1`,
    pageURL: `${url}/page`,
    script: (prompt, steps) => void scripts.set(prompt, steps),
    requests,
    toolResults: (prompt) => {
      const latest = requests.findLast((request) => currentTurn(request, [prompt]) !== undefined);
      const start = latest === undefined ? undefined : currentTurn(latest, [prompt])?.start;
      return latest === undefined || start === undefined ? [] : toolResultsOf(latest, start);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toolResultsOf({ messages }: ModelRequest, start: number): string[] {
  return messages.slice(start).flatMap(({ role, text }) => (role === "tool" ? [text] : []));
}

/** A turn starts at the last user message that a script knows: OpenCode may add user messages of its own. */
function currentTurn({ messages }: ModelRequest, prompts: readonly string[]) {
  const promptOf = (message: ModelMessage) =>
    message.role === "user" ? prompts.find((prompt) => message.text.includes(prompt)) : undefined;
  const start = messages.findLastIndex((message) => promptOf(message) !== undefined);
  const opening = messages[start];
  const prompt = opening && promptOf(opening);
  if (prompt === undefined) return undefined;
  const stepsTaken = messages.slice(start).filter((message) => message.role === "assistant").length;
  return { prompt, start, stepsTaken };
}

function parseRequest(body: unknown): ModelRequest {
  const { messages, tools = [] } = body as {
    messages: { role: ModelMessage["role"]; content?: string | { text?: string }[] | null }[];
    tools?: { function: { name: string } }[];
  };
  const textOf = (content: (typeof messages)[number]["content"]): string =>
    typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join("\n");
  return {
    messages: messages.map(({ role, content }) => ({ role, text: textOf(content) })),
    tools: tools.map((tool) => tool.function.name),
  };
}

function createStream(response: ServerResponse) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (data: object | string): void => {
    response.write(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
  };
  const chunk = { id: "chatcmpl-scripted", object: "chat.completion.chunk", created: 0, model: "scripted" };
  const begin = (delta: object): void =>
    send({ ...chunk, choices: [{ index: 0, delta: { role: "assistant", ...delta }, finish_reason: null }] });
  const finish = (delta: object, finish_reason: "stop" | "tool_calls"): void => {
    begin(delta);
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    send({ ...chunk, choices: [{ index: 0, delta: {}, finish_reason }], usage });
    send("[DONE]");
    response.end();
  };
  return {
    say: (content: string) => finish({ content }, "stop"),
    call: (toolCalls: readonly Required<ToolCall>[]) => finish(deltaOf(toolCalls), "tool_calls"),
    callAndBreakOff(toolCalls: readonly Required<ToolCall>[], signal: AbortSignal) {
      if (signal.aborted) return void response.destroy();
      begin(deltaOf(toolCalls));
      // Only what follows a call tells OpenCode that it is complete.
      begin({ content: " " });
      signal.addEventListener("abort", () => response.destroy(), { once: true });
    },
  };
}

/** The part of an answer that calls tools. */
function deltaOf(toolCalls: readonly Required<ToolCall>[]): object {
  return {
    tool_calls: toolCalls.map(({ id, tool, args }, index) => ({
      index,
      id,
      type: "function",
      function: { name: tool, arguments: JSON.stringify(args) },
    })),
  };
}
