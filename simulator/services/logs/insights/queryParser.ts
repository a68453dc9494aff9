// Reads a Logs Insights query: commands with "|" between them.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
import { parseColumns, parseName, parseNames } from "./columns";
import { checkOrder } from "./commandOrder";
import { parseExpression } from "./expressionParser";
import { malformedQuery, unsupportedQuery } from "./malformedQuery";
import type { Command, Expression, PlacedCommand, SortKey } from "./query";
import { Scanner } from "./scanner";
import { parseStats } from "./statsParser";

/** Documented, and left out of the simulator. */
const otherCommands = [
  "anomaly",
  "diff",
  "filterIndex",
  "join",
  "lookup",
  "pattern",
  "SOURCE",
  "subqueries",
  "unmask",
  "unnest",
];

const parsers: Readonly<Record<string, (scanner: Scanner) => Command>> = {
  fields: (scanner) => ({ kind: "fields", columns: parseColumns(scanner) }),
  display: (scanner) => ({ kind: "display", names: parseNames(scanner) }),
  filter: (scanner) => ({ kind: "filter", condition: parseExpression(scanner) }),
  stats: parseStats,
  sort: (scanner) => ({ kind: "sort", keys: parseSortKeys(scanner) }),
  limit: parseLimit,
  parse: parseParse,
  dedup: (scanner) => ({ kind: "dedup", names: parseNames(scanner) }),
};

/** API StartQuery, limit. */
const largestLimit = 10_000;

/**
 * The commands of a query.
 * @throws AwsError MalformedQueryException, with the place of the mistake
 */
export function parseQuery(query: string): Command[] {
  const scanner = new Scanner(query);
  const commands: PlacedCommand[] = [];
  do {
    // The examples of AWS's documents begin some queries with a pipe, and end none with one.
    if (commands.length === 0) scanner.skipSymbol("|");
    const { start } = scanner.peek();
    const command = parseCommand(scanner);
    commands.push({ command, place: { start, end: scanner.lastEnd } });
  } while (scanner.skipSymbol("|"));
  if (scanner.peek().kind !== "end") throw scanner.unexpected('"|" or the end of the query');
  checkOrder(commands);
  return commands.map(({ command }) => command);
}

function parseCommand(scanner: Scanner): Command {
  const token = scanner.peek();
  const parser = Object.hasOwn(parsers, token.text) ? parsers[token.text] : undefined;
  if (token.kind !== "name" || parser === undefined) {
    if (otherCommands.includes(token.text)) throw unsupportedQuery(`the command ${token.text}`, token);
    throw scanner.unexpected(`a command (${Object.keys(parsers).join(", ")})`);
  }
  scanner.take();
  return parser(scanner);
}

function parseSortKeys(scanner: Scanner): SortKey[] {
  const keys: SortKey[] = [];
  do {
    const value = parseExpression(scanner);
    const descending = scanner.skipWord("desc");
    if (!descending) scanner.skipWord("asc");
    keys.push({ value, descending });
  } while (scanner.skipSymbol(","));
  return keys;
}

function parseLimit(scanner: Scanner): Command {
  const token = scanner.peek();
  const count = Number(token.text);
  if (token.kind !== "number" || !Number.isInteger(count) || count < 1 || count > largestLimit) {
    throw scanner.unexpected(`a whole number from 1 to ${largestLimit}`);
  }
  scanner.take();
  return { kind: "limit", count };
}

/** With a glob each `*` fills a field; a regular expression names its fields itself. */
function parseParse(scanner: Scanner): Command {
  const from: Expression = { kind: "field", name: parseName(scanner) };
  const regex = scanner.pattern();
  if (regex !== undefined) {
    const names = [...regex.pattern.source.matchAll(/\(\?<([A-Za-z]\w*)>/g)].map(([, name = ""]) => name);
    if (names.length === 0)
      throw malformedQuery("the regular expression must name its groups, as (?<user>.*) does", regex);
    return { kind: "parse", from, pattern: regex.pattern, names };
  }
  const glob = scanner.peek();
  if (glob.kind !== "text") throw scanner.unexpected("a text with * in it, or a regular expression between slashes");
  scanner.take();
  const parts = glob.text.split("*").map((part) => part.replaceAll(/[\\^$.|?+()[\]{}/]/g, "\\$&"));
  if (!scanner.skipWord("as")) throw scanner.unexpected('"as"');
  const names = parseNames(scanner);
  if (names.length !== parts.length - 1) {
    throw malformedQuery(`${parts.length - 1} * must have as many names, got ${names.length}`, glob);
  }
  return { kind: "parse", from, pattern: globPattern(parts), names };
}

/** Each * takes as little as it can; the last takes all the rest when the text ends with it. */
function globPattern(parts: readonly string[]): RegExp {
  const open = parts.at(-1) === "";
  return new RegExp(parts.join("(.*?)") + (open ? "$" : ""), "s");
}
