// The simulator's Step Functions as the handlers call it, in a world without functions: dates as the SDK gives them, errors as it throws them.
import type { StepFunctionsApi } from "../../handlers/aws";
import type { JsonObject } from "../../simulator/json";
import { awsError } from "./awsFakes";
import type { TestWorld } from "./simulatorWorld";

const DATES = ["startDate", "stopDate", "redriveDate"];

/** Each call runs the world's clock until its reply is there. */
export function simulatedStepFunctions(world: TestWorld): StepFunctionsApi {
  const call =
    (action: string) =>
    async (input: object): Promise<never> => {
      const request: JsonObject = JSON.parse(JSON.stringify(input));
      const outcome = world.outcome("states", action, request);
      if (!outcome.ok) throw awsError(outcome.error.code, outcome.error.message);
      const output: Record<string, unknown> = JSON.parse(JSON.stringify(outcome.output));
      for (const name of DATES)
        if (typeof output[name] === "number") output[name] = new Date(Math.round(output[name] * 1000));
      return output as never;
    };
  return {
    startExecution: call("StartExecution"),
    describeExecution: call("DescribeExecution"),
    listExecutions: call("ListExecutions"),
    getExecutionHistory: call("GetExecutionHistory"),
    redriveExecution: call("RedriveExecution"),
    sendTaskSuccess: call("SendTaskSuccess"),
    sendTaskFailure: call("SendTaskFailure"),
    sendTaskHeartbeat: call("SendTaskHeartbeat"),
  };
}
