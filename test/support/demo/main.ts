// `npm run demo`: permission requests of a real OpenCode, answered from a page that looks like Slack.
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import path from "node:path";
import { startOpenCode } from "../opencode/opencode.ts";
import { startScriptedModel } from "../opencode/scripted-model.ts";
import { packPlugin } from "../packed-plugin.ts";
import { createPerform } from "./actions.ts";
import { bundlePage } from "./page-bundle.ts";
import { createPageServer } from "./page-server.ts";
import {
  hasSlackTokens,
  reachSlack,
  startStandIn,
  WrongEnvironment,
  type SlackPlaceOptions,
} from "./slack-place.ts";
import { createState } from "./state.ts";
import { prepareTasks } from "./tasks.ts";

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
  await using opencode = await startOpenCode({ model, plugin: [plugin.url], env: slack.env });
  const [project = ""] = opencode.directories;
  const outside = path.join(opencode.root, "outside");
  const tasks = await prepareTasks({ project, outside, model });
  const events = await opencode.events();

  say("Bundling the page …");
  servePage = createPageServer({
    files: await bundlePage(),
    state: createState({ ...slack, tasks, events }),
    perform: createPerform({ opencode, standIn: slack.standIn, tasks }),
  });

  say(
    `The gateway's log is ${path.join(opencode.root, "home/.local/state/opencode-slack-gateway/gateway.log")}`,
  );
  say(`\n  Open ${slack.pageURL}\n\nCtrl-C ends everything.`);
  await once(signal, "abort");
  console.log("Ending …");
  events.close();
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
