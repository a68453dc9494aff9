// Programs with one thing wrong: each must make cycle cases fail, or these would not test it.
import type { JsonObject, NewResource } from "@respool/simulator";
import type { Change } from "../support/awsBackend/deployment";

interface Retrier extends JsonObject {
  readonly MaxAttempts?: number;
}

interface TaskState extends JsonObject {
  readonly Catch?: readonly JsonObject[];
  readonly Retry?: readonly Retrier[];
}

interface Definition extends JsonObject {
  readonly States: Readonly<Record<string, TaskState>>;
}

function changeInputs(resource: NewResource, inputs: JsonObject): NewResource {
  return { ...resource, inputs: { ...resource.inputs, ...inputs } };
}

/** @param change changes the state that calls the task */
function changeTask(change: (state: TaskState) => TaskState): Change {
  return (resource) => {
    if (resource.type !== "aws:sfn/stateMachine:StateMachine") return resource;
    const definition = JSON.parse(String(resource.inputs.definition)) as Definition;
    const { UncertainTask } = definition.States;
    if (UncertainTask === undefined) throw new Error(`${resource.name} has no state UncertainTask`);
    const States = { ...definition.States, UncertainTask: change(UncertainTask) };
    return changeInputs(resource, { definition: JSON.stringify({ ...definition, States }) });
  };
}

export const withoutCatch: Change = changeTask(({ Catch: _, ...state }) => state);

/** Step Functions tries three times again where a retrier says nothing. */
export const withoutRetryLimit: Change = changeTask((state) => ({
  ...state,
  Retry: (state.Retry ?? []).map(({ MaxAttempts: _, ...retrier }) => retrier),
}));

/** Runs inside Lambda: deletes what it received before the handler sees it. */
const deletesFirst = `
const { DeleteMessageCommand, SQSClient } = require("@aws-sdk/client-sqs");
const send = SQSClient.prototype.send;
SQSClient.prototype.send = async function (command, ...rest) {
  const answer = await send.call(this, command, ...rest);
  for (const { ReceiptHandle } of answer.Messages ?? []) {
    await send.call(this, new DeleteMessageCommand({ QueueUrl: command.input.QueueUrl, ReceiptHandle }));
  }
  return answer;
};
exports.handler = require("./index.js").handler;
`;

/** A reprocess function that deletes a message as soon as it has it, not when its redrive is confirmed. */
export const reprocessDeletesFirst: Change = (resource) => {
  if (resource.type !== "aws:lambda/function:Function" || resource.name !== "reprocess") return resource;
  const [[mark, files] = ["", {}]] = Object.entries(resource.inputs.code as Record<string, JsonObject>);
  const code = { [mark]: { ...files, "deletesFirst.js": Buffer.from(deletesFirst).toString("base64") } };
  return changeInputs(resource, { code, handler: "deletesFirst.handler" });
};
