import { PlainFailure } from "./plain-failure.ts";

/** What the demo's command line asks for. */
export interface DemoArguments {
  /** The stand-in is used, although there are Slack tokens in the environment. */
  readonly isStandIn: boolean;
}

const STAND_IN = "--stand-in";

/** How to start the demo without Slack, to be said where real Slack is used. */
export const STAND_IN_COMMAND = `npm run demo -- ${STAND_IN}`;

/** @throws PlainFailure */
export function readArguments(given: readonly string[]): DemoArguments {
  const unknown = given.filter((argument) => argument !== STAND_IN);
  if (unknown.length > 0) {
    throw new PlainFailure(
      [
        `The demo does not know ${unknown.map((argument) => `"${argument}"`).join(", ")}. It takes one argument:`,
        `  ${STAND_IN_COMMAND}   uses the stand-in for Slack, also if SLACK_BOT_TOKEN or SLACK_APP_TOKEN is set`,
      ].join("\n"),
    );
  }
  return { isStandIn: given.length > 0 };
}
