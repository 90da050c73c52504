/** Which known name somebody meant who wrote another one. Pure; for names of some dozen letters. */

/** How many letters a name may be off to be meant. */
const NEAR = 3;

/** Whether a name may be meant for another: at most three letters off, and at most a third of them. */
export function isNear(name: string, other: string): boolean {
  return distanceBetween(name, other) <= nearness(other);
}

/** Those of the known names that somebody may have meant, the nearest first. */
export function namesNear(name: string, known: readonly string[]): string[] {
  return known
    .map((other) => ({ other, distance: distanceBetween(name, other) }))
    .filter(({ other, distance }) => distance <= nearness(other))
    .sort((a, b) => a.distance - b.distance)
    .map(({ other }) => other);
}

function nearness(other: string): number {
  return Math.min(NEAR, other.length / 3);
}

/** How many letters have to be added, removed or changed. */
function distanceBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > NEAR) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const letter of a) {
    const next = [(row[0] ?? 0) + 1];
    for (const [index, other] of Array.from(b).entries())
      next.push(
        Math.min(
          (next[index] ?? 0) + 1,
          (row[index + 1] ?? 0) + 1,
          (row[index] ?? 0) + (letter === other ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] ?? Infinity;
}
