import type { Action } from "../actions.ts";
import type { CallView, SessionView } from "../sessions.ts";
import type { DemoState } from "../state.ts";

type Act = (action: Action) => Promise<void>;

/** OpenCode: what the agent can be asked to do, and what it is doing. */
export function OpenCodePane({ state: { tasks, sessions }, act }: { state: DemoState; act: Act }) {
  return (
    <section className="opencode">
      <header>
        <h1>OpenCode</h1>
        <p>What shall the agent do? Its model follows a script; the tools are real.</p>
        <div className="tasks">
          {tasks.map(({ label }) => (
            <button key={label} type="button" onClick={() => void act({ kind: "start", label })}>
              {label}
            </button>
          ))}
        </div>
      </header>
      <div className="scrolls">
        <div className="sessions">
          {sessions
            .filter(({ parentID }) => parentID === undefined)
            .map((session) => (
              <Session key={session.id} session={session} sessions={sessions} act={act} />
            ))}
        </div>
      </div>
    </section>
  );
}

function Session({
  session,
  sessions,
  act,
}: {
  session: SessionView;
  sessions: readonly SessionView[];
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
          <Call key={step.id} call={step} sessions={sessions} act={act} />
        ),
      )}
      {session.isBusy && session.parentID === undefined ? (
        <p className="controls">
          <button type="button" onClick={() => void act({ kind: "abort", sessionID: session.id })}>
            Abort the session
          </button>
        </p>
      ) : null}
    </article>
  );
}

function Call({
  call: { tool, argument, output, requestID, status, subagentID },
  sessions,
  act,
}: {
  call: CallView;
  sessions: readonly SessionView[];
  act: Act;
}) {
  const subagent = sessions.find(({ id }) => id === subagentID);
  const state = requestID === undefined ? status : "waiting";
  return (
    <div className="call" data-state={state}>
      <p className="call-head">
        <b>{tool}</b> <code>{argument}</code> <small>{STATES[state]}</small>
      </p>
      {subagent ? <Session session={subagent} sessions={sessions} act={act} /> : null}
      {subagent || output === "" ? null : <pre>{output}</pre>}
      {requestID === undefined ? null : (
        <p className="controls">
          Or answer here:
          <button type="button" onClick={() => void act({ kind: "reply", requestID, reply: "once" })}>
            Allow once
          </button>
          <button type="button" onClick={() => void act({ kind: "reply", requestID, reply: "reject" })}>
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
