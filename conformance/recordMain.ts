// `npm run record -- EXECUTION_ARN`: writes a case from an execution in your own AWS account.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SFNClient } from "@aws-sdk/client-sfn";
import { record } from "./record";
import { parseRecordOptions, type RecordOptions, recordUsage } from "./recordOptions";

async function main(args: readonly string[]): Promise<number> {
  let options: RecordOptions;
  try {
    options = parseRecordOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n${recordUsage}`);
    return 2;
  }
  const { executionArn, folder, area, endpoint } = options;
  const client = new SFNClient({ region: executionArn.split(":")[3], ...(endpoint === undefined ? {} : { endpoint }) });
  try {
    const recorded = await record(client, executionArn, area);
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `${recorded.name.replaceAll(/[^\w.-]/g, "_")}.json`);
    writeFileSync(file, `${JSON.stringify(recorded, undefined, 1)}\n`);
    console.log(`${file}\nreplay it with: npm run conformance -- ${folder} --verbose`);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
