import type { StartupStep, StartupView } from "../startup.ts";

/** Where the OpenCodes will be, once they are started. */
export function StartupPane({ startup: { steps, problem } }: { startup: StartupView }) {
  return (
    <section className="opencode startup">
      <h1>OpenCode</h1>
      <p>
        {problem === undefined
          ? "The demo is starting. This page comes alive by itself."
          : "The demo could not start."}
      </p>
      <ol>
        {steps.map(({ label, status }) => (
          <li key={label} data-status={status}>
            <span className="mark" aria-label={status}>
              {MARKS[status]}
            </span>
            {label}
          </li>
        ))}
      </ol>
      {problem === undefined ? null : <pre>{problem}</pre>}
    </section>
  );
}

const MARKS: Readonly<Record<StartupStep["status"], string>> = {
  waiting: "○",
  running: "…",
  done: "✓",
  failed: "✗",
};
