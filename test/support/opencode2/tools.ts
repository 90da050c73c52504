/** What OpenCode 2's own tools ask before they do anything: core/src/tool/plugin/*.ts, core/src/file-access.ts. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { createTwoFilesPatch } from "diff";
import { patchAsks } from "./patch-tool.ts";
import { locate } from "./target.ts";
import type { Request } from "./told.ts";

type Ask = Pick<Request, "action" | "resources" | "save" | "metadata">;
type Input = Readonly<Record<string, unknown>>;

/** @returns what it asks, one after the other. Of a tool that is not OpenCode's: for itself, as MCP servers' tools do. */
export async function asksOf(tool: string, input: Input, directory: string): Promise<readonly Ask[]> {
  switch (tool) {
    case "shell":
      return [...outside([text(input["workdir"])], directory, true), shell(text(input["command"]))];
    case "read":
      return file("read", text(input["path"]), directory);
    case "write":
      return file("edit", text(input["path"]), directory);
    case "edit": {
      const name = text(input["path"]);
      const files = await editedFiles(input, directory);
      return [
        ...outside([name], directory),
        { action: "edit", resources: [locate(name, directory).resource], save: ["*"], ...files },
      ];
    }
    case "patch":
      return patchAsks(text(input["patchText"]), directory);
    case "webfetch":
      return [
        { action: tool, resources: [text(input["url"])], save: [text(input["url"])], metadata: { ...input } },
      ];
    case "subagent":
      return [{ action: tool, resources: [text(input["agent"])], save: [text(input["agent"])] }];
    case "skill":
      return [{ action: tool, resources: [text(input["id"])], save: [text(input["id"])] }];
    case "websearch":
      return [{ action: tool, resources: [text(input["query"])], save: ["*"], metadata: { ...input } }];
    case "glob":
    case "grep": {
      const { pattern, path: place, ...rest } = input;
      const root = tool === "glob" && place !== undefined ? place : ".";
      const metadata = { root, ...(place !== undefined && { path: place }), ...rest };
      return [
        ...outside([text(place)], directory, true),
        { action: tool, resources: [text(pattern)], save: ["*"], metadata },
      ];
    }
    case "execute":
      return [{ action: tool, resources: ["*"], save: ["*"] }];
    case "question":
      return [];
    default:
      return [{ action: tool, resources: ["*"], save: ["*"] }];
  }
}

/** Roughly: a resource for each command, none for `cd`; "always" saves the first word of each. */
function shell(command: string): Ask {
  const commands = command
    .split(/&&|\|\||[;|\n]/)
    .map((each) => each.trim())
    .filter((each) => each !== "" && !/^cd\b/.test(each));
  if (commands.length === 0) return { action: "shell", resources: [command], save: [command] };
  return { action: "shell", resources: commands, save: commands.map((each) => `${prefixOf(each)} *`) };
}

/** Of commands that are known to have subcommands, two words. */
function prefixOf(command: string): string {
  const words = command.split(/\s+/);
  return words.slice(0, /^(git|npm|cargo)$/.test(words[0] ?? "") ? 2 : 1).join(" ");
}

function file(action: string, name: string, directory: string): Ask[] {
  return [
    ...outside([name], directory),
    { action, resources: [locate(name, directory).resource], save: ["*"] },
  ];
}

function outside(names: readonly string[], directory: string, areDirectories = false): Ask[] {
  const places = names
    .filter((name) => name !== "")
    .map((name) => locate(name, directory))
    .filter(({ isOutside }) => isOutside)
    .map(({ absolute }) => path.join(areDirectories ? absolute : path.dirname(absolute), "*"));
  return places.length === 0 ? [] : [{ action: "external_directory", resources: places, save: places }];
}

/** A diff of the name as it is seen from here, not shortened. None where the tool will not find its text once. */
async function editedFiles(input: Input, directory: string): Promise<Pick<Ask, "metadata">> {
  const [name, old, added] = ["path", "oldString", "newString"].map((key) => text(input[key]));
  const before = await readFile(locate(name ?? "", directory).absolute, "utf8").catch(() => undefined);
  if (before === undefined || name === undefined || old === undefined || added === undefined) return {};
  const parts = before.split(old);
  if (parts.length === 1 || (parts.length > 2 && input["replaceAll"] !== true)) return {};
  const resource = locate(name, directory).resource;
  const patch = createTwoFilesPatch(resource, resource, before, parts.join(added));
  const counts = { additions: 1, deletions: 1 };
  return { metadata: { files: [{ file: resource, patch, ...counts, status: "modified" }] } };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
