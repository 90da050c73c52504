import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

/** All that stands in the files of a folder. A file that is gone while it is read is one that another has replaced. */
export async function contentsOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = entries
    .filter((entry) => entry.isFile())
    .map(async (file) => readIfThere(path.join(file.parentPath, file.name)));
  return (await Promise.all(texts)).join("\n");
}

async function readIfThere(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
}
