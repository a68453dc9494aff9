// Runs a Logs Insights query over lines.
import { aggregations } from "./aggregations";
import { evaluate, isTrue } from "./evaluate";
import type { Column, Command, SortKey, Statistic } from "./query";
import { compare, type Row, textOf, type Value } from "./values";

/** AWS: API ResultField. */
export interface ResultField {
  readonly field: string;
  readonly value: string;
}

export interface QueryOutcome {
  readonly results: readonly (readonly ResultField[])[];
  /** Lines that passed the filters. */
  readonly matched: number;
}

/** What a command leaves: the rows, and the columns that results show. */
interface Table {
  readonly rows: readonly Row[];
  readonly shown: readonly string[] | undefined;
  readonly matched: number;
  /** Whether rows still are log lines, which have a pointer. */
  readonly lines: boolean;
}

type Of<Kind extends Command["kind"]> = Extract<Command, { readonly kind: Kind }>;

/**
 * Lines come newest first, unless the query sorts them; results show @timestamp and @message, unless the query says what.
 *
 * @param lines oldest first
 * @param limit of a query without one
 * @param now milliseconds since the epoch
 */
export function runQuery(
  commands: readonly Command[],
  lines: readonly Row[],
  { limit, now }: { readonly limit: number; readonly now: number },
): QueryOutcome {
  let table: Table = { rows: [...lines].reverse(), shown: undefined, matched: lines.length, lines: true };
  for (const command of commands) table = apply(command, table, now);
  const shown = table.shown ?? ["@timestamp", "@message"];
  const columns = table.lines ? [...shown, "@ptr"] : shown;
  const unique = columns.filter((name, index) => columns.indexOf(name) === index);
  const limited = commands.some(({ kind }) => kind === "limit") ? table.rows : table.rows.slice(0, limit);
  return { results: limited.map((row) => resultOf(row, unique)), matched: table.matched };
}

function resultOf(row: Row, columns: readonly string[]): ResultField[] {
  return columns.flatMap((field) => {
    const value = row.get(field);
    return value === undefined ? [] : [{ field, value: textOf(value) }];
  });
}

function apply(command: Command, table: Table, now: number): Table {
  const { rows, shown = [] } = table;
  switch (command.kind) {
    case "fields":
      return {
        ...table,
        rows: rows.map((row) => withColumns(row, command.columns, now)),
        shown: [...shown, ...command.columns.map(({ name }) => name)],
      };
    case "display":
      return { ...table, shown: command.names };
    case "filter": {
      const kept = rows.filter((row) => isTrue(evaluate(command.condition, row, now)));
      return { ...table, rows: kept, matched: table.lines ? kept.length : table.matched };
    }
    case "stats":
      return statsOf(command, table, now);
    case "sort":
      return { ...table, rows: sorted(rows, command.keys, now) };
    case "limit":
      return { ...table, rows: rows.slice(0, command.count) };
    case "parse":
      return {
        ...table,
        rows: rows.map((row) => parsed(row, command, now)),
        shown: table.shown === undefined ? undefined : [...shown, ...command.names],
      };
    case "dedup":
      return { ...table, rows: firstOfEach(rows, command.names) };
  }
}

function withColumns(row: Row, columns: readonly Column[], now: number): Row {
  const made = columns.filter(({ value, name }) => value.kind !== "field" || value.name !== name);
  return made.length === 0
    ? row
    : new Map([...row, ...made.map(({ name, value }) => [name, evaluate(value, row, now)] as const)]);
}

/** Rows that are equal stay in their order. */
function sorted(rows: readonly Row[], keys: readonly SortKey[], now: number): Row[] {
  const keyed = rows.map((row) => ({ row, values: keys.map(({ value }) => evaluate(value, row, now)) }));
  keyed.sort((left, right) => {
    for (const [index, { descending }] of keys.entries()) {
      const order = compare(left.values[index], right.values[index]);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

function parsed(row: Row, { from, pattern, names }: Of<"parse">, now: number): Row {
  const value = evaluate(from, row, now);
  const found = value === undefined ? null : pattern.exec(textOf(value));
  if (found === null) return row;
  const values = found.groups === undefined ? found.slice(1) : names.map((name) => found.groups?.[name]);
  return new Map([...row, ...names.map((name, index) => [name, values[index]] as const)]);
}

/** Rows without one of the fields are all kept (AWS: "dedup" takes no notice of null values). */
function firstOfEach(rows: readonly Row[], names: readonly string[]): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const values = names.map((name) => row.get(name));
    if (values.includes(undefined)) return true;
    const key = JSON.stringify(values);
    return seen.has(key) ? false : seen.add(key);
  });
}

function statsOf({ statistics, by }: Of<"stats">, table: Table, now: number): Table {
  const groups = new Map<string, { readonly by: readonly Value[]; readonly rows: Row[] }>();
  for (const row of table.rows) {
    const values = by.map(({ value }) => evaluate(value, row, now));
    const key = JSON.stringify(values.map((value) => value ?? null));
    const group = groups.get(key) ?? { by: values, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  const rows = [...groups.values()].map(
    (group) =>
      new Map<string, Value>([
        ...by.map(({ name }, index) => [name, group.by[index]] as const),
        ...statistics.map((statistic) => [statistic.name, statisticOf(statistic, group.rows, now)] as const),
      ]),
  );
  const shown = [...by.map(({ name }) => name), ...statistics.map(({ name }) => name)];
  return { rows, shown, matched: table.matched, lines: false };
}

function statisticOf({ aggregation, of, percent = 50 }: Statistic, rows: readonly Row[], now: number): Value {
  const values = rows.map((row) => (of === undefined ? true : evaluate(of, row, now)));
  const timestamps = rows.map((row) => row.get("@timestamp"));
  return aggregations[aggregation]({ values, timestamps, percent });
}
