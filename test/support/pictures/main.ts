/** Draws the picture of the README: `npm run pictures`. It needs Chromium; `CHROMIUM` says where it is. */

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { renderPlain } from "../slack/plain.ts";
import { takePicture, type PictureOfCards } from "./cards.ts";

const PICTURE = path.join(import.meta.dirname, "..", "..", "..", ".github", "docs", "card.png");
/** In CSS pixels, of which each is {@link SCALE} pixels of the picture. */
const [WIDTH, HEIGHT] = [1080, 464];
const SCALE = 1.6;

const cards = await takePicture();
const directory = await mkdtemp(path.join(tmpdir(), "pictures-"));
try {
  const page = path.join(directory, "page.html");
  await writeFile(page, bundle(cards));
  await promisify(execFile)(
    process.env["CHROMIUM"] ?? "chromium",
    [
      "--headless",
      "--no-sandbox",
      "--hide-scrollbars",
      `--force-device-scale-factor=${SCALE}`,
      "--virtual-time-budget=5000",
      `--user-data-dir=${path.join(directory, "browser")}`,
      `--window-size=${WIDTH},${HEIGHT}`,
      `--screenshot=${PICTURE}`,
      pathToFileURL(page).href,
    ],
    { env: { ...process.env, TZ: "UTC" } },
  );
} finally {
  await rm(directory, { recursive: true, force: true });
}
for (const card of cards.messages) console.log(`${renderPlain(card)}\n`);

/** One file that loads nothing from elsewhere. */
function bundle(shown: PictureOfCards): string {
  const { outputFiles } = buildSync({
    entryPoints: ["picture.tsx", "picture.css"].map((name) => path.join(import.meta.dirname, name)),
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
