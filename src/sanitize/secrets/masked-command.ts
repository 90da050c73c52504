/**
 * Whether every secret in a command is used as a credential and as nothing else, so that the command can be judged
 * without knowing it. A grammar of what is understood: anything else is a no. Pure.
 */

import { mayBeNameIn } from "./assigning-arguments.ts";
import { hasCodePhrase, isDeclarer, isTellingVariable } from "./code-givers.ts";
import {
  readSteps,
  shapeOf,
  textOf,
  type Piece,
  type Step,
  type StepAssignment,
  type Steps,
  type StepWord,
} from "./command-steps.ts";
import { holdsSecret, placesIn, takesCredentials } from "./credential-arguments.ts";
import {
  isCredentialName,
  joinCarriers,
  kindOfPlace,
  type Carrier,
  type Carriers,
} from "./credential-places.ts";
import { carriersIn } from "./masked-text.ts";
import { usesNamesPlainly } from "./name-uses.ts";
import { keepsSecretsApart } from "./secret-files.ts";
import { programOf, startsNothingElse, type Program } from "./step-programs.ts";
import type { Span } from "../../shell/scanning.ts";

/** How often a variable may be passed on to another. */
const PASSED_ON_LIMIT = 4;
/** Programs that are told by its name which variable to pass on, and how. */
const PASSES_ON = /^(?:docker|podman|nerdctl|docker-compose)$/;
const PASSES_ON_OPTION = /^(?:-e|--env|--build-arg)$/;

/** @param secrets - In their order, apart from each other. Takes time in proportion to the command's length. */
export function usesSecretsAsCredentials(command: string, secrets: readonly Span[]): boolean {
  if (hasCodePhrase(command)) return false;
  const read = readSteps(command, secrets);
  if (read === undefined) return false;
  const pieces = allWords(read).flatMap((word) => word.pieces);
  // What stands elsewhere, in a comment or a descriptor, is in no place that is known.
  if (pieces.filter(({ kind }) => kind === "secret").length !== secrets.length) return false;
  const carriers = findCarriers(read.steps);
  if (carriers === undefined || pieces.some((piece) => isMisused(piece, carriers))) return false;
  const programs = read.steps.map(programOf);
  return (
    !read.looseWords.some((word) => holdsSecret(word, carriers)) &&
    read.steps.every((step, index) => isPlain(step, programs[index], carriers)) &&
    usesNamesPlainly(
      command,
      new Map([...namesInDocuments(command, read, secrets), ...carriers]),
      plainSpans(read, carriers),
    ) &&
    keepsSecretsApart(read, programs, carriers)
  );
}

/** A file that a command writes may be a script. */
function namesInDocuments(command: string, { steps }: Steps, secrets: readonly Span[]): Carriers {
  const documents = steps.flatMap(({ inputs }) => inputs.filter(({ isDocument }) => isDocument));
  const inside = secrets.filter(({ start }) => documents.some((at) => at.start <= start && start < at.end));
  return carriersIn(command, inside);
}

function allWords({ steps, looseWords }: Steps): StepWord[] {
  const own = steps.flatMap(({ words, assignments, inputs, outputs }) => [
    ...words,
    ...assignments.map(({ value }) => value),
    ...inputs,
    ...outputs,
  ]);
  return [...own, ...looseWords];
}

/** A part of a secret, or a variable that holds words of the command itself. */
function isMisused(piece: Piece, carriers: Carriers): boolean {
  if (piece.kind !== "variable") return false;
  return isTellingVariable(piece.name) || (carriers.has(piece.name) && !piece.isPlain);
}

/** The variables that are set to a secret, or to another of them; undefined where one is no credential's. */
function findCarriers(steps: readonly Step[]): Carriers | undefined {
  const assignments = steps.flatMap((step) => step.assignments);
  let carriers: Carriers = new Map();
  for (let round = 0; round < PASSED_ON_LIMIT; round += 1) {
    const found = new Map<string, Carrier>();
    for (const assignment of assignments) {
      const carrier = carrierOf(assignment, carriers);
      if (carrier === "no credential") return undefined;
      if (carrier !== undefined)
        found.set(assignment.name, joinCarriers(found.get(assignment.name), carrier));
    }
    if (isSame(found, carriers)) return carriers;
    carriers = found;
  }
  return undefined;
}

function carrierOf(
  { name, value }: StepAssignment,
  carriers: Carriers,
): Carrier | "no credential" | undefined {
  const places = placesIn(value, carriers);
  const [first] = places;
  if (first === undefined) return undefined;
  if (places.some(({ before }) => mayBeNameIn(name, before))) return "no credential";
  if (places.every((place) => kindOfPlace(place) !== undefined)) return { isBare: false, value: undefined };
  return isCredentialName(name)
    ? { isBare: true, value: value.pieces.length === 1 ? first.value : undefined }
    : "no credential";
}

function isSame(one: Carriers, other: Carriers): boolean {
  return (
    one.size === other.size && [...one].every(([name, { isBare }]) => other.get(name)?.isBare === isBare)
  );
}

function isPlain(step: Step, program: Program | undefined, carriers: Carriers): boolean {
  if (step.outputs.some((file) => holdsSecret(file, carriers))) return false;
  if (step.words.length === 0) return step.inputs.every((input) => !holdsSecret(input, carriers));
  if (program === undefined || !startsNothingElse(program, step)) return false;
  const isNamed = program.args.every(
    (word, index) => !carriers.has(textOf(word) ?? "") || passesOn(program, program.args[index - 1]),
  );
  return isNamed && takesCredentials(program, step, carriers);
}

/** Whether a word that is a carrier's name and nothing else says what the program does with the variable. */
function passesOn(program: Program, before: StepWord | undefined): boolean {
  if (isDeclarer(program.name) || program.name === "unset") return true;
  return PASSES_ON.test(program.name) && before !== undefined && PASSES_ON_OPTION.test(shapeOf(before));
}

/** Where a name is no more than what has been looked at: set, used, passed on, or the option before a secret. */
function plainSpans({ steps }: Steps, carriers: Carriers): Span[] {
  const isWhole = (word: StepWord | undefined): boolean =>
    word !== undefined && holdsSecret(word, carriers) && word.pieces.every(({ kind }) => kind !== "open");
  return steps.flatMap(({ assignments, words }) => [
    ...assignments.map(({ start, name }) => ({ start, end: start + name.length })),
    ...assignments.map(({ value }) => value).filter(isWhole),
    ...words.filter(
      (word, index) =>
        isWhole(word) ||
        carriers.has(textOf(word) ?? "") ||
        (isWhole(words[index + 1]) && textOf(word)?.startsWith("-") === true),
    ),
  ]);
}
