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
}

export const usage = `usage: npm run conformance -- FOLDER [--only AREA] [--verbose] [--json] [--raise]
  FOLDER       recorded executions: files as \`npm run record\` writes them, and patterns.json
  --only AREA  replay one area
  --verbose    print how each failing case differs
  --json       end with one line of JSON: the counts, in all and by area
  --raise      write the shares that are higher now to conformance/floors.json`;

/** @throws Error that says how to call it */
export function parseOptions(args: readonly string[]): Options {
  const flag = { type: "boolean", default: false } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { verbose: flag, json: flag, raise: flag, only: { type: "string" } },
  });
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) {
    throw new Error(`[FOLDER] must be one folder, got ${positionals.length === 0 ? "none" : positionals.join(", ")}`);
  }
  return { folder, verbose: values.verbose, only: values.only, json: values.json, raise: values.raise };
}
