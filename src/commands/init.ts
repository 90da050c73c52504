/** `opencode-slack-gateway init`: from nothing to the first card. What is right already is only checked. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { readConfig } from "../composition/config.ts";
import { loadEnvironment } from "../composition/env-file.ts";
import { ENV_FILE_VARIABLE } from "../composition/variables.ts";
import { readOwnPackage } from "../system/own-package.ts";
import { readArguments, UsageError } from "./arguments.ts";
import { envFilePath } from "./init/env-file.ts";
import { choosePlace, isPerson } from "./init/place.ts";
import { configureOpenCode } from "./init/plugin-step.ts";
import { StepFailed, type Setup, type Surroundings, type Wanted } from "./init/setup.ts";
import { createTerminal, NoAnswer, type Terminal } from "./init/terminal.ts";
import { takeTokens, type Tokens } from "./init/tokens.ts";
import { keepVariables, sayVariables, type Variables } from "./init/variables-step.ts";
import { processIO, type CommandIO, type ExitStatus } from "./io.ts";

const OPTIONS = {
  dm: { type: "string" },
  channel: { type: "string" },
  approvers: { type: "string" },
  "write-env": { type: "boolean" },
  // Not --env-file: Node takes that for itself, wherever it stands.
  "env-path": { type: "string" },
  plugin: { type: "string" },
  "skip-plugin": { type: "boolean" },
  permission: { type: "string" },
  "no-press": { type: "boolean" },
  yes: { type: "boolean", short: "y" },
} as const;

/** See its help. */
export async function init(args: readonly string[], io: CommandIO = processIO()): Promise<ExitStatus> {
  const wanted = readWanted(args, io.directory);
  const { stdin: input, stdout: output } = process;
  const terminal = createTerminal({ input, output, signal: io.signal });
  try {
    return await setUp(wanted, terminal, io);
  } catch (error) {
    if (error instanceof NoAnswer)
      terminal.say(
        "\n   Stopped. Run this again to go on: what is done stays done, and is not asked again if it is set.",
      );
    else if (!(error instanceof StepFailed)) throw error;
    return 1;
  } finally {
    terminal.close();
  }
}

function readWanted(args: readonly string[], directory: string): Wanted {
  const given = readArguments(args, OPTIONS);
  if (given.positionals.length > 0)
    throw new UsageError(`init takes no arguments: ${given.positionals.join(" ")}.`);
  const permission = given.value("permission");
  if (permission !== undefined && permission !== "ask" && permission !== "keep")
    throw new UsageError("--permission must be ask or keep.");
  if (given.has("dm") && given.has("channel")) throw new UsageError("Give --dm or --channel, not both.");
  const dm = given.value("dm");
  if (dm !== undefined && !isPerson(dm)) throw new UsageError("--dm takes a member ID (U… or W…).");
  const envFile = given.value("env-path");
  return {
    dm,
    channel: given.value("channel"),
    approvers: given.value("approvers"),
    writeEnv: given.has("write-env"),
    envFile: envFile === undefined ? undefined : resolve(directory, envFile),
    plugin: given.value("plugin"),
    skipPlugin: given.has("skip-plugin"),
    permission,
    press: !given.has("no-press"),
    yes: given.has("yes"),
  };
}

async function setUp(wanted: Wanted, terminal: Terminal, io: CommandIO): Promise<ExitStatus> {
  const { name, version } = readOwnPackage();
  terminal.say(`${name} ${version}: OpenCode's permission requests, answered from Slack.`);
  terminal.say("Ctrl-C stops. Run it again at any time: what is right already is only checked.");
  const setup = readSetup(wanted, terminal, io);
  const surroundings = readSurroundings(setup);
  const tokens = await takeTokens(setup, surroundings);
  const channelID = await choosePlace(setup, surroundings, tokens);
  const approvers = isPerson(channelID) ? undefined : await approversOf(setup, tokens, channelID);
  const variables = {
    SLACK_BOT_TOKEN: tokens.botToken,
    SLACK_APP_TOKEN: tokens.appToken,
    SLACK_CHANNEL_ID: channelID,
    ...(approvers !== undefined && { SLACK_APPROVER_IDS: approvers }),
  };
  keepVariables(setup, variables);
  const openCodeVersion = await configureOpenCode(setup);
  sayVariables(setup, variables, openCodeVersion);
  return examine(setup, variables);
}

/** With Slack's packages, which nothing before it waits for. */
async function approversOf(setup: Setup, tokens: Tokens, channelID: string): Promise<string> {
  const { chooseApprovers } = await import("./init/approvers.ts");
  return chooseApprovers(setup, tokens, channelID);
}

/** The file of variables counts from the second run on, whether the environment names it already or not. */
function readSetup(wanted: Wanted, terminal: Terminal, io: CommandIO): Setup {
  const envFile = envFilePath(wanted.envFile, io.env);
  const isThere = envFile !== undefined && existsSync(envFile);
  // One that is named and missing keeps the gateway off, unless it is made now.
  const isRead = isThere || (envFile === io.env[ENV_FILE_VARIABLE]?.trim() && !wanted.writeEnv);
  const { env, problems } = loadEnvironment({ ...io.env, [ENV_FILE_VARIABLE]: isRead ? envFile : "" });
  for (const problem of problems) terminal.say(`✗ ${problem}`);
  if (problems.length > 0) throw new StepFailed();
  if (isThere) terminal.say(`Variables are read from ${envFile}, too.`);
  let steps = 0;
  const step = (title: string): void => {
    steps += 1;
    terminal.say(`\n${steps}. ${title}`);
  };
  return { wanted, terminal, io, env, envFile, step };
}

/** Everything else in the environment has to be right: only tokens, channel and approvers are chosen here. */
function readSurroundings({ env, terminal }: Setup): Surroundings {
  const chosen = { SLACK_BOT_TOKEN: "xoxb-0", SLACK_APP_TOKEN: "xapp-0", SLACK_CHANNEL_ID: "C0" };
  const result = readConfig(undefined, {
    ...env,
    ...chosen,
    SLACK_APPROVER_IDS: "",
    [ENV_FILE_VARIABLE]: "",
  });
  if (result.ok) return result.config;
  for (const problem of result.problems) terminal.say(`✗ ${problem}`);
  throw new StepFailed();
}

/** The doctor proves it, as far as somebody is there to press. */
async function examine(setup: Setup, variables: Variables): Promise<ExitStatus> {
  const { wanted, terminal, io, env } = setup;
  setup.step("Does it work?");
  // From here on Ctrl-C is the doctor's.
  terminal.close();
  const noPress = wanted.yes || !wanted.press;
  const { doctor } = await import("./doctor.ts");
  const status = await doctor(noPress ? ["--no-press"] : [], {
    ...io,
    env: { ...env, ...variables, [ENV_FILE_VARIABLE]: "" },
  });
  if (status === 0)
    terminal.say(
      "\nStart OpenCode where the variables are set, and let it run a command: the card comes to Slack.",
    );
  return status;
}
