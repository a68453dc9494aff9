// Reads lists of columns and names in a Logs Insights query.
import { parseExpression } from "./expressionParser";
import type { Column } from "./query";
import type { Scanner } from "./scanner";

/** `expression [as alias], ...` */
export function parseColumns(scanner: Scanner): Column[] {
  const columns: Column[] = [];
  do {
    const { start } = scanner.peek();
    const value = parseExpression(scanner);
    const written = scanner.query.slice(start, scanner.lastEnd);
    const name = parseAlias(scanner) ?? (value.kind === "field" ? value.name : written);
    columns.push({ name, value });
  } while (scanner.skipSymbol(","));
  return columns;
}

/** The name after `as`, if it comes next. */
export function parseAlias(scanner: Scanner): string | undefined {
  return scanner.skipWord("as") ? parseName(scanner) : undefined;
}

export function parseNames(scanner: Scanner): string[] {
  const names = [parseName(scanner)];
  while (scanner.skipSymbol(",")) names.push(parseName(scanner));
  return names;
}

export function parseName(scanner: Scanner): string {
  if (scanner.peek().kind !== "name") throw scanner.unexpected("the name of a field");
  return scanner.take().text;
}
