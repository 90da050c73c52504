/** A name that others gave, where it stands among words of ours: nothing in it ends the quotation. Pure. */
export function quotedName(name: string): string {
  return `“${name.replaceAll(/[“”]/g, '"')}”`;
}
