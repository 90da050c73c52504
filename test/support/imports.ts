import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

/** One file of the source, by its path in the repository. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

export interface Import {
  /** `src/gateway/life.ts` */
  readonly from: string;
  /** `src/system/log.ts`, or a package's name with what is taken of it. */
  readonly to: string;
}

/** As the formatter writes them: `import … from "x"`, `export … from "x"`, `import "x"` and `import("x")`. */
const IMPORT = /\b(?:from|import)\s*\(?\s*"([^"]+)"/g;

export async function readSources(): Promise<Source[]> {
  const files = await readdir(path.join(REPOSITORY, "src"), { recursive: true });
  return Promise.all(
    files
      .filter((file) => file.endsWith(".ts"))
      .map(async (file) => ({
        file: path.posix.join("src", file.replaceAll(path.sep, "/")),
        text: await readFile(path.join(REPOSITORY, "src", file), "utf8"),
      })),
  );
}

export function importsOf({ file, text }: Source): Import[] {
  return Array.from(text.matchAll(IMPORT), ([, name = ""]) => ({
    from: file,
    to: name.startsWith(".") ? path.posix.join(path.posix.dirname(file), name) : name,
  }));
}
