import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { OpenCode } from "../opencode/opencode.ts";
import { call, calls, say, type ScriptedModel, type Step } from "../opencode/scripted-model.ts";

/** Something that the scripted agent can be asked to do, as often as one likes. */
export interface Task {
  readonly label: string;
  readonly prompt: string;
  readonly steps: readonly Step[];
}

/** More than Slack takes at once, so that requests share cards. */
const NAMES = "Ada Ben Cleo Dora Emil Fay Gus Hana Ines Jon Kira Liu".split(" ");

/** Its end seems to be its beginning, it has a letter that is none of Latin's, and it carries a secret. */
const DECEIVING = `echo "\u202Edengis ton si noisrev eht" "p\u0430ypal" # TOKEN=${["ghp", "aB3dE5gH7jK9".repeat(3)].join("_")}`;

/** Too long for a card. */
const LONG_SCRIPT = [
  ...Array.from({ length: 300 }, (_, n) => `: good morning, town number ${n + 1}`),
  'echo "Good morning, everybody"',
].join("\n");

/** More than a thread has room for. */
const LONG_TEXT = Array.from(
  { length: 1_200 },
  (_, n) => `Town number ${n + 1} has been greeted this morning.\n`,
).join("");

const SUBAGENT_PROMPT = "List every source file.";

const PROJECT_FILES: Readonly<Record<string, string>> = {
  "README.md": "# Greeter\n\nGreets people in many languages.\n",
  "src/greetings.ts": 'export const GREETINGS = [\n  "Hello",\n  "Moin",\n];\n',
  "check.sh":
    'for part in greetings people farewells; do\n  sleep 1\n  echo "ok  $part"\ndone\necho "3 passed"\n',
};

const bash = (command: string, description: string) => call("bash", { command, description });

/** Puts a small project in place, and beside it a directory that OpenCode asks about before it reaches into it. */
export async function writeProject({ directories, root }: OpenCode): Promise<void> {
  const [project = ""] = directories;
  await writeFiles(project, PROJECT_FILES);
  await writeFiles(path.join(root, "outside"), { "notes.txt": "Call the translator on Monday.\n" });
}

/** Puts the scripts of what can be done in any such project into the model. */
export function scriptTasks(model: ScriptedModel): readonly Task[] {
  const tasks = listTasks(model.pageURL);
  for (const { prompt, steps } of tasks) model.script(prompt, steps);
  model.script(SUBAGENT_PROMPT, [bash("find src -type f", "Lists the sources"), say("There is one file.")]);
  return tasks;
}

function listTasks(page: string): Task[] {
  const greetings = "src/greetings.ts";
  return [
    {
      label: "Run a command",
      prompt: "What has changed in this project?",
      steps: [
        bash("git status --short && git log --oneline -3", "Shows what has changed"),
        say("Nothing of the project is committed yet."),
      ],
    },
    {
      label: "Run the checks",
      prompt: "Run the checks.",
      steps: [bash("sh check.sh", "Runs the checks, for three seconds"), say("All checks pass.")],
    },
    {
      label: "Change a file",
      prompt: "Add a greeting in French.",
      steps: [
        call("read", { filePath: greetings }),
        call("edit", {
          filePath: greetings,
          oldString: '  "Hello",\n',
          newString: '  "Hello",\n  "Bonjour",\n',
        }),
        say("The list of greetings has a French one now."),
      ],
    },
    {
      label: "Delete files",
      prompt: "Remove what nobody needs.",
      steps: [
        bash("mkdir -p build && rm -rf build", "Deletes what was built"),
        say("There is nothing left over."),
      ],
    },
    {
      label: "Fetch a page",
      prompt: "What does the page about greetings say?",
      steps: [call("webfetch", { url: page, format: "text" }), say("It is one short sentence.")],
    },
    {
      label: "Ask a subagent",
      prompt: "Let somebody else look around.",
      steps: [
        call("task", { description: "Look around", prompt: SUBAGENT_PROMPT, subagent_type: "general" }),
        say("The subagent has looked around."),
      ],
    },
    {
      label: "Reach outside",
      prompt: "What do my notes say?",
      steps: [call("read", { filePath: "../outside/notes.txt" }), say("The translator, on Monday.")],
    },
    {
      label: "Two at once",
      prompt: "Count the files, and say what day it is.",
      steps: [
        calls(bash("ls -R | wc -l", "Counts the files"), bash("date +%A", "Says what day it is")),
        say("Both are done."),
      ],
    },
    {
      label: "Deceive",
      prompt: "Is the new version signed?",
      steps: [bash(DECEIVING, "Checks the sig\u200Bnature"), say("It is, whatever you have seen.")],
    },
    {
      label: "Run a long script",
      prompt: "Say good morning in every town.",
      steps: [bash(LONG_SCRIPT, "Says good morning"), say("The last town has been greeted.")],
    },
    {
      label: "Write a long file",
      prompt: "Write down every town that was greeted.",
      steps: [
        call("write", { filePath: "towns.txt", content: LONG_TEXT }),
        say("All towns are written down."),
      ],
    },
    {
      label: "Keep trying",
      prompt: "Tell everybody that there is a new version.",
      steps: [
        ...["mail", "chat", "forum", "blog", "radio"].map((place) =>
          bash(`echo "News for the ${place}"`, "Tells them"),
        ),
        say("Whoever would listen knows."),
      ],
    },
    {
      label: "Twelve at once",
      prompt: "Greet everybody on the list.",
      steps: [
        calls(...NAMES.map((name) => bash(`echo "Hello, ${name}!"`, `Greets ${name}`))),
        say("Everybody has been greeted."),
      ],
    },
  ];
}

async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
