// The command line of `npm run conformance`.
import { parseArgs } from "node:util";

export interface Options {
  readonly folder: string;
  /** Print the differences of each failing case. */
  readonly verbose: boolean;
  /** One area. */
  readonly only: string | undefined;
  /** End with one line of JSON. */
  readonly json: boolean;
  /** Write higher floors where more passed. */
  readonly raise: boolean;
  /** A file for how many areas passed, failed and were skipped. */
  readonly areas: string | undefined;
}

export const usage = `usage: npm run conformance -- FOLDER [--only AREA] [--verbose] [--json] [--raise] [--areas FILE]
  FOLDER       recorded executions: files as \`npm run record\` writes them, and patterns.json
  --only AREA  replay one area
  --verbose    print how each failing case differs
  --json       end with one line of JSON: the counts, in all and by area
  --raise      write the shares that are higher now to conformance/floors.json
  --areas FILE write how many areas are at or above their floor, below it, and skipped: three numbers
Fails when an area passes a smaller share than conformance/floors.json says; an area without a floor must pass whole.`;

/** @throws Error that says how to call it */
export function parseOptions(args: readonly string[]): Options {
  const flag = { type: "boolean", default: false } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { verbose: flag, json: flag, raise: flag, only: { type: "string" }, areas: { type: "string" } },
  });
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) {
    throw new Error(`[FOLDER] must be one folder, got ${positionals.length === 0 ? "none" : positionals.join(", ")}`);
  }
  return { folder, ...values, only: values.only, areas: values.areas };
}
