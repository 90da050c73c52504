import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { OpenCode } from "../opencode/opencode.ts";
import type { Reaction, ScriptedModel, Step } from "../opencode/scripted-model.ts";
import { listTasks, SUBAGENT } from "./task-list.ts";

/** Something that the scripted agent can be asked to do, as often as one likes. */
export interface Task {
  readonly label: string;
  readonly prompt: string;
  readonly steps: readonly (Step | Reaction)[];
}

/** Tasks that show the same thing. */
export interface TaskGroup {
  readonly title: string;
  /** What there is to see, in a sentence. */
  readonly about: string;
  readonly tasks: readonly Task[];
}

const PROJECT_FILES: Readonly<Record<string, string>> = {
  "README.md": "# Greeter\n\nGreets people in many languages.\n",
  "src/greetings.ts": 'export const GREETINGS = [\n  "Hello",\n  "Moin",\n];\n',
  "check.sh":
    'for part in greetings people farewells; do\n  sleep 1\n  echo "ok  $part"\ndone\necho "3 passed"\n',
};

/** Puts a small project in place, and beside it a directory that OpenCode asks about before it reaches into it. */
export async function writeProject({ directories, root }: OpenCode): Promise<void> {
  const [project = ""] = directories;
  await writeFiles(project, PROJECT_FILES);
  await writeFiles(path.join(root, "outside"), { "notes.txt": "Call the translator on Monday.\n" });
}

/** Puts the scripts of what can be done in any such project into the model. */
export function scriptTasks(model: ScriptedModel): readonly TaskGroup[] {
  const groups = listTasks(model.pageURL);
  for (const { prompt, steps } of [SUBAGENT, ...groups.flatMap(({ tasks }) => tasks)]) {
    model.script(prompt, steps);
  }
  return groups;
}

/**
 * What the agent is told for a task.
 * @throws if there is no such task
 */
export function promptOf(groups: readonly TaskGroup[], label: string): string {
  const task = groups.flatMap(({ tasks }) => tasks).find((candidate) => candidate.label === label);
  if (!task) throw new Error(`There is no task "${label}"`);
  return task.prompt;
}

async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
