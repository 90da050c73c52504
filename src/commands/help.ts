/** What `opencode-slack-gateway` says of itself. */

const SUMMARY = `opencode-slack-gateway: answer OpenCode's permission requests from Slack.
The gateway itself is a plugin, which OpenCode loads. This command sets it up, and looks after it.`;

const COMMANDS = `Set up
  manifest            print the Slack app's manifest

Look who answered
  audit list          who was asked and who answered, a line for each request
  audit --verify      whether that record is as it was written

Options
  -h, --help          this, or behind a command what it takes
  -v, --version       the version

Documents: https://www.npmjs.com/package/opencode-slack-gateway`;

export const HELP = `${SUMMARY}

Usage: npx opencode-slack-gateway <command>

${COMMANDS}`;

/** Of each command, by its name. */
export const COMMAND_HELP: Readonly<Record<string, string>> = {
  manifest: `Usage: opencode-slack-gateway manifest

Prints the manifest of the Slack app that the gateway needs: for api.slack.com/apps, Create New App, From a manifest.`,
  audit: `Usage: opencode-slack-gateway audit list [--limit <number>] [--directory <path>]
       opencode-slack-gateway audit --verify [--expect <head>]… [--directory <path>]

Reads the audit record of all OpenCodes of this user, or checks that no line of it was changed, removed, inserted or
swapped.

  list                who was asked and who answered, the latest last
  --limit <number>    how many requests to list (default: 50)
  --verify            read all files and say up to which head each record is consistent
  --expect <head>     also say whether this head, from a closed card, is in a consistent record; may be repeated
  --directory <path>  the directory of the record (default: audit in the state directory)

Consistent does not mean complete. Somebody can cut lines off the end of a record, or remove a whole record. Only a
head that is on a card, but not in the record, shows that.

Exit code: 0 all is consistent and every expected head is there, 1 it is not, 2 the command is wrong.`,
};
