// The drill's command line.
import { parseArgs } from "node:util";
import { parseSeed, UsageError } from "../demo/options";
import { type DrillCase, drillCases } from "./cases";
import { closest } from "./closest";

export const USAGE = `Usage: npm run drill -- [NAME] [OPTION ...]

Deploys the bookshop (index.ts) in simulated AWS, breaks something on Friday evening while work comes in, lets it be broken
over the weekend, mends it, invokes the reprocess function once, and counts: one row for each failure and invocation type.

  NAME       plays this case alone and tells its story, in simulated time since Friday evening
  --list     print the names of all cases, and what happens in each
  --control  the same with drill/control, a bookshop of hand-written handlers without the components
  --seed N   a whole number; equal seeds give equal tables (default: 1)
  --json     print nothing but JSON: a line for each row, and at last {"rows","lost","duplicated","redriven","poisoned"}; npm
             prints a banner of its own before it, unless it is called as npm run -s drill -- --json
  --help     print this

The columns: tries is how often the function ran; "work ended in" is where the work was on Monday, before anything was
mended (DLQ: a dead-letter queue); effects are those at the neighbours, done / wanted. docs/guide/drill.md tells more.

Exit codes:
  0  nothing was lost or doubled; or --control, whatever was
  1  work was lost or doubled
  2  the command line cannot be used
`;

/** The name of a case is not one; what can be said of it has been said. */
export class UnknownCaseError extends UsageError {}

/** What the drill is asked to do. */
export interface Options {
  /** The one case to play; undefined for all. */
  readonly drillCase: DrillCase | undefined;
  readonly list: boolean;
  readonly control: boolean;
  readonly seed: number;
  readonly json: boolean;
  readonly help: boolean;
}

/**
 * Reads the command line.
 *
 * @throws UsageError which names what is wrong
 */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const [name, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`[NAME] must be one name, got ${positionals.join(" ")}`);
  return {
    drillCase: name === undefined ? undefined : named(name),
    list: values.list ?? false,
    control: values.control ?? false,
    seed: parseSeed(values.seed ?? "1"),
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        list: { type: "boolean" },
        control: { type: "boolean" },
        seed: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function named(name: string): DrillCase {
  const found = drillCases.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = drillCases.map((each) => each.name);
  const near = closest(name, names).join(", ");
  throw new UnknownCaseError(
    `[NAME] must be the name of a case, such as ${near}, got ${name}; npm run drill -- --list prints all of them`,
  );
}
