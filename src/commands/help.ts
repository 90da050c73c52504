/** What `opencode-slack-gateway` says of itself. */

const SUMMARY = `opencode-slack-gateway: answer OpenCode's permission requests from Slack.
The gateway itself is a plugin, which OpenCode loads. This command sets it up, and looks after it.`;

const COMMANDS = `Set up
  init                Slack app, tokens, channel and OpenCode's configuration, step by step
  doctor              what is right and wrong with the set-up, and whether a press arrives
  manifest            print the Slack app's manifest

Look what it does
  status              what every OpenCode of this machine is doing with Slack: for people, and for health checks

Have quiet
  mute                keep new requests in the terminal for an hour, or until you say; mute off ends it

Look who answered
  audit list          who was asked and who answered, a line for each request
  audit --verify      whether that record is as it was written

Remove
  uninstall           close open cards, and take the plugin out of OpenCode's configuration

Options
  -h, --help          this, or behind a command what it takes
  -v, --version       the version

Documents: https://www.npmjs.com/package/opencode-slack-gateway`;

export const HELP = `${SUMMARY}

Usage: npx opencode-slack-gateway <command>

${COMMANDS}`;

/** Of each command, by its name. */
export const COMMAND_HELP: Readonly<Record<string, string>> = {
  init: `Usage: opencode-slack-gateway init [options]

Sets the gateway up, and changes nothing that is right already: run it as often as you like. It asks for what it is not
told. Tokens it reads from SLACK_BOT_TOKEN and SLACK_APP_TOKEN, if they are set, and never from options, which every
program of the machine can read.

  --dm <member ID>        cards come to this person, as direct messages (U… or W…)
  --channel <ID>          cards come into this channel (C… or G…); invite the app there
  --approvers <IDs>       who may answer in the channel, separated by commas; else press a button there
  --write-env             keep the variables in a file that only you can read (tokens too: see SECURITY.md)
  --env-path <path>       that file (default: opencode-slack-gateway/gateway.env in ~/.config)
  --plugin <spec>         the plugin for OpenCode (default: this package in this version), or a path to its .tgz or clone
  --skip-plugin           leave OpenCode's configuration as it is
  --permission ask|keep   whether to make OpenCode ask; without it, only where its configuration does not say
  --no-press              do not wait for a press at the end
  -y, --yes               ask nothing, and change what is to be changed

Exit code: 0 all is set up, 1 something is missing or wrong, 2 the command is wrong.`,
  doctor: `Usage: opencode-slack-gateway doctor [--no-press] [--wait <seconds>] [--json]

Checks the whole set-up, and says for each thing that is wrong the step that fixes it. Then it posts a test card to
Slack and waits until you press it. Run it where you start OpenCode: in the same project, with the same variables.

  --no-press          do not post a card: then Interactivity and Socket Mode are not proven
  --wait <seconds>    how long to wait for your press (default: 120)
  --json              one JSON object in place of the lines

✓ is right, ✗ is wrong, – is unknown. No token is printed.

Exit code: 0 nothing is wrong, 1 something is, 2 the command is wrong.`,
  status: `Usage: opencode-slack-gateway status [--json]

Says what every OpenCode of yours on this machine is doing with Slack: which one holds the connection, since when, what
waits and for how long, what is allowed for a time, and what went wrong last. It needs no tokens, asks Slack nothing and
changes nothing. It takes two seconds where an OpenCode does not answer.

  --json  one JSON object in place of the lines

Exit code: 0 nothing is wrong, or nothing waits; 1 something waits, and Slack is not reached; 2 the gateway is off, as its
configuration is missing or wrong; 3 the command is wrong.`,
  mute: `Usage: opencode-slack-gateway mute [minutes]
       opencode-slack-gateway mute until <HH:MM>
       opencode-slack-gateway mute off

Keeps what every OpenCode of yours on this machine asks in its terminal: no new card comes to Slack, for 60 minutes, or as
long as you say, a day at most. What you answer meanwhile never reaches Slack. What still waits in the end is posted then.
Open cards stay, and can be answered. It needs no tokens. The status says until when.

  minutes        1 to 1440
  until <HH:MM>  the next time that the clock here shows it
  off            post again at once, and what waits, too

Exit code: 0 it is done, 1 it could not be noted, 2 the command is wrong.`,
  uninstall: `Usage: opencode-slack-gateway uninstall [options]

Closes the cards that OpenCodes of this machine left open, takes the plugin out of OpenCode's configuration, and removes
the file of variables that init has written. It says what is left to do: at Slack, and where you set variables.

  --env-path <path>  the file of variables (default: OPENCODE_SLACK_GATEWAY_ENV_FILE, or the one that init writes)
  --yes              ask nothing, and remove it all

Exit code: 0 all is removed, 1 something could not be, 2 the command is wrong.`,
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
