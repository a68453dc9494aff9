// Source maps that say the file and the line, and nothing else: a quarter of the size, and all that a stack trace needs.

/** https://tc39.es/ecma426/ */
export interface SourceMap {
  readonly version: number;
  readonly sources: readonly string[];
  readonly mappings: string;
}

/** A mapping: column in the bundle, source, line and column there. All relative to the one before, the first per line. */
type Segment = readonly number[];

/** Keeps the mappings that begin another line of a source that is wanted; what comes from other sources is mapped to nothing. */
export function linesOnly(map: SourceMap, isWanted: (source: string) => boolean): SourceMap {
  const wanted = map.sources.filter(isWanted);
  const position = { source: 0, line: 0 };
  const written = { source: 0, line: 0 };
  const mappings = map.mappings.split(";").map((line) => {
    let [column, writtenColumn] = [0, 0];
    let last = "";
    const kept: Segment[] = [];
    for (const [columns = 0, sources, lines = 0] of line === "" ? [] : line.split(",").map(decode)) {
      column += columns;
      position.source += sources ?? 0;
      position.line += lines;
      const source = sources === undefined ? -1 : wanted.indexOf(map.sources[position.source] ?? "");
      const place = source < 0 ? "" : `${source}:${position.line}`;
      if (place !== last) {
        kept.push(
          source < 0
            ? [column - writtenColumn]
            : [column - writtenColumn, source - written.source, position.line - written.line, 0],
        );
        writtenColumn = column;
        Object.assign(written, source < 0 ? {} : { source, line: position.line });
      }
      last = place;
    }
    return kept.map(encode).join(",");
  });
  return { version: 3, sources: wanted, mappings: mappings.join(";") };
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Base 64 VLQ: five bits a digit, the lowest first; the sixth says that more follow; the sign is the lowest bit of all.
function decode(text: string): Segment {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const character of text) {
    const digit = digits.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) === 0) {
      numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
      [value, shift] = [0, 0];
    }
  }
  return numbers;
}

function encode(segment: Segment): string {
  let text = "";
  for (const number of segment) {
    let rest = number < 0 ? (-number << 1) | 1 : number << 1;
    do {
      text += digits[(rest & 31) | (rest > 31 ? 32 : 0)] ?? "";
      rest >>>= 5;
    } while (rest > 0);
  }
  return text;
}
