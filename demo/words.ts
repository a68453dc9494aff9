// Text for whatever the demo prints: counted nouns, and lines that fit.

/** A number and its noun, such as `1 order` or `2 orders`. */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}

/** Less than this is not worth wrapping for: the terminal breaks the lines then. */
const NARROWEST_TEXT = 16;

/**
 * Puts parts after one another, on as many lines as it takes. A part that is longer than a line stays whole: it may be a
 * path.
 *
 * @param columns how wide a line may be, `hanging` included
 * @param hanging spaces before every line but the first, which begins behind a text of that width
 * @param separator between two parts of a line
 */
export function fill(parts: readonly string[], columns: number, hanging: number, separator: string): string {
  const room = Math.max(NARROWEST_TEXT, columns - hanging);
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line === undefined || line.length + separator.length + part.length > room) lines.push(part);
    else lines[lines.length - 1] = `${line}${separator}${part}`;
  }
  return lines.join(`\n${" ".repeat(hanging)}`);
}

/** Breaks a text between its words; see `fill`. */
export function wrap(text: string, columns: number, hanging: number): string {
  return fill(text.split(" "), columns, hanging, " ");
}

/** Cuts a line that is too long, and shows that. */
export function cut(line: string, columns: number): string {
  return line.length > columns ? `${line.slice(0, Math.max(0, columns - 3))}...` : line;
}
