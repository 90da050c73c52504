// Whether npm reaches its registry. Plain JavaScript: it is also asked before any package is installed.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const ANSWER_LIMIT_MS = 10_000;

/** npm's codes for a registry that gave no answer at all, or that nobody asked because npm is told to be offline. */
const NO_ANSWER =
  /npm error code (EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTCACHED|ENOTFOUND|ERR_SOCKET_TIMEOUT|ETIMEDOUT)/;

/**
 * What a person can do about it, if that is what npm says.
 * @param {string} said what npm wrote to stderr
 * @returns {string | undefined} undefined if npm says something else
 */
export function registryIsAway(said) {
  const [, code] = NO_ANSWER.exec(said) ?? [];
  if (code === undefined) return undefined;
  return [
    `npm's registry cannot be reached (${code}).`,
    "Connect this machine to the network and start again. Behind a proxy, tell npm of it first:",
    "  npm config set https-proxy http://your-proxy:8080",
    "`npm ping` shows whether npm reaches its registry now.",
  ].join("\n");
}

/** Asks the registry: as {@link registryIsAway}, after ten seconds at the latest. */
export async function askRegistry() {
  try {
    await promisify(execFile)("npm", ["ping", "--fetch-retries=0", `--fetch-timeout=${ANSWER_LIMIT_MS}`], {
      shell: process.platform === "win32", // npm is a script there
    });
    return undefined;
  } catch (error) {
    return registryIsAway(String(error.stderr));
  }
}
