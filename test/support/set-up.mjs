// Makes a fresh clone ready to run: the first half of `npm run demo` and `npm test`. Needs Node and npm, nothing else.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { askRegistry } from "./registry.mjs";

/** npm's own are 10 and 60 seconds, in which it says nothing. */
const RETRIES = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
const OLDEST_NODE = [20, 19];
const repository = path.join(import.meta.dirname ?? "", "..", "..");

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  end(`This needs Node ${OLDEST_NODE.join(".")} or later, and this is Node ${process.versions.node}.`);
}

if (isInstalled()) {
  console.log("The packages that package-lock.json names are installed.");
} else {
  console.log("Installing the packages that package-lock.json names: a minute the first time …");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", ...RETRIES], {
    cwd: repository,
    stdio: "inherit",
    shell: process.platform === "win32", // npm is a script there
  });
  if (npm.error) end(`npm could not be started: ${npm.error.message}`);
  if (npm.status !== 0) {
    end(`The installation failed. ${(await askRegistry()) ?? "What npm says above tells why."}`);
  }
}

/** npm writes its own record of node_modules last, so a broken-off install counts as none. */
function isInstalled() {
  const record = path.join(repository, "node_modules", ".package-lock.json");
  const lockfile = path.join(repository, "package-lock.json");
  return existsSync(record) && statSync(record).mtimeMs >= statSync(lockfile).mtimeMs;
}

function end(message) {
  console.error(message);
  process.exit(1);
}
