// Edits of parked work: one answer to its task token wins, and the execution's history tells whose it was.
import { describe, expect, it } from "vitest";
import { EditRun, type EditTools } from "../../../../handlers/edit/editRun";
import { Search } from "../../../../handlers/edit/find";
import { recordedBefore } from "../../../../handlers/edit/recordedBefore";
import { checkEditRequest } from "../../../../handlers/edit/request";
import { createPace } from "../../../../handlers/reprocess/pace";
import type { FailureRecord } from "../../../../records/record";
import { awsError } from "../../../support/awsFakes";
import { fixedTime, NOW } from "../../../support/fixedTime";
import { fakeClients, finish, POISON, SPOOL } from "../../../support/handlerRun";
import { declared, executionOf, ORDERS_ARN } from "../../../support/records";

const patch = [{ op: "replace", path: "/order", value: "mended" }];
const record: FailureRecord = {
  kind: "failed",
  source: "orders",
  stateMachineArn: ORDERS_ARN,
  execution: executionOf("order-1"),
  identity: { id: "order-1", born: 1 },
  generation: 2,
  mode: "park",
  taskToken: "token-3",
  input: { by: "value", text: '{"order":"order-1"}' },
  error: { name: "ProviderDown", cause: null },
};

function setUp() {
  const clients = fakeClients();
  clients.stepFunctions.executions.set(executionOf("order-1"), { startDate: new Date(NOW), status: "RUNNING" });
  clients.stepFunctions.tasks.set("token-3", { closed: false, execution: executionOf("order-1") });
  const tools: EditTools = { ...clients, sources: declared, bucket: "bucket", pace: createPace(100, NOW + 300_000) };
  const edit = async (queueUrl = SPOOL, request: object = {}) => {
    clients.sqs.put(queueUrl, "the record");
    const { Messages: [message] = [] } = await clients.sqs.receiveMessage({ QueueUrl: queueUrl });
    const checked = checkEditRequest({ id: "order-1", patch, ...request }, ["orders"]);
    const search = new Search(tools, checked, 60);
    const queue = { url: queueUrl, isPoison: queueUrl === POISON };
    return finish(new EditRun(tools, checked, search, [{ queue, message: message ?? {}, record }]).result());
  };
  const editAgain = (request: object = {}) => {
    const checked = checkEditRequest({ id: "order-1", patch, ...request }, ["orders"]);
    return finish(recordedBefore(checked, new Search(tools, checked, 60), tools));
  };
  return {
    ...clients,
    edit,
    editAgain,
    answers: () => clients.stepFunctions.executions.get(executionOf("order-1"))?.history,
  };
}

fixedTime();

describe("an edit of parked work", () => {
  it("answers its token with the generation and the edited input, after it was recorded", async () => {
    const { edit, answers, s3, sqs, calls, stepFunctions } = setUp();
    expect(await edit()).toEqual({
      outcome: "started",
      id: "order-1",
      source: "orders",
      generation: 3,
      execution: executionOf("order-1"),
      audit: "s3://bucket/respool/edits/orders/order-1/3.json",
      original: '{"order":"order-1"}',
      edited: '{"order":"mended"}',
    });
    expect(answers()?.[0]?.taskSucceededEventDetails?.output).toBe('{"generation":3,"input":{"order":"mended"}}');
    expect(JSON.parse(s3.objects.get("bucket/respool/edits/orders/order-1/3.json") ?? "")).toMatchObject({
      mode: "park",
      input: { generation: 3, input: { order: "mended" } },
    });
    expect(calls.made.indexOf("CreateObject")).toBeLessThan(calls.made.indexOf("SendTaskSuccess"));
    expect(sqs.in(SPOOL)).toEqual([]);
    expect(stepFunctions.redrives()).toEqual([]);
  });

  it("is already started when the same answer was given before, whether its message is there or gone", async () => {
    const { edit, editAgain, sqs } = setUp();
    await edit();
    expect(await edit()).toMatchObject({ outcome: "alreadyStarted", execution: executionOf("order-1") });
    expect(sqs.in(SPOOL)).toEqual([]);
    expect(await editAgain()).toMatchObject({ outcome: "alreadyStarted" });
  });

  it("is already started after a lost reply", async () => {
    const { edit, calls } = setUp();
    calls.failAfter("SendTaskSuccess", awsError("TimeoutError"));
    await expect(edit()).rejects.toThrow("TimeoutError");
    expect(await edit()).toMatchObject({ outcome: "alreadyStarted" });
  });

  it("is a conflict when a reprocess run, or another edit, answered first", async () => {
    const { edit, editAgain, stepFunctions, sqs } = setUp();
    await stepFunctions.sendTaskSuccess({ taskToken: "token-3", output: '{"generation":3}' });
    expect(await edit()).toMatchObject({
      outcome: "conflict",
      reason: "this generation was answered with another input",
    });
    expect(sqs.in(SPOOL)).toHaveLength(1);
    expect(await editAgain()).toMatchObject({ outcome: "conflict" });

    const other = setUp();
    await other.edit();
    const otherPatch = [{ op: "replace", path: "/order", value: "other" }];
    expect(await other.editAgain({ patch: otherPatch })).toMatchObject({
      outcome: "conflict",
      reason: "this generation was started with another edit",
    });
  });

  it("is superseded when only other generations were answered", async () => {
    const { edit, stepFunctions } = setUp();
    await stepFunctions.sendTaskSuccess({
      taskToken: "token-3",
      output: '{"generation":2,"input":{"order":"mended"}}',
    });
    expect(await edit()).toMatchObject({ outcome: "superseded" });
  });

  it.each(["TaskTimedOut", "TaskDoesNotExist"])("is superseded after %s, and its message deleted", async (name) => {
    const { edit, calls, sqs } = setUp();
    calls.failBefore("SendTaskSuccess", awsError(name), 2);
    expect(await edit()).toMatchObject({
      outcome: "superseded",
      reason: "the execution does not wait for this answer any more",
    });
    expect(sqs.in(SPOOL)).toEqual([]);
    expect(await edit(POISON)).toMatchObject({ outcome: "superseded" });
    expect(sqs.in(POISON)).toHaveLength(1);
  });

  it("tells of a token that never was one, and leaves its message to the next run, which moves it to the poison queue", async () => {
    const { edit, calls, sqs } = setUp();
    calls.failBefore("SendTaskSuccess", awsError("InvalidToken"));
    await expect(edit()).rejects.toThrow("InvalidToken");
    expect(sqs.in(SPOOL)).toHaveLength(1);
  });

  it("has work park again that went to the poison queue, and asks for the edit once more", async () => {
    const { edit, stepFunctions, sqs, s3 } = setUp();
    const ended = {
      name: "order-1",
      startDate: new Date(NOW),
      status: "FAILED",
      error: "Respool.Discarded",
      redriveStatus: "REDRIVABLE",
    } as const;
    stepFunctions.executions.set(executionOf("order-1"), ended);
    expect(await edit(POISON)).toEqual({
      outcome: "parksAgain",
      id: "order-1",
      source: "orders",
      execution: executionOf("order-1"),
      reason: "its execution had been ended; it parks again now: make the same edit once more",
    });
    expect(stepFunctions.redriven).toEqual(["order-1 order-1-parked-1"]);
    expect(sqs.in(POISON)).toEqual([]);
    expect(s3.objects.size).toBe(0);
  });

  it("leaves work in the poison queue whose execution can never be redriven again, and a dry run leaves all", async () => {
    const { edit, stepFunctions, sqs } = setUp();
    const ended = {
      name: "order-1",
      startDate: new Date(NOW),
      status: "FAILED",
      error: "Respool.Discarded",
      redriveStatus: "NOT_REDRIVABLE",
    } as const;
    stepFunctions.executions.set(executionOf("order-1"), ended);
    expect(await edit(POISON)).toMatchObject({
      outcome: "superseded",
      reason: "its execution cannot be resumed: NOT_REDRIVABLE",
    });
    expect(sqs.in(POISON)).toHaveLength(1);
    expect(await edit(POISON, { dryRun: true })).toMatchObject({ outcome: "planned" });
    expect(stepFunctions.redriven).toEqual([]);
  });

  it("counts what is around the input, too", async () => {
    const { edit, answers } = setUp();
    const value = "x".repeat(262_144 - 15);
    await expect(edit(SPOOL, { patch: [{ op: "replace", path: "/order", value }] })).rejects.toThrow(
      new Error("the edited input must come to at most 262144 bytes, got 262166"),
    );
    expect(answers()).toBeUndefined();
  });
});
