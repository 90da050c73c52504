/** Whether what is masked in a request may be used as anything but a credential where it runs. Pure. */

import type { Carrier, Carriers } from "./credential-places.ts";
import { isPrerequisite, namesManifest } from "./manifests.ts";
import { usesSecretsAsCredentials } from "./masked-command.ts";
import { carriersIn, leavesSecretsAlone } from "./masked-text.ts";
import { usesNamesPlainly } from "./name-uses.ts";
import type { Span } from "../../shell/scanning.ts";

/** More secrets in one text nobody looks at. */
const SECRETS_LIMIT = 400;

/** A part of a request: a shell's command line, or what may be read and run later, as a file or an argument. */
export interface MaskedPart {
  readonly text: string;
  readonly isCommand: boolean;
  /** In their order, apart from each other. */
  readonly secrets: readonly Span[];
}

/**
 * Of all parts together: a file may hold what another one of the same request runs. Takes time in proportion to their
 * length.
 */
export function mayRunSecrets(parts: readonly MaskedPart[]): boolean {
  const masked = parts.filter(({ secrets }) => secrets.length > 0);
  if (masked.some((part) => part.secrets.length > SECRETS_LIMIT || !isPlain(part))) return true;
  const files = masked.filter(({ isCommand }) => !isCommand);
  const texts = parts.map(({ text }) => text);
  if (files.length > 0 && namesManifest(texts)) return true;
  if (files.some(({ text, secrets }) => isPrerequisite(texts, text, secrets))) return true;
  const carriers = carriersOf(files);
  return carriers.size > 0 && !parts.every(({ text }) => usesNamesPlainly(text, carriers));
}

function isPlain({ text, isCommand, secrets }: MaskedPart): boolean {
  return isCommand ? usesSecretsAsCredentials(text, secrets) : leavesSecretsAlone(text, secrets);
}

/** The same name may stand for more than one secret: what is less known of it counts. */
function carriersOf(parts: readonly MaskedPart[]): Carriers {
  const found = parts.flatMap(({ text, secrets }): [string, Carrier][] => [...carriersIn(text, secrets)]);
  return new Map(found.toSorted(([, one], [, other]) => Number(one.isBare) - Number(other.isBare)));
}
