// The demo's command line.
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

export const USAGE = `Usage: npm start -- [OPTION ...]

Sends orders through an unreliable payment task in simulated AWS, takes its provider away for more than an hour,
and redrives what waits in the spool.

  --input FILE   orders, one JSON object a line: {"orderId","customer","amount","currency","at"}, where "at" is the
                 second at which the order comes in (default: the 200 orders of demo/orders.jsonl)
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
  2  the command line, the input or the report's path cannot be used
`;

/** What the demo is asked to do. */
export interface Options {
  /** Absolute path of the file with the orders. */
  readonly input: string;
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
  const { input, seed, json, report, help } = parse(args);
  return {
    input: resolve(directory, notEmpty("input", input ?? join(__dirname, "orders.jsonl"))),
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
