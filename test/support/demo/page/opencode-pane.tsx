import type { Action } from "../actions.ts";
import type { CallView, SessionView } from "../sessions.ts";
import type { DemoState } from "../state.ts";
import type { OpenCodeView } from "../workplace.ts";
import { TaskGroups } from "./task-groups.tsx";

type Act = (action: Action) => Promise<void>;

/** The OpenCodes of one machine. */
export function OpenCodePane({ state: { groups, opencodes }, act }: { state: DemoState; act: Act }) {
  const isOnly = opencodes.filter(({ status }) => status !== "absent").length === 1;
  return (
    <section className="opencode">
      {opencodes.map((opencode) =>
        opencode.status === "absent" ? (
          <footer key={opencode.number}>
            <button type="button" onClick={() => void act({ kind: "launch", opencode: opencode.number })}>
              Start a second OpenCode
            </button>
            on this machine, same Slack app
          </footer>
        ) : (
          <OpenCode key={opencode.number} opencode={opencode} groups={groups} isOnly={isOnly} act={act} />
        ),
      )}
    </section>
  );
}

/** What the agent can be asked to do, and what it is doing. */
function OpenCode({
  opencode: { number, status, sessions },
  groups,
  isOnly,
  act,
}: {
  opencode: OpenCodeView;
  groups: DemoState["groups"];
  /** Two of them share the room. */
  isOnly: boolean;
  act: Act;
}) {
  return (
    <article className="workplace" data-status={status}>
      <header>
        <h1>OpenCode {number}</h1>
        {status === "starting" ? <p>Starting …</p> : null}
        {status === "killed" ? <Killed number={number} act={act} /> : null}
        {status === "running" ? (
          <>
            <button type="button" onClick={() => void act({ kind: "kill", opencode: number })}>
              Kill this OpenCode
            </button>
            <TaskGroups
              groups={groups}
              isOpen={isOnly}
              start={(label) => void act({ kind: "start", opencode: number, label })}
            />
          </>
        ) : null}
      </header>
      <div className="scrolls">
        <div className="sessions">
          {sessions
            .filter(({ parentID }) => parentID === undefined)
            .map((session) => (
              <Session key={session.id} session={session} sessions={sessions} opencode={number} act={act} />
            ))}
        </div>
      </div>
    </article>
  );
}

function Killed({ number, act }: { number: number; act: Act }) {
  return (
    <>
      <p>
        Killed: nothing that it asked will run. Another OpenCode closes its cards, at the latest when it next
        asks something itself.
      </p>
      <button type="button" onClick={() => void act({ kind: "launch", opencode: number })}>
        Start it again
      </button>
    </>
  );
}

function Session({
  session,
  sessions,
  opencode,
  act,
}: {
  session: SessionView;
  sessions: readonly SessionView[];
  opencode: number;
  act: Act;
}) {
  return (
    <article className={session.parentID === undefined ? "session" : "session subagent"}>
      {session.steps.map((step) =>
        step.kind === "text" ? (
          <p key={step.id} className={step.by}>
            {step.text}
          </p>
        ) : (
          <Call key={step.id} call={step} sessions={sessions} opencode={opencode} act={act} />
        ),
      )}
      {session.isThinking ? (
        <p className="thinking" role="status">
          OpenCode is thinking…
        </p>
      ) : null}
      {session.isBusy && session.parentID === undefined ? (
        <p className="controls">
          <button type="button" onClick={() => void act({ kind: "abort", opencode, sessionID: session.id })}>
            Abort the session
          </button>
        </p>
      ) : null}
    </article>
  );
}

function Call({
  call: { tool, argument, output, requestID, questionID, status, subagentID },
  sessions,
  opencode,
  act,
}: {
  call: CallView;
  sessions: readonly SessionView[];
  opencode: number;
  act: Act;
}) {
  const subagent = sessions.find(({ id }) => id === subagentID);
  const state = requestID === undefined && questionID === undefined ? status : "waiting";
  return (
    <div className="call" data-state={state}>
      <p className="call-head">
        <b>{tool}</b> <code>{argument}</code> <small>{STATES[state]}</small>
      </p>
      {subagent ? <Session session={subagent} sessions={sessions} opencode={opencode} act={act} /> : null}
      {subagent || output === "" ? null : <pre>{output}</pre>}
      {questionID === undefined ? null : (
        <p className="controls">
          Or here:
          <button
            type="button"
            onClick={() => void act({ kind: "dismiss", opencode, requestID: questionID })}
          >
            Dismiss
          </button>
        </p>
      )}
      {requestID === undefined ? null : (
        <p className="controls">
          Or answer here:
          <button
            type="button"
            onClick={() => void act({ kind: "reply", opencode, requestID, reply: "once" })}
          >
            Allow once
          </button>
          <button
            type="button"
            onClick={() => void act({ kind: "reply", opencode, requestID, reply: "reject" })}
          >
            Reject
          </button>
        </p>
      )}
    </div>
  );
}

const STATES: Readonly<Record<CallView["status"] | "waiting", string>> = {
  pending: "coming",
  waiting: "waits for an answer",
  running: "running",
  completed: "done",
  error: "failed",
};
