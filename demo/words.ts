// Counted nouns for whatever the demo prints.

/** A number and its noun, such as `1 order` or `2 orders`. */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}
