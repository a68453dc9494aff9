// What the rest of AWS hears of an execution: an EventBridge event and CloudWatch metrics at each change of its status.
import type { World } from "../../world";
import type { Execution, ExecutionStatus } from "./execution";
import { redriveStatus } from "./redrive";

/** Bytes of escaped input and output that an event carries (Developer Guide: "EventBridge payloads"). */
const eventPayloadLimit = 248 * 1024;

function escapedBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** Escaping at most doubles valid JSON, and a UTF-16 unit takes at most three bytes: small texts need no measuring. */
function surelyFits(...texts: string[]): boolean {
  return texts.reduce((sum, text) => sum + text.length * 6, 0) < eventPayloadLimit;
}

function publish(world: World, execution: Execution): void {
  const { status, machine, input, output } = execution;
  const small = surelyFits(input.text, output?.text ?? "");
  const outputSize = small || output === undefined ? 0 : escapedBytes(output.text);
  const inputIncluded = small || escapedBytes(input.text) + outputSize <= eventPayloadLimit;
  const outputIncluded = outputSize <= eventPayloadLimit;
  world.bus.publish({
    source: "aws.states",
    detailType: "Step Functions Execution Status Change",
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: machine.arn,
      name: execution.name,
      status,
      startDate: execution.startedAt,
      stopDate: execution.stoppedAt ?? null,
      input: inputIncluded ? input.text : null,
      output: output !== undefined && outputIncluded ? output.text : null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: execution.redriveCount,
      redriveDate: execution.redrivenAt ?? null,
      ...redriveStatus(execution, world.clock.now),
      inputDetails: { included: inputIncluded },
      outputDetails: output === undefined ? null : { included: outputIncluded },
      error: execution.error ?? null,
      cause: execution.cause ?? null,
    },
  });
}

const metricNames: Readonly<Record<ExecutionStatus, string>> = {
  RUNNING: "ExecutionsStarted",
  SUCCEEDED: "ExecutionsSucceeded",
  FAILED: "ExecutionsFailed",
  TIMED_OUT: "ExecutionsTimedOut",
  ABORTED: "ExecutionsAborted",
};

/** (Developer Guide: "Monitoring Step Functions metrics using Amazon CloudWatch", execution metrics.) */
function measure(world: World, execution: Execution): void {
  const common = { namespace: "AWS/States", dimensions: { StateMachineArn: execution.machine.arn } };
  const count = (name: string) => world.metrics.put({ ...common, name, values: [1], unit: "Count" });
  const isRedriven = execution.redriveCount > 0;
  if (execution.status === "RUNNING" && isRedriven) count("ExecutionsRedriven");
  else count(metricNames[execution.status]);
  if (execution.status !== "RUNNING" && isRedriven) count(`Redriven${metricNames[execution.status]}`);
  if (execution.stoppedAt === undefined) return;
  const values = [execution.stoppedAt - execution.startedAt];
  world.metrics.put({ ...common, name: "ExecutionTime", values, unit: "Milliseconds" });
}

export function announceStatus(world: World, execution: Execution): void {
  const { status, arn, error } = execution;
  const detail = { execution: arn, status, ...(error === undefined ? {} : { error }) };
  world.events.append("states.ExecutionStatus", detail);
  measure(world, execution);
  publish(world, execution);
}
