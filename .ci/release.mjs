/**
 * What a release is made of, for .github/workflows/release.yml:
 *
 *   node .ci/release.mjs check v1.2.3    whether this tree may be published under that tag; without one, at all
 *   node .ci/release.mjs notes v1.2.3    prints what CHANGELOG.md says of it
 *   node .ci/release.mjs links v1.2.3    makes README.md's links absolute, for npm's page
 *   node .ci/release.mjs dev 42          gives package.json the version of the 42nd build between two releases
 *
 * What is wrong is one sentence on stderr, with exit code 1. It works in the current directory.
 */

import { readFileSync, writeFileSync } from "node:fs";

const CHANGELOG = "CHANGELOG.md";
const README = "README.md";
const PACKAGE = "package.json";

class Wrong extends Error {}

const read = (file) => readFileSync(file, "utf8");
const readPackage = () => JSON.parse(read(PACKAGE));

/** Where the sources are on GitHub, without `.git`: `https://github.com/owner/name`. */
function repository() {
  const { repository: told } = readPackage();
  const url = typeof told === "string" ? told : told?.url;
  const name = /^(?:github:|(?:git\+)?https:\/\/github\.com\/)?([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(
    url ?? "",
  )?.[1];
  if (name === undefined)
    throw new Wrong(
      'package.json has no "repository": set it to the address on GitHub, such as "github:owner/name". npm needs it for the provenance, and README.md\'s links are made of it.',
    );
  return `https://github.com/${name}`;
}

function versionOf(tag) {
  const version = /^v(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(tag ?? "")?.[1];
  if (version === undefined)
    throw new Wrong(`${tag ?? "No tag"} is not a tag of a release: it is "v" and a version, such as v1.2.3.`);
  return version;
}

function notesOf(version) {
  const sections = read(CHANGELOG).split(/^## /m).slice(1);
  const section = sections.find((each) => each.split(/\s/, 1)[0] === version);
  const [head = "", ...lines] = section?.split("\n") ?? [];
  const notes = lines.join("\n").trim();
  if (notes === "")
    throw new Wrong(
      `${CHANGELOG} says nothing of ${version}: add a heading "## ${version}" and what has changed.`,
    );
  if (head.includes("not yet released"))
    throw new Wrong(
      `${CHANGELOG} says that ${version} is not yet released: write the day of the release there.`,
    );
  return notes;
}

function check(tag) {
  repository();
  if (tag === undefined) return;
  const version = versionOf(tag);
  const { version: ours } = readPackage();
  if (ours !== version)
    throw new Wrong(`The tag is ${tag}, and package.json says ${ours}: they must be the same version.`);
  notesOf(version);
}

/** On npm's page a relative link leads nowhere. */
function makeLinksAbsolute(tag) {
  const root = repository();
  const raw = root.replace("https://github.com/", "https://raw.githubusercontent.com/");
  const absolute = read(README).replace(
    /(!?)(\[[^\]]*\]\()(?!https?:|#|mailto:)([^)\s]+)\)/g,
    (_, picture, text, target) =>
      picture === "" ? `${text}${root}/blob/${tag}/${target})` : `!${text}${raw}/${tag}/${target})`,
  );
  writeFileSync(README, absolute);
}

/** Between two releases: after the latest, before the next. */
function beDevelopment(build) {
  if (!/^\d+$/.test(build ?? "")) throw new Wrong("The number of the build is missing.");
  const packageJSON = readPackage();
  const [core] = packageJSON.version.split("-");
  writeFileSync(
    PACKAGE,
    `${JSON.stringify({ ...packageJSON, version: `${core}-dev.${build}` }, undefined, 2)}\n`,
  );
}

const [task, argument] = process.argv.slice(2);
try {
  if (task === "check") check(argument);
  else if (task === "notes") process.stdout.write(`${notesOf(versionOf(argument))}\n`);
  else if (task === "links") makeLinksAbsolute(argument ?? "main");
  else if (task === "dev") beDevelopment(argument);
  else throw new Wrong("Tell what to do: check, notes, links or dev.");
} catch (error) {
  if (!(error instanceof Wrong)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
