import { readFile } from "node:fs/promises";
import path from "node:path";
import { buildSync } from "esbuild";

/** The page's files by the path they are served at. */
export type PageFiles = ReadonlyMap<string, PageFile>;

interface PageFile {
  readonly type: string;
  readonly content: string | Uint8Array;
}

const TYPES: Readonly<Record<string, string>> = { ".js": "text/javascript", ".css": "text/css" };

/** Bundles the page in memory, with all that it needs: it loads nothing from elsewhere. */
export async function bundlePage(): Promise<PageFiles> {
  const directory = path.join(import.meta.dirname, "page");
  // The synchronous build leaves no process of esbuild's behind.
  const { outputFiles } = buildSync({
    entryPoints: ["page.tsx", "page.css"].map((name) => path.join(directory, name)),
    outdir: directory,
    bundle: true,
    write: false,
    minify: true,
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const html = await readFile(path.join(directory, "index.html"), "utf8");
  const bundled = outputFiles.map(({ path: file, contents }): [string, PageFile] => [
    `/${path.basename(file)}`,
    { type: TYPES[path.extname(file)] ?? "", content: contents },
  ]);
  return new Map([["/", { type: "text/html", content: html }], ...bundled]);
}
