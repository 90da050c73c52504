/** OpenCode's configuration: the line that loads the plugin, and a block that makes OpenCode ask. */

import { existsSync, realpathSync } from "node:fs";
import { askVersion } from "../checks/opencode-version.ts";
import {
  globalConfigDirectory,
  readOpenCodeConfigs,
  type OpenCodeConfig,
} from "../checks/opencode-configs.ts";
import { checkPermissions } from "../checks/permissions.ts";
import { findPluginLines } from "../checks/plugin-line.ts";
import { readOwnPackage } from "../../system/own-package.ts";
import { backUp, changeFile, codeOf } from "./config-file.ts";
import {
  planPermission,
  planPlugin,
  pluginSpec,
  type PermissionPlan,
  type PluginPlan,
} from "./config-plan.ts";
import { addPermission, addPlugin, ASKING, replacePlugin } from "./config-text.ts";
import { installPlugin, pluginCommand } from "./opencode-command.ts";
import { StepFailed, type Setup } from "./setup.ts";

const LATER =
  "   – OpenCode installs the plugin when it starts, which takes up to a minute. If it cannot, it says nothing.";

/** How OpenCode's configuration stands, and what is to become of it. */
interface Plans {
  readonly spec: string;
  readonly plugin: PluginPlan;
  readonly permission: PermissionPlan;
  readonly openCodeVersion: string | undefined;
}

/** @returns the version of the OpenCode that is installed, where it is. @throws StepFailed */
export async function configureOpenCode(setup: Setup): Promise<string | undefined> {
  const { terminal, wanted, io } = setup;
  setup.step("OpenCode's configuration");
  const openCodeVersion = await askVersion(io.env, io.signal);
  if (wanted.skipPlugin) {
    terminal.say("   – It is left as it is (--skip-plugin)");
    return openCodeVersion;
  }
  const plans = makePlans(setup, openCodeVersion);
  const changes = [...describePlugin(setup, plans), ...describePermission(setup, plans.permission)];
  if (changes.length === 0) return openCodeVersion;
  for (const line of changes) terminal.say(`   ${line}`);
  if (!wanted.yes && !(await terminal.confirm("   Write it?", true))) {
    terminal.say("   – Nothing is written");
    return openCodeVersion;
  }
  const changed = await carryOutPlugin(setup, plans);
  if (plans.permission.kind === "write") {
    // Another OpenCode may have made another file: one is enough.
    const { file } = plans.permission;
    write(setup, existsSync(file) ? file : (changed ?? file), addPermission, changed);
  }
  return openCodeVersion;
}

function makePlans(setup: Setup, openCodeVersion: string | undefined): Plans {
  const { wanted, env, io, terminal } = setup;
  const directory = globalConfigDirectory(env);
  if (directory === undefined) {
    terminal.say(
      "   ✗ There is no home directory, so there is no place for OpenCode's configuration. Set HOME.",
    );
    throw new StepFailed();
  }
  const configs = readOpenCodeConfigs({ env, directory: io.directory });
  refuseUnreadable(setup, configs);
  const { version, name } = readOwnPackage();
  const spec = pluginSpec(wanted.plugin ?? name, version, io.directory);
  const isChosen = wanted.plugin !== undefined;
  const asks = checkPermissions(configs, env, undefined, "").state === "ok";
  return {
    spec,
    openCodeVersion,
    plugin: planPlugin(findPluginLines(configs), { directory, spec, isChosen }),
    permission: planPermission(configs, { asks, wanted: wanted.permission, directory }),
  };
}

/** OpenCode does not start with a broken file, and a change could not be seen to be right. */
function refuseUnreadable({ terminal }: Setup, configs: readonly OpenCodeConfig[]): void {
  const unreadable = configs.filter(({ value }) => value === undefined);
  if (unreadable.length === 0) return;
  for (const { place, why } of unreadable) terminal.say(`   ✗ ${place} cannot be read: ${why ?? "unknown"}`);
  terminal.say("     Nothing was changed. Correct it, and run this again.");
  throw new StepFailed();
}

/** What is to be changed, for a person; what is not, is said at once. */
function describePlugin({ terminal }: Setup, { spec, plugin }: Plans): readonly string[] {
  switch (plugin.kind) {
    case "right":
      terminal.say(`   ✓ ${plugin.line.place} loads ${JSON.stringify(spec)}`);
      return [];
    case "left":
      terminal.say(
        `   – ${plugin.line.place} loads ${JSON.stringify(plugin.line.spec)}, and is left as it is`,
      );
      return [];
    case "twice": {
      const places = plugin.lines.map(({ place }) => place).join(", ");
      terminal.say(`   ✗ The plugin is named ${plugin.lines.length} times: ${places}. Keep one line.`);
      throw new StepFailed();
    }
    case "replace":
      return [`In ${plugin.file}:`, `- ${JSON.stringify(plugin.from)}`, `+ ${JSON.stringify(spec)}`];
    case "add":
      return [`In ${plugin.file}:`, `+ "plugin": [${JSON.stringify(spec)}]`];
  }
}

function describePermission({ terminal }: Setup, plan: PermissionPlan): readonly string[] {
  switch (plan.kind) {
    case "asks":
      terminal.say("   ✓ OpenCode asks, so there is something to make cards of");
      return [];
    case "left":
      terminal.say(
        `   – ${plan.place ?? "OpenCode"} makes OpenCode ask about hardly anything, and what it does not ask makes no card.`,
      );
      terminal.say("     It is left as it is. To change it: --permission ask");
      return [];
    case "write":
      return [
        `In ${plan.file}, so that OpenCode asks (what it does not ask makes no card):`,
        `+ "permission": ${JSON.stringify(ASKING)}`,
      ];
  }
}

/** @returns the file that was changed, if one was. @throws StepFailed */
async function carryOutPlugin(setup: Setup, plans: Plans): Promise<string | undefined> {
  const { plugin, spec } = plans;
  switch (plugin.kind) {
    case "replace": {
      const { file, from } = plugin;
      write(setup, file, (text) => replacePlugin(text ?? "", from, spec));
      setup.terminal.say(LATER);
      return file;
    }
    case "add":
      return addLine(setup, plugin.file, plans);
    case "right":
    case "left":
    case "twice":
      return undefined;
  }
}

/** By OpenCode's own command where there is one: it sees at once whether the package can be installed. */
async function addLine(
  setup: Setup,
  file: string,
  { spec, openCodeVersion }: Plans,
): Promise<string | undefined> {
  const { terminal, env, io, wanted } = setup;
  const command = pluginCommand(openCodeVersion, spec);
  if (command === undefined) {
    write(setup, file, (text) => addPlugin(text, spec));
    terminal.say(LATER);
    return file;
  }
  const backup = copyOf(setup, file);
  terminal.say(`   opencode ${command.join(" ")} … (up to a minute)`);
  // Where nobody is asked, nobody need be there: the input of a script may have ended.
  const signal = wanted.yes ? io.signal : AbortSignal.any([io.signal, terminal.ended]);
  // With what this shell has: what the file of variables holds is for no other process.
  const installed = await installPlugin(command, io.env, signal);
  if (installed.kind === "failed") {
    terminal.say(
      "   ✗ OpenCode could not install the plugin. It would start without it, and say nothing. Here it says:",
    );
    for (const line of installed.reason) terminal.say(`     ${line}`);
    throw new StepFailed();
  }
  const lines = findPluginLines(readOpenCodeConfigs({ env, directory: io.directory }));
  const line = lines.find((each) => each.spec === spec);
  if (line === undefined) {
    write(setup, file, (text) => addPlugin(text, spec), file);
    return file;
  }
  terminal.say(`   ✓ Installed, and written to ${line.place}${backupWords(backup)}`);
  return line.place;
}

/** OpenCode changes the file by itself. @throws StepFailed */
function copyOf({ terminal }: Setup, file: string): string | undefined {
  try {
    return existsSync(file) ? backUp(realpathSync(file)) : undefined;
  } catch (error) {
    terminal.say(`   ✗ There can be no copy of ${file} (${codeOf(error)}), so it is not changed.`);
    throw new StepFailed();
  }
}

/** @param backedUp of which there is a copy already. @throws StepFailed */
function write(
  { terminal }: Setup,
  file: string,
  edit: (text: string | undefined) => string,
  backedUp?: string,
): void {
  const written = changeFile(file, edit, file !== backedUp);
  switch (written.kind) {
    case "written":
      terminal.say(`   ✓ Written${backupWords(written.backup)}`);
      return;
    case "unchanged":
      terminal.say("   ✓ It is there already");
      return;
    case "failed":
      terminal.say(
        `   ✗ ${file} cannot be written (${written.why}). Write it there by hand, and run this again.`,
      );
      throw new StepFailed();
  }
}

function backupWords(backup: string | undefined): string {
  return backup === undefined ? "" : `; as it was before: ${backup}`;
}
