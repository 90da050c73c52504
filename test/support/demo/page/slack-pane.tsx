import { Fragment, useState } from "react";
import type { Ephemeral, Message } from "../../slack/slack-objects.ts";
import type { SlackSnapshot } from "../../slack/snapshot.ts";
import type { Action } from "../actions.ts";
import type { DemoState } from "../state.ts";
import { LockScreen } from "./lock-screen.tsx";
import { ModalDialog } from "./modal-dialog.tsx";
import { SlackMessage } from "./slack-message.tsx";
import { Thread } from "./thread.tsx";

/** The channel as one of its people sees it. */
export function SlackPane({ state, act }: { state: DemoState; act: (action: Action) => Promise<void> }) {
  const { slack, isSlackAway, channelID, approverIDs, opencodes } = state;
  if (!slack) {
    return (
      <section className="slack">
        <header>
          <h1>Slack</h1>
        </header>
        <p className="empty">
          The cards are posted to real Slack, in the channel <code>{channelID}</code>. Start a task here and
          press the buttons there.
        </p>
      </section>
    );
  }
  const running = opencodes.filter(({ status }) => status === "running").length;
  return (
    <Channel
      slack={slack}
      channelID={channelID}
      approverIDs={approverIDs}
      connections={isSlackAway ? "Slack is away" : describeConnections(slack.connections, running)}
      isAway={isSlackAway}
      act={act}
    />
  );
}

function describeConnections(connections: number, opencodes: number): string {
  if (connections === 0) return "No connection to Slack: OpenCode connects when it asks";
  const whose = opencodes > 1 ? ` for ${opencodes} OpenCodes` : "";
  return `${connections} ${connections === 1 ? "connection" : "connections"} to Slack${whose}`;
}

/** What Slack does to the gateway now and then. */
function Faults({
  hasConnection,
  isAway,
  act,
}: {
  hasConnection: boolean;
  isAway: boolean;
  act: (action: Action) => Promise<void>;
}) {
  return (
    <p className="faults">
      <button type="button" disabled={!hasConnection} onClick={() => void act({ kind: "refresh" })}>
        Renew the connection
      </button>
      <button
        type="button"
        aria-pressed={isAway}
        onClick={() => void act({ kind: "outage", isAway: !isAway })}
      >
        {isAway ? "Let Slack come back" : "Let Slack go away"}
      </button>
    </p>
  );
}

function Channel({
  slack,
  channelID,
  approverIDs,
  connections,
  isAway,
  act,
}: Pick<DemoState, "channelID" | "approverIDs"> & {
  slack: SlackSnapshot;
  connections: string;
  isAway: boolean;
  act: (action: Action) => Promise<void>;
}) {
  const [userID, setUserID] = useState(approverIDs[0] ?? "");
  const channel = slack.channels.find(({ id }) => id === channelID);
  const ephemerals = slack.ephemerals.filter(
    (message) => message.user === userID && message.channel === channelID,
  );
  const posted = channel?.messages ?? [];
  const roots = posted.filter((message) => !isReply(message));
  const shown = [...roots, ...ephemerals].toSorted((a, b) => Number(a.ts) - Number(b.ts));
  const newest = posted.findLast(({ ts }) => slack.notified[ts]?.includes(userID));
  const modal = slack.views.findLast((view) => view.user === userID);

  const draw = (message: Message | Ephemeral) => (
    <SlackMessage
      key={message.ts}
      message={message}
      people={slack.people}
      isEphemeral={!("type" in message)}
      press={async (button) => act({ kind: "press", userID, channel: channelID, ts: message.ts, ...button })}
    />
  );

  return (
    <section className="slack">
      <header>
        <div>
          <h1># {channel?.name}</h1>
          <p className="connections">{connections}</p>
          <Faults hasConnection={slack.connections > 0} isAway={isAway} act={act} />
        </div>
        <fieldset className="people">
          <legend>You are</legend>
          {slack.people
            .filter(({ isBot }) => !isBot)
            .map(({ id, realName }) => (
              <label key={id}>
                <input type="radio" name="person" checked={id === userID} onChange={() => setUserID(id)} />
                <span>
                  {realName} <small>{approverIDs.includes(id) ? "approver" : "may not answer"}</small>
                </span>
              </label>
            ))}
        </fieldset>
      </header>
      {newest && channel ? (
        <LockScreen channel={channel.name} message={newest} people={slack.people} />
      ) : null}
      <div className="scrolls">
        <div className="messages">
          {shown.length === 0 ? (
            <p className="empty">No messages yet. Start a task in OpenCode: what it asks shows up here.</p>
          ) : null}
          {shown.map((message) => {
            const replies = posted.filter((other) => isReply(other) && other.thread_ts === message.ts);
            return (
              <Fragment key={message.ts}>
                {draw(message)}
                {replies.length > 0 ? <Thread count={replies.length}>{replies.map(draw)}</Thread> : null}
              </Fragment>
            );
          })}
        </div>
      </div>
      {modal ? <ModalDialog key={modal.id} view={modal} act={act} /> : null}
    </section>
  );
}

function isReply({ ts, thread_ts: thread }: Message): boolean {
  return thread !== undefined && thread !== ts;
}
