import { once } from "node:events";
import type { RequestListener } from "node:http";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startScriptedModel } from "../opencode/scripted-model.ts";
import { askRegistry } from "../registry.mjs";
import { createPerform } from "./actions.ts";
import { STAND_IN_COMMAND, type DemoArguments } from "./arguments.ts";
import { TRY_FIRST } from "./first-steps.ts";
import { packPluginHere } from "./network.ts";
import { createOutage } from "./outage.ts";
import { bundlePage } from "./page-bundle.ts";
import { createPageServer } from "./page-server.ts";
import { choosePort } from "./port.ts";
import { reachSlack, slackTokens, startStandIn, type SlackPlaceOptions } from "./slack-place.ts";
import { createStartup } from "./startup.ts";
import { createState } from "./state.ts";
import { scriptTasks } from "./tasks.ts";
import { createWorkplace, type Workplace } from "./workplace.ts";

const PACK = "Building the plugin, packing it, and installing it from its tarball, as people get it";
const START = "Starting the real OpenCode with the plugin, and a model that follows a script";

/**
 * Runs until the signal comes: first the page, then what it shows.
 * @throws PlainFailure
 */
export async function runDemo({ isStandIn }: DemoArguments, signal: AbortSignal): Promise<void> {
  const awayReason = askRegistry();
  const files = await bundlePage();
  const port = await choosePort(process.env["PORT"]);
  await using model = await startScriptedModel();
  // Nothing is awaited between the first request that can come and the page that answers it.
  const handler: RequestListener = (request, response) => page.serve(request, response);
  await using slack = await openSlack(isStandIn, { port, handler });
  const groups = scriptTasks(model);
  const outage = createOutage();
  const workplaces: Workplace[] = [];
  const startup = createStartup({ labels: [PACK, START], signal, tell: async () => page.tell() });
  const page = createPageServer({
    files,
    state: createState({ slack, startup: () => startup.view(), outage, groups, workplaces }),
    perform: createPerform({ workplaces, standIn: slack.standIn, outage, groups }),
  });
  console.log(`\n  Open ${slack.pageURL}\n\n${TRY_FIRST}\n\nThe page comes alive by itself.`);

  await using plugin = await startup.step(PACK, async () => packPluginHere(await awayReason));
  const stateHome = await createStateHome();
  const machine = { model, pluginURL: plugin.url, env: { ...slack.env, XDG_STATE_HOME: stateHome } };
  await using first = createWorkplace({ number: 1, ...machine });
  await using second = createWorkplace({ number: 2, ...machine });
  await startup.step(START, async () => first.launch());
  workplaces.push(first, second);

  console.log(`Ready. The gateway's log is ${path.join(stateHome, "opencode-slack-gateway/gateway.log")}`);
  console.log("Ctrl-C ends everything.");
  if (!signal.aborted) await once(signal, "abort");
  console.log("Ending …");
}

async function openSlack(isStandIn: boolean, options: SlackPlaceOptions) {
  const tokens = slackTokens(process.env);
  if (isStandIn || tokens.length === 0) {
    console.log("A stand-in for Slack on this machine is used: no account and no tokens are needed.");
    return startStandIn(options);
  }
  const isOrAre = tokens.length > 1 ? "are" : "is";
  console.log(
    `${tokens.join(" and ")} ${isOrAre} set, so real Slack is used. Without it: ${STAND_IN_COMMAND}`,
  );
  return reachSlack(options);
}

/** Where the OpenCodes of the machine note which cards they have open, so that one closes those of another. */
async function createStateHome(): Promise<string> {
  const directory = path.join(tmpdir(), "state");
  await mkdir(directory);
  return directory;
}
