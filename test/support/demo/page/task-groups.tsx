import { useRef } from "react";
import type { TaskGroupView } from "../state.ts";

/** Where the tasks would hide what the agent does with them. */
const PHONE = "(width < 760px)";

/** What the agent can be asked to do. Where there is little room, they can be folded. */
export function TaskGroups({
  groups,
  isOpen,
  start,
}: {
  groups: readonly TaskGroupView[];
  isOpen: boolean;
  start: (label: string) => void;
}) {
  const details = useRef<HTMLDetailsElement>(null);
  const pressed = (label: string) => {
    if (details.current && matchMedia(PHONE).matches) details.current.open = false;
    start(label);
  };
  return (
    <details ref={details} className="groups" open={isOpen}>
      <summary>What shall the agent do? Its model follows a script; the tools are real.</summary>
      {groups.map(({ title, about, tasks }) => (
        <section key={title} className="group">
          <h2>{title}</h2>
          <p>{about}</p>
          <div className="tasks">
            {tasks.map(({ label }) => (
              <button key={label} type="button" onClick={() => pressed(label)}>
                {label}
              </button>
            ))}
          </div>
        </section>
      ))}
    </details>
  );
}
