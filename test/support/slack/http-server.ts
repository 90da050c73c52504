import { type IncomingMessage, type RequestListener, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Faults, Outage } from "./faults.ts";
import { type Slack, refusal } from "./method.ts";
import { createRateLimiter } from "./rate-limits.ts";
import { parseArguments, parseJSON, parseUpload, readBody } from "./request-body.ts";
import type { ResponseURLs } from "./response-urls.ts";
import { type Call, type RateLimits, execute, receiveCall, sendReply, tokenOf } from "./web-api.ts";

/** The stand-in's HTTP end. */
export interface HTTPServer {
  readonly calls: readonly Call[];
  /** From now on nobody asks about the calls so far. */
  readonly forgetCalls: () => void;
  /** `http://127.0.0.1:port/`; listening must have begun. */
  url(): string;
  /** @param port 0 for a free one */
  listen(port: number): Promise<void>;
  close(): Promise<void>;
}

/** Serves the Web API, `response_url`s, uploads and WebSocket upgrades; everything else goes to `otherwise`. */
export function createHTTPServer({
  slack,
  responseURLs,
  faults,
  rateLimits,
  otherwise,
}: {
  slack: Slack;
  responseURLs: ResponseURLs;
  faults: Faults;
  rateLimits: RateLimits;
  otherwise: RequestListener;
}): HTTPServer {
  const calls: Call[] = [];
  const limiter = createRateLimiter(() => slack.workspace.now());

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A broken assumption of the stand-in itself: neither a test nor the app may take it for Slack's answer.
      slack.workspace.complain(
        `The stand-in failed: ${error instanceof Error ? error.stack : String(error)}`,
      );
      response.destroy();
    });
  });
  server.on("upgrade", (request, socket, head) => {
    if (faults.strikes()) socket.destroy();
    else slack.socketMode.upgrade(request, socket, head);
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (pathname.startsWith("/api/")) return handleCall(request, response);
    if (!/^\/(?:response|upload)\//.test(pathname)) return otherwise(request, response);

    const body = await readBody(request);
    const method = pathname.startsWith("/upload/") ? "upload" : undefined;
    const outage = faults.strikes(method);
    if (outage) return strike(outage, method, response);
    const answer = pathname.startsWith("/response/")
      ? responseURLs.respond(pathname, responseBody(request, body))
      : uploadAnswer(slack.uploads.receive(pathname, await parseUpload(request, body)));
    response
      .writeHead(answer.status, { date: new Date(slack.workspace.now()).toUTCString() })
      .end(answer.body);
  }

  async function handleCall(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { workspace } = slack;
    const body = await readBody(request);
    const { call, unreadable } = receiveCall(request, body, workspace.now());
    calls.push(call);
    response.once("finish", () => (call.isAnswered = true));
    workspace.changed();

    await faults.passesHold(call.method);
    const outage = faults.strikes(call.method, call.arguments);
    if (outage) return strike(outage, call.method, response);

    const token = tokenOf(request, body);
    const reply =
      unreadable === undefined
        ? execute(call, { token, slack: slack, limiter, rateLimits })
        : { answer: refusal(unreadable) };
    call.answer = reply.answer;
    workspace.changed();

    await faults.passesAnswerHold(call.method);
    if (faults.losesAnswer(call.method)) return void response.destroy();
    sendReply(response, reply, workspace.now());
  }

  async function strike(outage: Outage, method: string | undefined, response: ServerResponse): Promise<void> {
    const { refuse, hang, error, status = 503, retryAfterS } = outage;
    if (hang) await faults.over(method);
    if (refuse || hang) return void response.destroy();
    if (error !== undefined) return sendReply(response, { answer: refusal(error) }, slack.workspace.now());
    if (status === 429) {
      return sendReply(
        response,
        { answer: refusal("ratelimited"), retryAfterS: retryAfterS ?? 1 },
        slack.workspace.now(),
      );
    }
    return void response
      .writeHead(status, { "content-type": "text/html" })
      .end("<h1>Something went wrong</h1>");
  }

  return {
    calls,
    forgetCalls: () => void calls.splice(0),
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    listen: async (port) =>
      new Promise((resolve, reject) => {
        server.once("error", reject).listen(port, "127.0.0.1", resolve);
      }),
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A `response_url` takes JSON, also from a client that forgets to say so. */
function responseBody(request: IncomingMessage, body: Buffer): unknown {
  const parsed = parseArguments(request, body);
  return parsed.ok ? (parsed.arguments["payload"] ?? parsed.arguments) : parseJSON(body);
}

function uploadAnswer(taken: boolean): { status: number; body: string } {
  return taken ? { status: 200, body: "OK" } : { status: 400, body: "upload refused" };
}
