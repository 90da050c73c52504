/**
 * Which machine this is, and which of its processes run: what one process must know before it may judge that
 * another one is dead.
 */

import { execFileSync } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Where a process runs, as far as process IDs mean the same. */
export interface Machine {
  /** Its name for people. May change while it runs, as on a Mac that changes networks. */
  readonly host: string;
  /**
   * `<host>.<installation>.<boot>`, or `<host>.<boot>`: readable, of `a-z 0-9 - .` only, 58 characters at most. Fit
   * for a folder's name and the beginning of a `memberID`.
   */
  readonly key: string;
}

/**
 * How a process with another key is related to us. With `same-boot` we share a kernel that runs and a pid namespace,
 * so its pid means the same to both. Every process with `earlier-boot` is dead. Of `unrelated` nothing is known.
 */
export type Relation = "same-boot" | "earlier-boot" | "unrelated";

/** `start` is to be compared, not to be read. Without it the process runs and its start cannot be learned. */
export type ProcessState =
  | { readonly kind: "running"; readonly start?: string }
  | { readonly kind: "gone" }
  | { readonly kind: "unknown" };

interface Identity {
  /** One boot of one kernel, and one of its pid namespaces. */
  readonly boot: string;
  /** What stays over boots. Only where nothing else than a boot can come between: not in a container. */
  readonly installation?: string | undefined;
}

const HOST_LIMIT_CHARS = 40;

/** How long a command may take that tells something about the machine. */
const COMMAND_LIMIT_MS = 2_000;

/** `PROC_PID_INIT_INO` of Linux' include/linux/proc_ns.h: the pid namespace that is as old as the kernel's boot. */
const INITIAL_PID_NAMESPACE = "pid:[4026531836]";

/**
 * Where the system does not tell which boot this is, the key is a random one: then no two processes have a machine
 * in common, and nobody judges anybody. On a Mac this runs two commands, some 10 ms each.
 */
export function identifyMachine(): Machine {
  const host = hostname();
  const { boot, installation } = identify(host) ?? { boot: randomUUID() };
  const key = [slugOf(host), ...(installation === undefined ? [] : [digest(installation)]), digest(boot)];
  return { host, key: key.join(".") };
}

/** A name for a process that nobody else has: `<machine key>_<random>`. */
export function createMemberID({ key }: Machine): string {
  return `${key}_${randomBytes(6).toString("hex")}`;
}

/** The key of a member's machine. */
export function machineKeyOf(memberID: string): string {
  return memberID.replace(/_.*$/s, "");
}

/** Whether a member is, or was, a process of this machine, as far as can be told. */
export function isOnMachine(memberID: string, machine: Machine): boolean {
  return relationTo(machineKeyOf(memberID), machine) !== "unrelated";
}

/** What stays over this machine's boots; undefined in a container, and where the system tells nothing. */
export function installationOf(key: string): string | undefined {
  return parseKey(key).installation;
}

/** The name of a member's host, for people. */
export function nameHostOf(memberID: string): string {
  return memberID.replace(/[._].*$/s, "");
}

/**
 * The host's name is not compared: it is for people. That another boot was an earlier one of this very machine is
 * taken from the installation, which a key only has where that can be said.
 */
export function relationTo(key: string, machine: Machine): Relation {
  const other = parseKey(key);
  const own = parseKey(machine.key);
  if (other.boot === own.boot) return "same-boot";
  const isSameInstallation = own.installation !== undefined && other.installation === own.installation;
  return isSameInstallation ? "earlier-boot" : "unrelated";
}

/**
 * What can be said of a process of this very boot and pid namespace. Only the kernel's own word that there is no
 * such process, or that it is a zombie that nobody has reaped yet, means `gone`. Does not throw.
 */
export function lookUpProcess(pid: number): ProcessState {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ESRCH") return { kind: "gone" };
    if (code !== "EPERM") return { kind: "unknown" };
  }
  try {
    return process.platform === "linux" ? readStat(pid) : askPs(pid);
  } catch {
    // It may have ended since, or be hidden from us: the next look tells.
    return { kind: "running" };
  }
}

function identify(host: string): Identity | undefined {
  try {
    if (process.platform === "linux") return identifyLinux(host);
    if (process.platform === "darwin") return identifyMac();
    return undefined;
  } catch {
    return undefined;
  }
}

/**
 * The time namespace counts because the start of a process is told in its time. `/etc/machine-id` alone names no
 * installation, since containers and badly cloned machines have it in common: the host's name must be the same too,
 * and the pid namespace the initial one, in which all processes end with the kernel's.
 */
function identifyLinux(host: string): Identity {
  const bootID = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const pidNamespace = readlinkSync("/proc/self/ns/pid");
  const boot = [host, bootID, pidNamespace, readTimeNamespace()].join("\n");
  const machineID = pidNamespace === INITIAL_PID_NAMESPACE ? readMachineID() : undefined;
  return { boot, installation: machineID && `${host}\n${machineID}` };
}

/** Kernels before 5.6 have none. */
function readTimeNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/time");
  } catch {
    return "";
  }
}

/** https://www.freedesktop.org/software/systemd/man/latest/machine-id.html: it may be empty or say "uninitialized". */
function readMachineID(): string | undefined {
  try {
    return /^[0-9a-f]{32}$/m.exec(readFileSync("/etc/machine-id", "utf8"))?.[0];
  } catch {
    return undefined;
  }
}

/** Not by the host's name, which follows the network there. */
function identifyMac(): Identity {
  const boot = run("/usr/sbin/sysctl", "-n", "kern.bootsessionuuid").trim();
  const hardware = run("/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice");
  return { boot, installation: /"IOPlatformUUID" = "([^"]+)"/.exec(hardware)?.[1] };
}

function parseKey(key: string): Identity {
  const [boot = "", installation] = key.split(".").slice(1).toReversed();
  return { boot, installation };
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: fields 3 and 22. The name, field 2, may hold anything. */
function readStat(pid: number): ProcessState {
  // A process in a new pid namespace may still see the /proc of another one, where this pid is somebody else's.
  if (readlinkSync("/proc/self") !== String(process.pid)) return { kind: "running" };
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return toState(fields[0], fields[19]);
}

function askPs(pid: number): ProcessState {
  const told = run("/bin/ps", "-o", "stat=", "-o", "lstart=", "-p", String(pid)).trim();
  const [, state, start] = /^(\S+)\s+(\S.*)$/.exec(told) ?? [];
  return toState(state, start);
}

function toState(state: string | undefined, start: string | undefined): ProcessState {
  if (state?.startsWith("Z") === true || state?.startsWith("X") === true) return { kind: "gone" };
  return start === undefined ? { kind: "running" } : { kind: "running", start };
}

/** In one language and time zone, so that the same answer has the same words for every process. */
function run(file: string, ...args: string[]): string {
  return execFileSync(file, args, {
    encoding: "utf8",
    env: { LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", "pipe", "ignore"],
    timeout: COMMAND_LIMIT_MS,
  });
}

function slugOf(host: string): string {
  const words = host.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return words.slice(0, HOST_LIMIT_CHARS);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
