import type { FileObject } from "./slack-objects.ts";
import type { Workspace } from "./workspace.ts";

/** Files on their way: announced, then uploaded to an address of their own, then completed. */
export interface Uploads {
  /** An address that takes one file of exactly this size, in bytes. */
  announce(file: { name: string; size: number }): { id: string; path: string };
  /** Takes the content, once; false when nothing was announced here or the size differs. */
  receive(path: string, content: Buffer): boolean;
  /** The uploaded file, once; `undefined` when it was never uploaded or is completed already. */
  complete(id: string, title: string | undefined): FileObject | undefined;
}

/** No files yet. */
export function createUploads(workspace: Workspace): Uploads {
  const pending = new Map<string, { name: string; size: number; content?: Buffer }>();

  return {
    announce(file) {
      const id = workspace.nextID("F");
      pending.set(id, file);
      return { id, path: `/upload/${id}` };
    },
    receive(path, content) {
      const file = pending.get(path.replace("/upload/", ""));
      if (!file || file.content || file.size !== content.length) return false;
      file.content = content;
      return true;
    },
    complete(id, title) {
      const file = pending.get(id);
      if (!file?.content) return undefined;
      pending.delete(id);
      const { name, size, content } = file;
      const completed = { id, name, title: title ?? name, size, content: content.toString() };
      workspace.files.set(id, completed);
      return completed;
    },
  };
}
