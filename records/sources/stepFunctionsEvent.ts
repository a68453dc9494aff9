// Failures that EventBridge reported: "Step Functions Execution Status Change" events, wrapped by the safety-net rule or bare.
// https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
import { executionArn } from "../arn";
import { identityOf } from "../executionName";
import {
  isObject,
  type JsonObject,
  objectMember,
  optionalTextMember,
  own,
  shown,
  textMember,
  Unreadable,
} from "../json";
import type { DeclaredSources, FailureRecord, RecordBody, RecordInput } from "../record";
import { type DeclaredPlace, declaredByArn, declaredByName, executionName } from "./declared";
import { executionError } from "./recordError";
import { resumedExecution } from "./redriveMode";
import type { Received, RecordSource } from "./source";
import { countedBySpoolFailure } from "./spoolFailure";

/** A status-change event that carries the execution's input (as JSON text, so it is the caller's own to the byte). */
export const statusChangeEventWithInput: RecordSource = {
  name: "Step Functions status-change event with input",
  recognise: ({ json: body }) => typeof inputOf(body) === "string",
  parse: (body, declared) => {
    const { detail } = eventParts(body);
    return parseEvent(body, declared, { by: "value", text: textMember(detail, "input") });
  },
  permissions: (stateMachineArn) => [{ actions: ["states:StartExecution"], resources: [stateMachineArn] }],
};

/** A status-change event without input: EventBridge leaves out what is over 248 KB, and `inputDetails.included` says so. */
export const statusChangeEventWithoutInput: RecordSource = {
  name: "Step Functions status-change event without input",
  recognise: ({ json: body }) => eventOf(body) !== undefined && typeof inputOf(body) !== "string",
  parse: (body, declared) => {
    const { detail } = eventParts(body);
    return parseEvent(body, declared, { by: "reference", execution: textMember(detail, "executionArn") });
  },
  withInput: (body, input) => {
    const event = eventOf(body) ?? {};
    const complete = {
      ...event,
      detail: { ...objectMember(event, "detail"), input, inputDetails: { included: true } },
    };
    return JSON.stringify(isBareEvent(body) ? complete : { ...body, event: complete });
  },
  permissions: (stateMachineArn) => [
    { actions: ["states:StartExecution"], resources: [stateMachineArn] },
    { actions: ["states:DescribeExecution"], resources: [executionArn(stateMachineArn, "*")] },
  ],
};

/** What an execution's end says of its work. */
type ExecutionFailure = Pick<FailureRecord, "error" | "attempts" | "step"> & Pick<RecordBody, "kind">;

/**
 * The kind and error of a record for an execution that ended with this status. A timeout of the whole execution has no error of its
 * own, and an aborted one has what StopExecution was given.
 *
 * @returns undefined for a status that is no failure
 */
export function failureOf(status: string | undefined, error: unknown, cause: unknown): ExecutionFailure | undefined {
  if (status === "FAILED")
    return { kind: "failed", error: executionError(error, cause), ...countedBySpoolFailure(error, cause) };
  if (status === "TIMED_OUT") return { kind: "failed", error: executionError(error || "States.Timeout", cause) };
  if (status === "ABORTED") return { kind: "aborted", error: executionError(error || "Respool.Aborted", cause) };
  return undefined;
}

function parseEvent(body: Received, declared: DeclaredSources, input: RecordInput): FailureRecord {
  const { detail, place } = eventParts(body);
  const execution = textMember(detail, "executionArn");
  const name = executionName(execution, optionalTextMember(detail, "name"));
  const { id, born, generation } = identityOf(name, startDate(detail));
  const status = textMember(detail, "status");
  const failure = failureOf(status, own(detail, "error"), own(detail, "cause"));
  if (failure === undefined)
    throw new Unreadable(`[status] must be one of FAILED, TIMED_OUT, ABORTED, got ${shown(status)}`);
  const found = place(declared, detail);
  const resumed = resumedExecution(detail, declared[found.source]);
  return { ...found, ...failure, execution, identity: { id, born }, generation, input, ...resumed };
}

type Place = (declared: DeclaredSources, detail: JsonObject) => DeclaredPlace;

function eventParts({ json }: Received): { readonly detail: JsonObject; readonly place: Place } {
  const place: Place = isBareEvent(json)
    ? (declared, detail) => declaredByArn(textMember(detail, "stateMachineArn"), declared)
    : (declared) => declaredByName(textMember(json, "source"), declared);
  return { detail: objectMember(eventOf(json) ?? {}, "detail"), place };
}

function eventOf(body: JsonObject): JsonObject | undefined {
  if (isBareEvent(body)) return body;
  const wrapped = own(body, "event");
  return isObject(wrapped) && isBareEvent(wrapped) ? wrapped : undefined;
}

function isBareEvent(body: JsonObject): boolean {
  return own(body, "source") === "aws.states" && own(body, "detail-type") === "Step Functions Execution Status Change";
}

function inputOf(body: JsonObject): unknown {
  const detail = own(eventOf(body) ?? {}, "detail");
  return isObject(detail) ? own(detail, "input") : undefined;
}

function startDate(detail: JsonObject): number {
  const time = own(detail, "startDate");
  if (typeof time !== "number" || !(time >= 0) || time > 8.64e15)
    throw new Unreadable(`[startDate] must be a number of milliseconds since 1970, got ${shown(time)}`);
  return time;
}
