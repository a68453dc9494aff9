// {"wildcard": "dir/*.png"}: * stands for any characters, \* and \\ for themselves.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching

import { invalidPattern } from "./invalidPattern";

/** The literal pieces between the wildcards. */
function splitAtWildcards(pattern: string): string[] {
  const pieces = [""];
  const append = (character: string) => {
    pieces.push(`${pieces.pop()}${character}`);
  };
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index] as string;
    const following = pattern[index + 1];
    if (character === "*") {
      if (following === "*") throw invalidPattern(`Consecutive wildcard characters at pos ${index}`);
      pieces.push("");
    } else if (character === "\\") {
      if (following !== "*" && following !== "\\") throw invalidPattern(`Invalid escape character at pos ${index}`);
      append(following);
      index += 1;
    } else {
      append(character);
    }
  }
  return pieces;
}

export function compileEventWildcard(pattern: string): (text: string) => boolean {
  const pieces = splitAtWildcards(pattern);
  const first = pieces[0] as string;
  if (pieces.length === 1) return (text) => text === first;
  const last = pieces.at(-1) as string;
  const middle = pieces.slice(1, -1);
  return (text) => {
    if (!text.startsWith(first)) return false;
    let from = first.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, from);
      if (found < 0) return false;
      from = found + piece.length;
    }
    return text.length - last.length >= from && text.endsWith(last);
  };
}
