/** Files in which a name that sounds like a secret's is a script's, a package's or a target's. Pure. */

import type { Span } from "../../shell/scanning.ts";

/** What a package is made of, runs and depends on: nothing in there is a credential. */
const NAME = String.raw`(?:(?:package|composer|bower|deno)\.jsonc?|(?:package-lock|npm-shrinkwrap)\.json|(?:Cargo|Pipfile|pyproject)(?:\.toml|\.lock)?|[\w.-]{0,40}requirements[\w.-]{0,40}\.txt|go\.mod|Gemfile|[\w-]{1,80}\.gemspec|pubspec\.yaml|Chart\.yaml|environment\.ya?ml|(?:yarn|bun|deno|poetry|uv)\.lock|pnpm-(?:lock|workspace)\.yaml)`;
const MANIFEST = new RegExp(`^${NAME}$`);
/** Among a tool's arguments: `path:  "…/package.json"`, and within one of them `"path": "…/package.json"`. */
const MANIFEST_ARGUMENT = new RegExp(
  String.raw`(?:path|\bfile\w{0,40})"?: {1,17}"(?:[^"\n]{0,4000}[/\\])?${NAME}"`,
  "i",
);
const MAKEFILE = /^(?:(?:GNUm|m|M)akefile|.*\.mk)$/;
/** A rule of a Makefile, up to what it depends on; with the sign of a diff's line before it. */
const RULE = /(?:^|\n)[ +-]?[\w.% -]{0,200}:[ \t]*$/;
/** Of a file's name, at most. */
const NAME_LENGTH = 256;
/** How much before a secret is looked at. */
const LEAD_LENGTH = 240;

/** Whether a path leads to such a file, whatever stands in it. */
export function isManifest(path: string): boolean {
  return MANIFEST.test(lastPart(path));
}

/** Whether one of these texts is the path of such a file, or tells a tool to write it. */
export function namesManifest(texts: readonly string[]): boolean {
  return texts.some((text) => isManifest(text) || MANIFEST_ARGUMENT.test(text));
}

/** Whether a secret stands where a Makefile, if one of these texts is its path, has what a target depends on. */
export function isPrerequisite(texts: readonly string[], text: string, secrets: readonly Span[]): boolean {
  return (
    texts.some((each) => MAKEFILE.test(lastPart(each))) &&
    secrets.some(({ start }) => RULE.test(text.slice(Math.max(0, start - LEAD_LENGTH), start)))
  );
}

/** A file's name without its path; of a longer text it is no name of a file. */
function lastPart(path: string): string {
  return path.slice(-NAME_LENGTH).split(/[/\\]/).at(-1) ?? "";
}
