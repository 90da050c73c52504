/**
 * Draws the picture of the README: `npm run pictures`. With a directory, `npm run pictures -- /tmp/cards`, it draws a
 * sheet of all kinds of cards there instead, as wide as a phone, in light and dark. It needs Chromium; `CHROMIUM` says
 * where it is.
 */

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { findChromium } from "../browser.ts";
import { renderPlain } from "../slack/plain.ts";
import { takePicture, type PictureOfCards } from "./cards.ts";
import { takeSheet } from "./sheet.ts";

const PICTURE = path.join(import.meta.dirname, "..", "..", "..", ".github", "docs", "card.png");

interface Drawing {
  readonly file: string;
  readonly entry: string;
  /** In CSS pixels, of which each is `scale` pixels of the picture. */
  readonly size: readonly [width: number, height: number];
  readonly scale: number;
  readonly theme: "light" | "dark";
}

const [folder] = process.argv.slice(2);
const cards = folder === undefined ? await takePicture() : await takeSheet();
const drawings: readonly Drawing[] =
  folder === undefined
    ? [{ file: PICTURE, entry: "picture", size: [1080, 304], scale: 1.6, theme: "light" }]
    : (["light", "dark"] as const).map((theme) => ({
        file: path.join(folder, `${theme}.png`),
        entry: "sheet",
        // Four phones side by side.
        size: [4 * 390, 1_900],
        scale: 1,
        theme,
      }));
for (const drawing of drawings) await draw(drawing);
for (const card of cards.messages) console.log(`${renderPlain(card)}\n`);

async function draw({ file, entry, size, scale, theme }: Drawing): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), "pictures-"));
  try {
    const page = path.join(directory, "page.html");
    await writeFile(page, bundle(entry, theme));
    await promisify(execFile)(
      findChromium() ?? "chromium",
      [
        "--headless",
        "--no-sandbox",
        "--hide-scrollbars",
        `--force-device-scale-factor=${scale}`,
        "--virtual-time-budget=5000",
        `--user-data-dir=${path.join(directory, "browser")}`,
        `--window-size=${size.join(",")}`,
        `--screenshot=${file}`,
        pathToFileURL(page).href,
      ],
      { env: { ...process.env, TZ: "UTC" } },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** One file that loads nothing from elsewhere. */
function bundle(entry: string, theme: Drawing["theme"]): string {
  const shown: PictureOfCards & Pick<Drawing, "theme"> = { ...cards, theme };
  const { outputFiles } = buildSync({
    entryPoints: [`${entry}.tsx`, `${entry}.css`].map((name) => path.join(import.meta.dirname, name)),
    outdir: import.meta.dirname,
    bundle: true,
    write: false,
    minify: true,
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"', CARDS: JSON.stringify(shown) },
  });
  const [script = "", style = ""] = [".js", ".css"].map(
    (kind) => outputFiles.find(({ path: file }) => file.endsWith(kind))?.text,
  );
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><main id="page"></main><script>${script.replaceAll("</script", "<\\/script")}</script>`;
}
