// Builders of what lies in a spool, for unit tests.
import type { RecordBody } from "../../records/record";

export const ORDERS_ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders";
const PARCELS_ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:parcels";

/** Two declared sources. */
export const declared = { orders: { stateMachineArn: ORDERS_ARN }, parcels: { stateMachineArn: PARCELS_ARN } };

/** When the executions of these tests started. */
export const STARTED = "2026-03-01T10:00:00.250Z";

/** Its whole seconds in base 36, as the names of redrives have it. */
export const BORN = Math.floor(Date.parse(STARTED) / 1000).toString(36);

/** The ARN of an execution of `orders` (or of another machine). */
export function executionOf(name: string, machine = "orders"): string {
  return `arn:aws:states:eu-west-1:123456789012:execution:${machine}:${name}`;
}

/** A record by value of an execution of `orders`. */
export function recordBody(name: string, changes: { readonly [member: string]: unknown } = {}): RecordBody {
  return {
    respool: 1,
    kind: "failed",
    source: "orders",
    execution: executionOf(name),
    name,
    startTime: STARTED,
    failedAt: "2026-03-01T10:00:09.000Z",
    input: { order: name },
    error: { name: "ProviderDown", cause: "503" },
    ...changes,
  };
}

/** A record by reference of an execution of `orders`. */
export function recordByReference(name: string, changes: { readonly [member: string]: unknown } = {}): RecordBody {
  const { input, ...body } = recordBody(name, changes);
  return { ...body, byReference: true };
}

/** A status-change event of an execution of `orders`, as EventBridge delivers it. */
export function statusChangeEvent(name: string, detail: { [member: string]: unknown } = {}) {
  const execution = executionOf(name);
  return {
    version: "0",
    id: "315c1398-40ff-a850-213b-158f73e60175",
    "detail-type": "Step Functions Execution Status Change",
    source: "aws.states",
    account: "123456789012",
    time: "2026-03-01T10:00:09Z",
    region: "eu-west-1",
    resources: [execution],
    detail: {
      executionArn: execution,
      stateMachineArn: ORDERS_ARN,
      name,
      status: "FAILED",
      startDate: Date.parse(STARTED),
      stopDate: Date.parse("2026-03-01T10:00:09.000Z"),
      input: JSON.stringify({ order: name }),
      inputDetails: { included: true },
      output: null,
      error: "States.Runtime",
      cause: "no such path",
      ...detail,
    },
  };
}
