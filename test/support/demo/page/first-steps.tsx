import { useState } from "react";
import type { FirstStep } from "../first-steps.ts";

/** What to try first; what was done is ticked off. */
export function FirstSteps({ steps }: { steps: readonly FirstStep[] }) {
  const [isHidden, setIsHidden] = useState(false);
  if (isHidden) return null;
  const isAllDone = steps.every(({ isDone }) => isDone);
  return (
    <section className="first-steps" aria-label="What to try first">
      <b>{isAllDone ? "That was the main thing. The other tasks show the rest." : "Try first"}</b>
      <ol>
        {steps.map(({ text, isDone }, index) => (
          <li key={text} data-done={isDone}>
            <span className="mark" aria-label={isDone ? "done" : "to do"}>
              {isDone ? "✓" : index + 1}
            </span>
            {text}
          </li>
        ))}
      </ol>
      <button type="button" onClick={() => setIsHidden(true)}>
        Hide
      </button>
    </section>
  );
}
