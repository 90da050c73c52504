import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { WebSocket } from "ws";
import { until } from "./opencode/until.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** A page in a Chromium without a window, driven over the DevTools protocol. */
export interface Browser extends AsyncDisposable {
  /** What an expression gives in the page. */
  evaluate(expression: string): Promise<unknown>;
  /** Waits until an expression gives something truthy, and gives that back. */
  until(expression: string): Promise<unknown>;
  /** What the system's `prefers-color-scheme` is. */
  prefer(scheme: "light" | "dark"): Promise<void>;
}

/** `CHROMIUM`, or one in the PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find(existsSync);
  return process.env["CHROMIUM"] ?? found;
}

/** @param executable see {@link findChromium} */
export async function openBrowser(executable: string, url: string): Promise<Browser> {
  const profile = await mkdtemp(path.join(tmpdir(), "browser-"));
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"];
  const chromium = spawn(executable, [...flags, `--user-data-dir=${profile}`, url], { stdio: "ignore" });
  const ended = once(chromium, "exit");
  const page = await until("Chromium shows the page", async () => findPage(profile));
  const socket = new WebSocket(page);
  await once(socket, "open");
  const send = createSender(socket);

  async function evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = (await send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })) as { result: { value?: unknown; subtype?: string }; exceptionDetails?: object };
    if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  }

  return {
    evaluate,
    until: async (expression) =>
      until(`the page has ${expression}`, async () => evaluate(expression), {
        context: async () => String(await evaluate("document.body.innerText")),
      }),
    async prefer(value) {
      await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      chromium.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** The WebSocket of the page's own, as soon as Chromium tells it. */
async function findPage(profile: string): Promise<string | undefined> {
  const file = path.join(profile, "DevToolsActivePort");
  const [port = ""] = existsSync(file) ? (await readFile(file, "utf8")).split("\n") : [];
  if (port === "") return undefined;
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  return targets.find(({ type }) => type === "page")?.webSocketDebuggerUrl;
}

function createSender(socket: WebSocket) {
  const waiting = new Map<number, (result: unknown) => void>();
  let sent = 0;
  socket.on("message", (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString()) as { id?: number; result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  return async (method: string, params: object): Promise<unknown> =>
    new Promise((resolve) => {
      const id = (sent += 1);
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
}
