/** Where the variables belong, by what starts OpenCode. Pure. */

import type { Environment } from "../../composition/environment.ts";

/** A variable as it is to be set; a token by what stands for it. */
export interface Shown {
  readonly name: string;
  readonly value: string;
}

interface Launchers {
  readonly variables: readonly Shown[];
  /** Whether they are secrets, as long as there is no file of variables: most launchers would show them to others. */
  readonly areSecret: boolean;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** Of the OpenCode that is installed; undefined where nobody knows. */
  readonly openCodeMajor: number | undefined;
}

/** Lines for a person. The first launcher is the shell that this was typed in. */
export function describeLaunchers(launchers: Launchers): readonly string[] {
  const { platform, openCodeMajor, env, areSecret } = launchers;
  if (areSecret) return [...inShell(launchers), ...(env["TMUX"] ? inTmux(launchers) : []), OTHERS];
  return [
    ...inShell(launchers),
    ...(env["TMUX"] ? inTmux(launchers) : []),
    ...(platform === "linux" ? [...inSystemd(launchers), ...onLinuxDesktop(launchers)] : []),
    ...(platform === "darwin" ? onMac(launchers) : []),
    ...(openCodeMajor === 2 ? inServiceOfTwo(launchers) : []),
  ];
}

const OTHERS =
  "A systemd service, a desktop's menu, launchd, or the service of OpenCode 2? Run this again with --write-env: then all that they need is one variable, which is no secret.";

function inShell({ variables, env, platform }: Launchers): string[] {
  if (platform === "win32")
    return [
      "In PowerShell, once; then open a new one:",
      ...variables.map(({ name, value }) => `setx ${name} "${value}"`),
    ];
  const shell = env["SHELL"]?.split("/").at(-1) ?? "";
  if (shell === "fish")
    return [
      "In your shell, once:",
      ...variables.map(({ name, value }) => `set -Ux ${name} ${quoted(value)}`),
    ];
  const profile = PROFILES[shell] ?? "your shell's profile";
  return [
    `In ${profile}, and once in this shell:`,
    ...variables.map(({ name, value }) => `export ${name}=${quoted(value)}`),
  ];
}

const PROFILES: Readonly<Record<string, string>> = {
  bash: "~/.bashrc",
  zsh: "~/.zshenv",
  dash: "~/.profile",
};

/** Panes get the variables that the server had when it started. */
function inTmux({ variables }: Launchers): string[] {
  return [
    "This is tmux, whose server is older than the variables: new panes get them after",
    ...variables.map(({ name, value }) => `tmux set-environment -g ${name} ${quoted(value)}`),
  ];
}

function inSystemd({ variables }: Launchers): string[] {
  return [
    "In a systemd user service that starts OpenCode (systemctl --user edit <service>, then restart it):",
    "[Service]",
    ...variables.map(({ name, value }) => `Environment=${quotedWhole(name, value)}`),
  ];
}

function onLinuxDesktop({ variables }: Launchers): string[] {
  return [
    "From a desktop's menu, in ~/.config/environment.d/opencode-slack-gateway.conf; then log out, and in again:",
    ...variables.map(({ name, value }) => `${name}=${value}`),
  ];
}

/** `setenv` lasts until the next restart of the Mac. */
function onMac({ variables }: Launchers): string[] {
  return [
    "From the Dock, or in a launchd agent: before OpenCode starts, after each restart of the Mac (an agent of your own has EnvironmentVariables for it):",
    ...variables.map(({ name, value }) => `launchctl setenv ${name} ${quoted(value)}`),
  ];
}

function inServiceOfTwo({ variables }: Launchers): string[] {
  return [
    "For the service of OpenCode 2, which keeps what is set in a file of its own; then opencode service start:",
    ...variables.map(({ name, value }) => `opencode service set env ${name} ${quoted(value)}`),
  ];
}

function quoted(value: string): string {
  return /^[\w./:@%+,-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Environment= */
function quotedWhole(name: string, value: string): string {
  return /^[\w./:@+,-]+$/.test(value) ? `${name}=${value}` : `"${name}=${value.replaceAll('"', '\\"')}"`;
}
