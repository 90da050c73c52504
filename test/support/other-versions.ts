/**
 * Other versions of the plugin. None was ever released, so they are made of the packed one: changed where versions meet,
 * and packed again.
 */

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { installPacked, type PackedPlugin } from "./packed-plugin.ts";

const OLD_HUB = path.join(import.meta.dirname, "../fixtures/hub-release-1/hub.js");

/** A file of the package, and what is written in it in place of what. */
type Change = readonly [file: string, now: string, then: string];

interface Version {
  readonly version: string;
  /** Files of the package that are replaced by others. */
  readonly files: Readonly<Record<string, string>>;
  readonly changes: readonly Change[];
}

/**
 * One whose hub is a real older one, which knows nothing of `status`, and whose notes of open cards hold only what those
 * of every version hold.
 */
const OLDER: Version = {
  version: "0.0.1",
  files: { "dist/hub/hub.js": OLD_HUB },
  changes: [
    [
      "dist/machine/ledger.js",
      "JSON.stringify(entry)",
      `JSON.stringify({
        version: 1,
        memberID: entry.memberID,
        pid: entry.pid,
        saidGoodbye: entry.saidGoodbye,
        cards: entry.cards.map(({ attemptID, kind, requestID, sessionID, directory, channel, ts }) =>
          ({ attemptID, kind, requestID, sessionID, directory, channel, ts })),
      })`,
    ],
  ],
};

/**
 * One of the next release number. With each frame of the hub it sends a field and a frame that are not known today; it
 * says more of itself to the status; its notes of open cards are of version 2 and have more fields; its audit record has
 * lines of another kind; and its cards can also be answered with a menu.
 */
const NEWER: Version = {
  version: "99.0.0",
  files: {},
  changes: [
    ["dist/hub/frames.js", "RELEASE = 2", "RELEASE = 3"],
    [
      "dist/hub/frames.js",
      "return `${JSON.stringify(frame)}\\n`;",
      'return `${JSON.stringify({ ...frame, weather: { is: "fine" } })}\\n{"type":"forecast","days":["sunny"]}\\n`;',
    ],
    ["dist/composition/member-status.js", "const status = {", 'const status = { weather: "fine",'],
    [
      "dist/machine/ledger.js",
      "JSON.stringify(entry)",
      `JSON.stringify({
        ...entry,
        version: 2,
        weather: "fine",
        cards: entry.cards.map((card) => ({ ...card, weather: { is: "fine" } })),
      })`,
    ],
    [
      "dist/audit/audit.js",
      'append("opened", { version: 1, memberID, file: number, key: key.name });',
      'append("opened", { version: 1, memberID, file: number, key: key.name, weather: "fine" }); append("forecast", { days: 1 });',
    ],
    [
      "dist/slack/connection/interaction.js",
      "const { data } = blockActionsSchema.safeParse(payload);",
      `const { data } = blockActionsSchema.safeParse({
        ...payload,
        actions: payload.actions?.map((action) =>
          ({ ...action, type: "button", value: action.selected_option?.value ?? action.value })),
      });`,
    ],
  ],
};

/** @param packed the installed package. */
export async function packOlder(packed: string): Promise<PackedPlugin> {
  return packChanged(packed, OLDER);
}

/** @param packed the installed package. */
export async function packNewer(packed: string): Promise<PackedPlugin> {
  return packChanged(packed, NEWER);
}

async function packChanged(packed: string, { version, files, changes }: Version): Promise<PackedPlugin> {
  const root = await mkdtemp(path.join(tmpdir(), "packed-plugin-"));
  try {
    const source = path.join(root, "source");
    await cp(packed, source, { recursive: true });
    for (const [file, other] of Object.entries(files)) await cp(other, path.join(source, file));
    const { version: today } = JSON.parse(await readFile(path.join(source, "package.json"), "utf8")) as {
      version: string;
    };
    const versioned: Change = ["package.json", `"version": "${today}"`, `"version": "${version}"`];
    for (const change of [versioned, ...changes]) await apply(source, change);
    return await installPacked(source, root);
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    throw error;
  }
}

/** @throws where the package has no such place, as when it was renamed. */
async function apply(source: string, [file, now, then]: Change): Promise<void> {
  const place = path.join(source, file);
  const text = await readFile(place, "utf8");
  const parts = text.split(now);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places that say ${now}`);
  await writeFile(place, parts.join(then));
}
