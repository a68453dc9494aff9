// The names that somebody may have meant.

/** How many names are worth reading. */
const MOST = 3;

/** Those that it takes the fewest changes to come to, the closest first. */
export function closest(given: string, names: readonly string[]): readonly string[] {
  return names
    .map((name) => ({ name, changes: changesBetween(given, name) }))
    .sort((one, other) => one.changes - other.changes)
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** Levenshtein's distance: how many letters to insert, to delete or to replace. */
function changesBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [index, other] of [...to].entries()) {
      const [replaced = 0, deleted = 0, inserted = 0] = [row[index], row[index + 1], next[index]];
      next.push(Math.min(replaced + (letter === other ? 0 : 1), deleted + 1, inserted + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
