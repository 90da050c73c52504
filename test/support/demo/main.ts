// `npm run demo`: permission requests of a real OpenCode, answered from a page that looks like Slack.
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import path from "node:path";
import { createScratch } from "../opencode/home.ts";
import { startScriptedModel } from "../opencode/scripted-model.ts";
import { packPlugin } from "../packed-plugin.ts";
import { createPerform } from "./actions.ts";
import { bundlePage } from "./page-bundle.ts";
import { createOutage } from "./outage.ts";
import { createPageServer } from "./page-server.ts";
import {
  hasSlackTokens,
  reachSlack,
  startStandIn,
  WrongEnvironment,
  type SlackPlaceOptions,
} from "./slack-place.ts";
import { createState } from "./state.ts";
import { scriptTasks } from "./tasks.ts";
import { createWorkplace } from "./workplace.ts";

const DEFAULT_PORT = 4780;

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ending.abort());

try {
  await runDemo(ending.signal);
} catch (error) {
  // Ctrl-C ends what is being started as well, and that it then fails is no news.
  if (!ending.signal.aborted) {
    console.error(error instanceof WrongEnvironment ? error.message : error);
    process.exitCode = 1;
  }
}

async function runDemo(signal: AbortSignal): Promise<void> {
  const say = (step: string) => {
    signal.throwIfAborted();
    console.log(step);
  };
  let servePage: RequestListener = sayStarting;
  const options: SlackPlaceOptions = {
    port: await choosePort(Number(process.env["PORT"] ?? DEFAULT_PORT)),
    handler: (request, response) => servePage(request, response),
  };
  const isReal = hasSlackTokens(process.env);
  say(
    isReal
      ? "There are Slack tokens in the environment: using real Slack."
      : "Starting a stand-in for Slack on this machine: no account and no tokens are needed.",
  );
  await using slack = await (isReal ? reachSlack(options) : startStandIn(options));

  say("Building the plugin, packing it, and installing it from its tarball, as people get it …");
  await using plugin = await packPlugin();

  say("Starting a model that follows a script, and the real OpenCode with the plugin …");
  await using model = await startScriptedModel();
  const tasks = scriptTasks(model);
  await using state = await createStateHome();
  const machine = { model, pluginURL: plugin.url, env: { ...slack.env, XDG_STATE_HOME: state.directory } };
  await using first = createWorkplace({ number: 1, ...machine });
  await using second = createWorkplace({ number: 2, ...machine });
  const workplaces = [first, second];
  await first.launch();

  say("Bundling the page …");
  const outage = createOutage();
  servePage = createPageServer({
    files: await bundlePage(),
    state: createState({ slack, outage, tasks, workplaces }),
    perform: createPerform({ workplaces, standIn: slack.standIn, outage, tasks }),
  });

  say(`The gateway's log is ${path.join(state.directory, "opencode-slack-gateway/gateway.log")}`);
  say(`\n  Open ${slack.pageURL}\n\nCtrl-C ends everything.`);
  await once(signal, "abort");
  console.log("Ending …");
}

/** Where the OpenCodes of the machine note which cards they have open, so that one closes those of another. */
async function createStateHome(): Promise<AsyncDisposable & { directory: string }> {
  const directory = await createScratch();
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

/** The wanted port, or 0, which means any free one, where that cannot be had. */
async function choosePort(wanted: number): Promise<number> {
  const probe = createServer().listen(wanted, "127.0.0.1");
  try {
    await once(probe, "listening");
    return wanted;
  } catch {
    console.log(`Port ${wanted} cannot be had: using a free one.`);
    return 0;
  } finally {
    probe.close();
  }
}

function sayStarting(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503).end("The demo is starting …");
}
