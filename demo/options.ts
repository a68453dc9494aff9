// The demo's command line.
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

export const USAGE = `Usage: npm start -- [OPTION ...]

Sends orders through an unreliable payment task in simulated AWS, takes its provider away for more than an hour,
and redrives what waits in the spool.

  --scenario NAME
                 orders: an operator redrives what waits (the default)
                 maintenance: the provider allows 5 calls at once and is away for an hour; a circuit breaker holds the
                 orders, probes once a minute, and all is redriven without an operator
  --input FILE   orders, one JSON object a line: {"orderId","customer","amount","currency","at"}, where "at" is the
                 second at which the order comes in (default: the 200 orders of demo/orders.jsonl; for maintenance
                 2,000 orders made of the seed, and 40 before them)
  --seed N       a whole number; equal seeds give equal runs (default: 1)
  --report FILE  where the report goes (default: report.html)
  --json         print nothing but one JSON object with the counts; npm prints a banner of its own before it, unless
                 it is called as npm start -s -- --json
  --help         print this

A FILE that is not absolute is looked up where the command was typed. Lines of the input that hold no order are
reported on stderr and skipped.

Exit codes:
  0  every order was charged once
  1  an order was lost, doubled or not done
     (maintenance: or the provider got too many calls, or the redrive took over 20% longer than it must)
  2  the command line, the input or the report's path cannot be used
`;

/** What can be played. */
export const SCENARIO_NAMES = ["orders", "maintenance"] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** What the demo is asked to do. */
export interface Options {
  readonly scenario: ScenarioName;
  /** Absolute path of the file with the orders; undefined where the scenario makes its own. */
  readonly input: string | undefined;
  readonly seed: number;
  readonly json: boolean;
  /** Absolute path of the report. */
  readonly report: string;
  readonly help: boolean;
}

/** A command line that the demo does not understand. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Reads the command line.
 *
 * @param directory where the command was typed, which relative paths count from
 * @throws UsageError which names what is wrong
 */
export function parseOptions(args: readonly string[], directory: string): Options {
  const { input, seed, json, report, help, scenario } = parse(args);
  const name = parseScenario(scenario ?? "orders");
  const file = input ?? (name === "orders" ? join(__dirname, "orders.jsonl") : undefined);
  return {
    scenario: name,
    input: file === undefined ? undefined : resolve(directory, notEmpty("input", file)),
    seed: parseSeed(seed ?? "1"),
    json: json ?? false,
    report: resolve(directory, notEmpty("report", report ?? "report.html")),
    help: help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        scenario: { type: "string" },
        input: { type: "string" },
        seed: { type: "string" },
        json: { type: "boolean" },
        report: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parseScenario(text: string): ScenarioName {
  const name = SCENARIO_NAMES.find((each) => each === text);
  if (name === undefined) throw new UsageError(`[--scenario] must be ${SCENARIO_NAMES.join(" or ")}, got ${text}`);
  return name;
}

function notEmpty(option: string, value: string): string {
  if (value === "") throw new UsageError(`[--${option}] must be the path of a file, got nothing`);
  return value;
}

/** @throws UsageError when it is no whole number */
export function parseSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(seed))
    throw new UsageError(`[--seed] must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, got ${text}`);
  return seed;
}
