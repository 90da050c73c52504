import { DATABASE, REGIONS } from "../../asked-questions.ts";
import { bash, call, calls } from "../scripted-model.ts";
import type { Scenario } from "./scenarios.ts";

const ask = (...questions: object[]) => call("question", { questions });

/** Turns in which the model asks its user, of `<version>/questions/`. */
export function questionScenarios(): Scenario[] {
  const scenarios: Scenario[] = [
    { name: "one", steps: [ask(DATABASE)], answers: [[["SQLite"]]] },
    {
      name: "several",
      steps: [ask(DATABASE, REGIONS)],
      answers: [[["SQLite"], ["eu-central-1", "us-east-1"]]],
    },
    { name: "own-words", steps: [ask(DATABASE, REGIONS)], answers: [[["MariaDB, as before"], []]] },
    { name: "without-options", steps: [ask({ ...DATABASE, options: [] })], answers: [[["MariaDB"]]] },
    { name: "custom-false", steps: [ask({ ...DATABASE, custom: false })], answers: [[["SQLite"]]] },
    { name: "dismissed", steps: [ask(DATABASE)], answers: ["dismiss"] },
    {
      name: "two-calls",
      steps: [calls(ask(DATABASE), ask(REGIONS))],
      answers: [[["SQLite"]], [["us-east-1"]]],
    },
    { name: "two-dismissed", steps: [calls(ask(DATABASE), ask(REGIONS))], answers: ["dismiss", "dismiss"] },
    { name: "beside-command", steps: [calls(ask(DATABASE), bash("echo beside"))], answers: ["dismiss"] },
    { name: "abort", steps: [ask(DATABASE)], answer: "abort" },
    { name: "plan-exit", steps: [call("plan_exit", {})], agent: "plan", answers: [[["Yes"]]] },
    { name: "plan-exit-no", steps: [call("plan_exit", {})], agent: "plan", answers: [[["No"]]] },
  ];
  return scenarios.map((scenario) => Object.assign(scenario, { name: `questions/${scenario.name}` }));
}
