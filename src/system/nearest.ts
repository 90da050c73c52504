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

/** How many letters have to be added, removed, changed, or swapped with the next. */
function distanceBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > NEAR) return Infinity;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const isSwap = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j];
      next.push(
        Math.min(
          (next[j] ?? 0) + 1,
          (row[j + 1] ?? 0) + 1,
          (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1),
          isSwap ? (before[j - 1] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? Infinity;
}
