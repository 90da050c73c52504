/** All that the scripted agent can be asked to do. What it says afterwards is true of what the tools answered. */

import { call, calls, say, type Reaction, type Step } from "../opencode/scripted-model.ts";
import type { Task, TaskGroup } from "./tasks.ts";

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

const LOOKS = 6;

const PLACES = ["mail", "chat", "forum", "blog", "radio"];

const GREETINGS = "src/greetings.ts";

const LANGUAGE = {
  question: "Which language shall the new greeting be in?",
  header: "Language",
  options: [
    { label: "French (Recommended)", description: "Bonjour" },
    { label: "Greek", description: "Γειά σου" },
    { label: "Allow once", description: "An option that reads like a button of the gateway" },
  ],
};

const PARTY = [
  {
    question: "Where shall the party be?",
    header: "Place",
    options: [
      { label: "In the garden", description: "If the weather is fine" },
      { label: "In the hall", description: "There is room for everybody" },
    ],
  },
  {
    question: "What shall there be to eat?",
    header: "Food",
    multiple: true,
    options: ["Soup", "Bread", "Cake"].map((label) => ({ label, description: "" })),
  },
  { question: "Anything else?", header: "Else", options: [] },
];

/** What the agent hands on to a subagent. */
export const SUBAGENT: Pick<Task, "prompt" | "steps"> = {
  prompt: "List every source file.",
  steps: [
    bash("find src -type f", "Lists the sources"),
    unlessRejected("There is one file.", "I was not allowed to look."),
  ],
};

/** @param page a page that can be fetched */
export function listTasks(page: string): readonly TaskGroup[] {
  return [
    {
      title: "Everyday",
      about: "One card each: read it, and press Allow once.",
      tasks: [
        {
          label: "Run a command",
          prompt: "What has changed in this project?",
          steps: [
            bash("git status --short && git log --oneline -3", "Shows what has changed"),
            unlessRejected(
              "Nothing of the project is committed yet.",
              "Then I cannot tell what has changed.",
            ),
          ],
        },
        {
          label: "Run the checks",
          prompt: "Run the checks.",
          steps: [
            bash("sh check.sh", "Runs the checks, for three seconds"),
            unlessRejected("All checks pass.", "The checks did not run."),
          ],
        },
        {
          label: "Change a file",
          prompt: "Add a greeting in French.",
          steps: [
            call("read", { filePath: GREETINGS }),
            call("edit", {
              filePath: GREETINGS,
              oldString: '  "Hello",\n',
              newString: '  "Hello",\n  "Bonjour",\n',
            }),
            unlessRejected(
              "The list of greetings has a French one now.",
              "The list of greetings is as it was.",
            ),
          ],
        },
        {
          label: "Fetch a page",
          prompt: "What does the page about greetings say?",
          steps: [
            call("webfetch", { url: page, format: "text" }),
            unlessRejected("It is one short sentence.", "I have not read the page."),
          ],
        },
      ],
    },
    {
      title: "Risky: you are asked twice",
      about: "The card names the risk, and Slack asks once more before Allow counts.",
      tasks: [
        {
          label: "Delete files",
          prompt: "Remove what nobody needs.",
          steps: [
            bash("mkdir -p build && rm -rf build", "Deletes what was built"),
            unlessRejected("There is nothing left over.", "Nothing was deleted."),
          ],
        },
        {
          label: "Push by force",
          prompt: "Put my version on the server.",
          steps: [
            bash("git push --force origin HEAD:main", "Replaces what is on the server"),
            unlessRejected("This project has no server: nothing was pushed.", "Nothing was pushed."),
          ],
        },
        {
          label: "Change what runs",
          prompt: "Let git greet me before each commit.",
          steps: [
            call("write", { filePath: ".git/hooks/pre-commit", content: "#!/bin/sh\necho Moin\n" }),
            unlessRejected("git has a new hook now.", "There is no new hook."),
          ],
        },
      ],
    },
    {
      title: "Questions",
      about: "The agent asks you: press an option, or answer in a dialog.",
      tasks: [
        {
          label: "Ask a question",
          prompt: "Add a greeting in another language.",
          steps: [
            call("question", { questions: [LANGUAGE] }),
            ([result = ""]) => say(`I will add it. ${result.slice(0, result.indexOf(". You can"))}.`),
          ],
        },
        {
          label: "Ask three questions",
          prompt: "Plan a party for everybody who was greeted.",
          steps: [
            call("question", { questions: PARTY }),
            ([result = ""]) => say(`Thank you. ${result.slice(0, result.indexOf(". You can"))}.`),
          ],
        },
      ],
    },
    {
      title: "Again and again",
      about:
        "Press Allow for 30 min: the same comes without a card and is counted on that one, until you press Revoke there.",
      tasks: [
        {
          label: "Look at the clock",
          prompt: "Tell me whenever some seconds have passed.",
          steps: [
            ...Array.from({ length: LOOKS }, () => bash("sleep 2 && date +%T", "Looks at the clock")),
            countAllowed(`of ${LOOKS} looks at the clock were allowed.`),
          ],
        },
      ],
    },
    {
      title: "Hidden or dangerous text",
      about:
        "What the agent wrote is made visible, secrets are masked, and what is too long goes into the thread.",
      tasks: [
        {
          label: "Deceive",
          prompt: "Is the new version signed?",
          steps: [
            bash(DECEIVING, "Checks the sig\u200Bnature"),
            unlessRejected("You let my command run.", "My command did not run."),
          ],
        },
        {
          label: "Run a long script",
          prompt: "Say good morning in every town.",
          steps: [
            bash(LONG_SCRIPT, "Says good morning"),
            unlessRejected("The last town has been greeted.", "No town was greeted."),
          ],
        },
        {
          label: "Write a long file",
          prompt: "Write down every town that was greeted.",
          steps: [
            call("write", { filePath: "towns.txt", content: LONG_TEXT }),
            unlessRejected("All towns are written down.", "Nothing was written down."),
          ],
        },
      ],
    },
    {
      title: "Many at once",
      about: "Slack takes about one message a second: what waits together shares a card, a row for each.",
      tasks: [
        {
          label: "Two at once",
          prompt: "Count the files, and say what day it is.",
          steps: [
            calls(bash("ls -R | wc -l", "Counts the files"), bash("date +%A", "Says what day it is")),
            countAllowed("of the 2 commands ran."),
          ],
        },
        {
          label: "Twelve at once",
          prompt: "Greet everybody on the list.",
          steps: [
            calls(...NAMES.map((name) => bash(`echo "Hello, ${name}!"`, `Greets ${name}`))),
            countAllowed(`of ${NAMES.length} people were greeted.`),
          ],
        },
        {
          label: "Keep trying",
          prompt: "Tell everybody that there is a new version.",
          steps: [
            ...PLACES.map((place) => bash(`echo "News for the ${place}"`, "Tells them")),
            countAllowed(`of ${PLACES.length} places have the news.`),
          ],
        },
      ],
    },
    {
      title: "Subagents and other places",
      about: "A card says whose request it is, and what lies outside the project.",
      tasks: [
        {
          label: "Ask a subagent",
          prompt: "Let somebody else look around.",
          steps: [
            call("task", { description: "Look around", prompt: SUBAGENT.prompt, subagent_type: "general" }),
            ([result = ""]) =>
              say(
                `The subagent has come back. ${result.includes("one file") ? "It found one file." : "It has seen nothing."}`,
              ),
          ],
        },
        {
          label: "Reach outside",
          prompt: "What do my notes say?",
          steps: [
            call("read", { filePath: "../outside/notes.txt" }),
            unlessRejected("The translator, on Monday.", "I have not seen your notes."),
          ],
        },
      ],
    },
  ];
}

function bash(command: string, description: string): Step {
  return call("bash", { command, description });
}

/** Says the one thing if the latest tool call was let through, and the other if somebody rejected it with a reason. */
function unlessRejected(done: string, rejected: string): Reaction {
  return (toolResults) => say(isRejection(toolResults.at(-1) ?? "") ? rejected : done);
}

function countAllowed(of: string): Reaction {
  return (toolResults) => say(`${toolResults.filter((result) => !isRejection(result)).length} ${of}`);
}

/** OpenCode's words; without a reason it ends the turn, and no model reads them. */
function isRejection(toolResult: string): boolean {
  return toolResult.includes("The user rejected permission to use this specific tool call");
}
