import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { action, type Perform } from "./actions.ts";
import type { PageFiles } from "./page-bundle.ts";
import type { DemoState } from "./state.ts";

/** How often the page is told what has changed. */
const REFRESH_MS = 100;

/** Nothing from elsewhere is loaded, whatever a message or the page asks for. */
const CONTENT_SECURITY_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:";

/** The page's end at this process. */
export interface PageServer {
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** Sends what has changed, and waits until it is on its way: for what would be lost with the demo's end. */
  tell(): Promise<void>;
}

/**
 * Serves the page: its files, `GET /updates` (server-sent events: the whole {@link DemoState} after each change) and
 * `POST /actions` (an {@link Action}; 204, or 409 with the reason in `problem`).
 */
export function createPageServer({
  files,
  state,
  perform,
}: {
  files: PageFiles;
  state: () => DemoState;
  perform: Perform;
}): PageServer {
  const watchers = new Set<() => Promise<void>>();

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const file = files.get(pathname);
    if (request.method === "POST" && pathname === "/actions") void act(request, response);
    else if (pathname === "/updates") sendUpdates(response);
    else if (file) {
      const headers = { "content-type": file.type, "content-security-policy": CONTENT_SECURITY_POLICY };
      response.writeHead(200, headers).end(file.content);
    } else response.writeHead(404).end();
  }

  async function act(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Another site's page cannot send this type without asking first, and is not allowed to.
    if (request.headers["content-type"] !== "application/json") return void response.writeHead(415).end();
    try {
      await perform(action.parse(await json(request)));
      response.writeHead(204).end();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      response.writeHead(409, { "content-type": "application/json" }).end(JSON.stringify({ problem }));
    }
  }

  function sendUpdates(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    let sent = "";
    const send = async (): Promise<void> => {
      const data = JSON.stringify(state());
      if (data === sent) return;
      sent = data;
      await new Promise<void>((resolve) => {
        response.write(`data: ${data}\n\n`, () => resolve());
      });
    };
    void send();
    watchers.add(send);
    const timer = setInterval(() => void send(), REFRESH_MS);
    response.once("close", () => {
      clearInterval(timer);
      watchers.delete(send);
    });
  }

  return {
    serve,
    async tell() {
      await Promise.all([...watchers].map(async (send) => send()));
    },
  };
}
