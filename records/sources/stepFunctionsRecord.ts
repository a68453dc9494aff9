// Records that a state machine (or the reconciler) wrote itself: with the caller's input by value, or by reference to the execution.
import { executionArn } from "../arn";
import { identityOf } from "../executionName";
import { type JsonObject, optionalTextMember, own, rawMember, shown, textMember, Unreadable } from "../json";
import type { DeclaredSources, FailureRecord, RecordBody, RecordInput } from "../record";
import { declaredByName, executionName, ofItsMachine } from "./declared";
import { readError } from "./recordError";
import { continuedWork } from "./redriveMode";
import type { Received, RecordSource } from "./source";

const KINDS: readonly RecordBody["kind"][] = ["failed", "held", "aborted"];

/** A record that carries the caller's input as a JSON value: up to 192 KiB of it. */
export const stepFunctionsRecordByValue: RecordSource = {
  name: "Step Functions record by value",
  recognise: ({ json: body }) => Object.hasOwn(body, "kind") && Object.hasOwn(body, "input"),
  parse: (body, declared) =>
    parseRecordBody(body, declared, { by: "value", text: rawMember(body.text, "input") ?? "{}" }),
  permissions: (stateMachineArn) => [{ actions: ["states:StartExecution"], resources: [stateMachineArn] }],
};

/** A record whose input is too large for the message: a redrive reads it from the execution that failed. */
export const stepFunctionsRecordByReference: RecordSource = {
  name: "Step Functions record by reference",
  recognise: ({ json: body }) => Object.hasOwn(body, "kind") && own(body, "byReference") === true,
  parse: (body, declared) =>
    parseRecordBody(body, declared, { by: "reference", execution: textMember(body.json, "execution") }),
  withInput: (body, input) => {
    // The input of parked work is its step's, which only its execution has; its redrive needs none.
    if (own(body, "mode") === "park") return JSON.stringify(body);
    const { byReference: _, ...others } = body;
    return withInputText(others, input);
  },
  permissions: (stateMachineArn) => [
    { actions: ["states:StartExecution"], resources: [stateMachineArn] },
    {
      actions: ["states:DescribeExecution", "states:GetExecutionHistory"],
      resources: [executionArn(stateMachineArn, "*")],
    },
  ],
};

/** A record as JSON, with the input as the text that it is: parsing it would round numbers that JavaScript cannot hold. */
export function withInputText(record: object, input: string): string {
  return `${JSON.stringify(record).slice(0, -1)},"input":${input}}`;
}

function parseRecordBody({ json }: Received, declared: DeclaredSources, input: RecordInput): FailureRecord {
  const place = declaredByName(textMember(json, "source"), declared);
  const execution = textMember(json, "execution");
  const name = executionName(execution, optionalTextMember(json, "name"));
  const { id, born, generation } = identityOf(name, isoTime(json, "startTime"));
  const continued = continuedWork(json);
  // Whoever can write to the queue must not choose by another source's rules which execution goes on.
  if (continued.mode !== undefined) ofItsMachine(execution, place, declared);
  return {
    ...place,
    kind: kindOf(json),
    execution,
    identity: { id, born },
    generation,
    input,
    error: readError(own(json, "error")),
    ...continued,
  };
}

function kindOf(json: JsonObject): RecordBody["kind"] {
  const kind = KINDS.find((candidate) => candidate === own(json, "kind"));
  if (kind === undefined)
    throw new Unreadable(`[kind] must be one of ${KINDS.join(", ")}, got ${shown(own(json, "kind"))}`);
  return kind;
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function isoTime(json: JsonObject, member: string): number {
  const text = textMember(json, member);
  const time = ISO_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!(time >= 0)) throw new Unreadable(`[${member}] must be an ISO 8601 time since 1970, got ${shown(text)}`);
  return time;
}
