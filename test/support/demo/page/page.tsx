import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import type { Action } from "../actions.ts";
import type { DemoState } from "../state.ts";
import { FirstSteps } from "./first-steps.tsx";
import { OpenCodePane } from "./opencode-pane.tsx";
import { SlackPane } from "./slack-pane.tsx";
import { StartupPane } from "./startup-pane.tsx";
import { ThemeContext, useTheme } from "./theme.ts";

const element = document.getElementById("page");
if (element) createRoot(element).render(<Page />);

function Page() {
  const [state, setState] = useState<DemoState>();
  const [problem, setProblem] = useState<string>();
  const { theme, toggle } = useTheme();
  /** On a phone only one pane is seen. */
  const [pane, setPane] = useState<"opencode" | "slack">("opencode");

  useEffect(() => {
    const updates = new EventSource("/updates");
    updates.addEventListener("open", () => setProblem(undefined));
    updates.addEventListener("error", () => setProblem("The demo has ended. Start it again to go on."));
    updates.addEventListener("message", ({ data }) => setState(JSON.parse(String(data)) as DemoState));
    return () => updates.close();
  }, []);

  if (!state) return <p className="loading">{problem ?? "Loading …"}</p>;
  const isStarting = state.startup.steps.some(({ status }) => status !== "done");
  const act = async (action: Action) => setProblem(await perform(action));
  const waiting = state.opencodes
    .flatMap(({ sessions }) => sessions)
    .flatMap(({ steps }) => steps)
    .filter((step) => "requestID" in step && step.requestID);

  return (
    <ThemeContext value={theme}>
      <nav className="panes">
        <button type="button" aria-pressed={pane === "opencode"} onClick={() => setPane("opencode")}>
          OpenCode
        </button>
        <button type="button" aria-pressed={pane === "slack"} onClick={() => setPane("slack")}>
          Slack {waiting.length > 0 ? <b className="count">{waiting.length}</b> : null}
        </button>
      </nav>
      <div className="top">
        <FirstSteps steps={state.firstSteps} />
        <button type="button" className="theme" onClick={toggle}>
          {theme === "dark" ? "☀ Light" : "☾ Dark"}
        </button>
      </div>
      {problem === undefined ? null : (
        <p className="problem" role="alert">
          {problem}{" "}
          <button type="button" onClick={() => setProblem(undefined)}>
            OK
          </button>
        </p>
      )}
      <div className="desk" data-pane={pane}>
        <SlackPane state={state} act={act} />
        {isStarting ? <StartupPane startup={state.startup} /> : <OpenCodePane state={state} act={act} />}
      </div>
    </ThemeContext>
  );
}

/** Gives back why it could not be done. */
async function perform(action: Action): Promise<string | undefined> {
  const response = await fetch("/actions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(action),
  });
  return response.ok ? undefined : ((await response.json()) as { problem: string }).problem;
}
