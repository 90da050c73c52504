// `npm run demo`: permission requests of a real OpenCode, answered from a page that looks like Slack.
import { readArguments } from "./arguments.ts";
import { PlainFailure } from "./plain-failure.ts";
import { runDemo } from "./run.ts";
import { takeTemporaryFolder } from "./temporary-folder.ts";

const ending = new AbortController();
// The last is what a closed terminal says.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => ending.abort());
// Nor can anything be written to it any more.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

try {
  const wanted = readArguments(process.argv.slice(2));
  takeTemporaryFolder();
  await runDemo(wanted, ending.signal);
} catch (error) {
  // Ctrl-C ends what is being started as well, and that it then fails is no news.
  if (!ending.signal.aborted) {
    console.error(error instanceof PlainFailure ? error.message : error);
    process.exitCode = 1;
  }
}
