// The command line of `npm run record`.
import { parseArgs } from "node:util";

export interface RecordOptions {
  readonly executionArn: string;
  /** Where the case file goes. */
  readonly folder: string;
  readonly area: string;
  /** Instead of AWS. */
  readonly endpoint: string | undefined;
}

export const recordUsage = `usage: npm run record -- EXECUTION_ARN [--folder FOLDER] [--area AREA] [--endpoint URL]
  EXECUTION_ARN  an ended execution of a Standard state machine in your own account; your AWS credentials are used
  --folder       where the case file goes; recordings by default
  --area         the group that it counts in; recorded by default
  --endpoint     another endpoint than AWS, such as LocalStack's
It reads DescribeExecution, DescribeStateMachineForExecution and GetExecutionHistory, and changes nothing. The file holds
the execution's input and output: look at it before you share it.`;

const executionArn = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:execution:[^:]+:[^:]+$/;

/** @throws Error that says how to call it */
export function parseRecordOptions(args: readonly string[]): RecordOptions {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { folder: text, area: text, endpoint: text },
  });
  const [given, ...others] = positionals;
  if (given === undefined || others.length > 0 || !executionArn.test(given)) {
    throw new Error(
      `[EXECUTION_ARN] must be one ARN of a Standard execution, got ${positionals.length === 0 ? "none" : positionals.join(", ")}`,
    );
  }
  return {
    executionArn: given,
    folder: values.folder ?? "recordings",
    area: values.area ?? "recorded",
    endpoint: values.endpoint ?? process.env.AWS_ENDPOINT_URL,
  };
}
