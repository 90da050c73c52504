/**
 * Containers as Kubernetes starts them, of the kernel's namespaces: process IDs, host name, network and a root directory
 * of their own. The root is this machine's, so that its programs are there, and what a container writes to it is gone
 * with the container. Only root of a Linux machine can make one.
 */

import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { relay } from "./relay.ts";
import { scriptCommand } from "./runtime.ts";
import { until } from "./opencode/until.ts";
import { canUnshare } from "./unshare.ts";

const RELAY = fileURLToPath(new URL("relay.ts", import.meta.url));

const OWN_NETWORK = "--net";
const NAMESPACES = ["--pid", "--fork", "--mount", "--uts", "--ipc"];

/** Makes the root, mounts what is told line by line, and becomes the command. */
const ENTER = `
set -e
root=$1 host=$2 user=$3 mounts=$4
shift 4
mount -t tmpfs tmpfs "$root"
mkdir "$root/upper" "$root/work" "$root/merged"
mount -t overlay overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" "$root/merged"
cd "$root/merged"
mount --rbind /dev dev
mount -t proc proc proc
mount -t tmpfs -o mode=1777 tmpfs tmp
echo "$mounts" | while read -r source target; do
  [ -n "$source" ] || continue
  if [ -d "$source" ]; then mkdir -p ".$target"; else mkdir -p "$(dirname ".$target")"; touch ".$target"; fi
  mount --bind "$source" ".$target"
done
hostname "$host"
ip link set lo up 2>/dev/null || true
exec chroot --userspec="$user:$user" . /bin/sh -c 'cd "$0" && exec "$@"' "$@"
`;

/** All that a container takes, where nothing of it stays. */
const TRY = `
set -e
mount -t tmpfs tmpfs /tmp
mkdir /tmp/upper /tmp/work /tmp/merged
mount -t overlay overlay -o lowerdir=/,upperdir=/tmp/upper,workdir=/tmp/work /tmp/merged
mount -t proc proc /tmp/merged/proc
ip link set lo up
`;

/** Whether this machine lets us make containers; a test that needs them is skipped where it does not. */
export const CAN_MAKE_CONTAINERS = canUnshare(...NAMESPACES, OWN_NETWORK, "sh", "-c", TRY);

export interface ContainerOptions {
  readonly hostname: string;
  readonly user?: number;
  /** Directories and files of this machine, by their places in the container. */
  readonly mounts: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Where the command runs. */
  readonly directory?: string;
  readonly command: readonly string[];
  /** Which ports of this machine it reaches, and nothing else. Where it is missing, the container has this machine's network. */
  readonly reaches?: readonly number[];
}

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Container extends AsyncDisposable {
  /** Of its first process, as this machine sees it. */
  readonly pid: number;
  readonly finished: Promise<Finished>;
  /** Runs another command in it, as a probe does. */
  exec(command: readonly string[]): Promise<Finished>;
  /** A port of this machine that leads to this one of the container. */
  publish(port: number): Promise<number>;
  /** SIGKILL, to all of its processes. */
  kill(): Promise<void>;
}

/** Resolves when its command has started. */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  const { hostname, user = 0, mounts, env = {}, directory = "/", command, reaches } = options;
  const folder = await mkdtemp(path.join(tmpdir(), "container-"));
  const root = path.join(folder, "root");
  spawnSync("mkdir", [root]);
  const lines = Object.entries(mounts).map(([target, source]) => `${source} ${target}`);
  const child = spawn(
    "unshare",
    [
      ...NAMESPACES,
      ...(reaches ? [OWN_NETWORK] : []),
      "sh",
      "-c",
      ENTER,
      "sh",
      root,
      hostname,
      String(user),
      lines.join("\n"),
      directory,
      ...command,
    ],
    { env: { PATH: process.env["PATH"], ...env }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const finished = once(child, "close").then(([code]): Finished => ({
    code: code as number | null,
    ...output,
  }));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const pid = await until("the container has a first process", () => hasEnded() || childOf(child.pid));
  const closers: (() => unknown)[] = [];

  async function enter(script: string, from: string, to: string): Promise<void> {
    const inside = spawn(
      "nsenter",
      ["--target", String(pid), "--net", ...scriptCommand("Node", script), from, to],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    closers.push(() => inside.kill());
    const ended = once(inside, "exit").then(() => {
      throw new Error("The container is not there any more.");
    });
    await Promise.race([once(inside.stdout, "data"), ended]);
    ended.catch(() => undefined);
  }

  const container: Container = {
    pid: Number(pid),
    finished,
    exec: async ([file = "", ...args]) => {
      const target = ["--target", String(pid), "--mount", "--uts", "--ipc", "--net", "--pid", "--root"];
      const as = ["--setuid", String(user), "--setgid", String(user)];
      return new Promise((resolve) => {
        execFile(
          "nsenter",
          [...target, `--wd=/proc/${pid}/root${directory}`, ...as, file, ...args],
          { env: { PATH: process.env["PATH"], ...env } },
          (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
        );
      });
    },
    publish: async (port) => {
      const socket = path.join(folder, `published-${port}`);
      await enter(RELAY, socket, String(port));
      const server = await relay("0", socket);
      closers.push(() => server.close());
      return (server.address() as { port: number }).port;
    },
    kill: async () => {
      if (!hasEnded()) process.kill(Number(pid), "SIGKILL");
      await finished;
    },
    [Symbol.asyncDispose]: async () => {
      await container.kill();
      for (const close of closers) close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  for (const port of reaches ?? []) {
    const socket = path.join(folder, `reached-${port}`);
    const server = await relay(socket, String(port));
    closers.push(() => server.close());
    await enter(RELAY, String(port), socket);
  }
  return container;
}

function childOf(pid: number | undefined): number | undefined {
  try {
    return (
      Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]) || undefined
    );
  } catch {
    return undefined;
  }
}
