// A reprocess run on failures that no execution failed at: streams, large payloads, queues beside the spool.
import { describe, expect, it, vi } from "vitest";
import type { ReprocessConfig } from "../../../../handlers/config";
import { createReprocess } from "../../../../handlers/reprocess";
import { workIdentity } from "../../../../records/executionName";
import { awsError } from "../../../support/awsFakes";
import { EARLIER, fixedTime, NOW } from "../../../support/fixedTime";
import * as sample from "../../../support/foreignFailures";
import { BUCKET, fifoQueue, OBJECT_KEY, replayedSources } from "../../../support/foreignFailures";
import { crash, fakeClients, finish, POISON, SPOOL, secondsLeft } from "../../../support/handlerRun";

const redriveOf = (work: string, source = "notify", generation = 1) =>
  `${workIdentity(source, work).id}-redrive-${generation}-0`;

function setUp(changes: Partial<ReprocessConfig> = {}) {
  const clients = fakeClients();
  const config: ReprocessConfig = {
    spoolUrl: SPOOL,
    poisonUrl: POISON,
    sources: replayedSources,
    bucket: BUCKET,
    deadLetterQueues: [fifoQueue],
    maxRedrives: 3,
    ...changes,
  };
  const put = (url: string, body: unknown, options: Parameters<typeof clients.sqs.put>[2] = {}) =>
    clients.sqs.put(url, typeof body === "string" ? body : JSON.stringify(body), { sentAt: EARLIER, ...options });
  return {
    ...clients,
    run: (event: unknown = {}, seconds = 300) => finish(createReprocess(config, clients)(event, secondsLeft(seconds))),
    park: (body: unknown, options: Parameters<typeof put>[2] = {}) => put(SPOOL, body, options),
    parkFifo: (body: string, group: string) => put(fifoQueue.url, body, { system: { MessageGroupId: group } }),
    execution: (name: string) =>
      clients.stepFunctions.executions.get(`${sample.LAUNCHER_ARN.replace(":stateMachine:", ":execution:")}:${name}`),
    starts: () =>
      [...clients.stepFunctions.executions.values()].map(({ name, input = "{}", startDate }) => {
        const { replay } = JSON.parse(input);
        return { name, payload: replay.payload, at: startDate.getTime() - NOW };
      }),
  };
}

fixedTime();

describe("work that is no execution's", () => {
  it("is started on the launcher, with its order", async () => {
    const { run, park, execution, sqs } = setUp();
    park(sample.destinationRecord('{"n":1.0}'));
    expect(await run()).toMatchObject({ success: 1, remaining: 0 });
    expect(JSON.parse(execution(redriveOf("request-1"))?.input ?? "")).toEqual({
      respool: 1,
      source: "notify",
      id: "request-1",
      replay: { as: "event", payload: '{"n":1.0}' },
    });
    expect(sqs.in(SPOOL)).toEqual([]);
  });

  it("is found by its own id, too, and listed with it", async () => {
    const { run, park } = setUp();
    park(sample.destinationRecord("{}"));
    expect(await run({ filter: { id: "request-2" } })).toMatchObject({ success: 0, skipped: 1 });
    const { planned } = await run({ filter: { id: "request-1" }, dryRun: true });
    expect(planned).toMatchObject([{ action: "start", work: "request-1", source: "notify" }]);
    expect(await run({ filter: { id: "request-1" } })).toMatchObject({ success: 1 });
  });

  it("is not started on a new launcher when a former one did", async () => {
    const former = sample.LAUNCHER_ARN.concat("-before");
    const notify = { ...replayedSources.notify, formerStateMachineArns: [former] };
    const launcher = { ...replayedSources.launcher, formerStateMachineArns: [former] };
    const { run, park, stepFunctions } = setUp({ sources: { ...replayedSources, launcher, notify } });
    const arn = `${former.replace(":stateMachine:", ":execution:")}:${redriveOf("request-1")}`;
    stepFunctions.executions.set(arn, { startDate: new Date(0), status: "SUCCEEDED" });
    park(sample.destinationRecord("{}"));
    expect(await run()).toMatchObject({ success: 0, alreadyStarted: 1, remaining: 0 });
  });
});

describe("a stream's failure in S3", () => {
  const stored = JSON.stringify({ ...sample.streamRecord(), payload: { Records: [] } });

  it("is read, started, and the same work as by metadata", async () => {
    const { run, park, s3, starts } = setUp();
    s3.objects.set(`${BUCKET}/${OBJECT_KEY}`, stored);
    park(sample.objectCreated());
    park(sample.streamRecord());
    expect(await run()).toMatchObject({ success: 1, alreadyStarted: 1, remaining: 0 });
    expect(starts()).toHaveLength(1);
  });

  it("stays where S3 refuses, and is poison where the object is gone, or in a stranger's bucket", async () => {
    const { run, park, s3, calls, sqs } = setUp();
    s3.objects.set(`${BUCKET}/${OBJECT_KEY}`, stored);
    park(sample.objectCreated());
    calls.failBefore("GetObject", awsError("AccessDenied"));
    expect(await run()).toMatchObject({ failed: 1, remaining: 1 });
    s3.objects.clear();
    park(sample.objectCreated("strangers"));
    expect(await run()).toMatchObject({ poisoned: 2, remaining: 0 });
    const reasons = sqs.in(POISON).map(({ attributes }) => JSON.parse(attributes.respool?.StringValue ?? "").reason);
    expect(new Set(reasons)).toEqual(
      new Set([
        `the object ${OBJECT_KEY} is not in the bucket ${BUCKET} any more`,
        `[bucket] must be the spool's ("${BUCKET}"), got "strangers"`,
      ]),
    );
    expect(calls.made.filter((call) => call === "GetObject")).toHaveLength(2);
  });

  it("is not asked for when the message is newer than the run", async () => {
    const { run, park, calls } = setUp();
    park(sample.objectCreated(), { sentAt: NOW + 1 });
    expect(await run()).toMatchObject({ skipped: 1 });
    expect(calls.made).not.toContain("GetObject");
  });

  it("that is S3's test event is deleted, and counts for nothing", async () => {
    const { run, park, sqs } = setUp();
    park({ Event: "s3:TestEvent", Bucket: BUCKET });
    expect((await run({ dryRun: true })).planned).toMatchObject([{ action: "discard" }]);
    expect(await run()).toMatchObject({ success: 0, poisoned: 0, skipped: 0, remaining: 0 });
    expect(sqs.in(POISON)).toEqual([]);
  });
});

describe("a message that cannot be dealt with", () => {
  it("stays, and the run goes on with the others", async () => {
    const { run, park, log, lines, sqs } = setUp();
    const info = log.info;
    vi.spyOn(log, "info").mockImplementation((text, details) => {
      if (text === "message discarded") throw new Error("no room for logs");
      info(text, details);
    });
    const odd = park({ Event: "s3:TestEvent", Bucket: BUCKET });
    park(sample.destinationRecord("{}"));
    expect(await run()).toMatchObject({ success: 1, failed: 1, remaining: 1 });
    expect(sqs.in(SPOOL).map(({ id }) => id)).toEqual([odd.id]);
    expect(lines).toContainEqual({
      level: "error",
      message: "message could not be dealt with",
      details: { messageId: odd.id, error: "Error", reason: "no room for logs" },
    });
  });

  it("stays where its copy for the poison queue has no room for whose failure it is", async () => {
    const { run, park, sqs } = setUp();
    const system = { DeadLetterQueueSourceArn: `${sample.ORDERS_QUEUE_ARN}-other` };
    park("x".repeat(1024 * 1024), { system });
    expect(await run()).toMatchObject({ poisoned: 0, failed: 1, remaining: 1 });
    expect(sqs.in(POISON)).toEqual([]);
  });

  it.each([-1, 1.5, 10_000])("is not one whose sender made up the generation %s", async (generation) => {
    const { run, park, starts } = setUp();
    const respool = { DataType: "String", StringValue: JSON.stringify({ source: "adopted", generation }) };
    park("{}", { attributes: { respool } });
    expect(await run()).toMatchObject({ success: 1, failed: 0, remaining: 0 });
    expect(starts()).toHaveLength(1);
  });

  it("stops its group", async () => {
    const { run, parkFifo, log, starts } = setUp();
    vi.spyOn(log, "info").mockImplementation((text) => {
      if (text === "redrive started") throw new Error("no room for logs");
    });
    vi.spyOn(log, "error").mockImplementationOnce(() => {
      throw new Error("no room for logs");
    });
    parkFifo("a1", "a");
    parkFifo("a2", "a");
    expect(await run()).toMatchObject({ failed: 1, skipped: 1, remaining: 2 });
    expect(starts().map(({ payload }) => payload)).toEqual(["a1"]);
  });
});

describe("a queue that cannot be read", () => {
  const gone = { url: "https://sqs.eu-west-1.amazonaws.com/123456789012/gone", source: "adopted" };
  const refusal = awsError("KMS.AccessDeniedException", "no key");

  function refusing(url: string) {
    const made = setUp({ deadLetterQueues: [gone, sample.standardQueue, fifoQueue] });
    const { receiveMessage, getQueueAttributes } = made.sqs;
    made.sqs.receiveMessage = (input) => (input.QueueUrl === url ? Promise.reject(refusal) : receiveMessage(input));
    made.sqs.getQueueAttributes = (input) =>
      input.QueueUrl === url ? Promise.reject(refusal) : getQueueAttributes(input);
    made.stepFunctions.ending = () => ({ after: 0, status: "SUCCEEDED", output: '{"replayed":true}' });
    made.park(sample.destinationRecord("{}"));
    made.sqs.put(sample.standardQueue.url, "s1", { sentAt: EARLIER });
    made.parkFifo("a1", "a");
    return made;
  }

  it("is named in the result, and the others are redriven", async () => {
    const { run, starts, lines } = refusing(gone.url);
    expect(await run()).toMatchObject({ success: 3, remaining: 0, stoppedBecause: "empty", unreadable: ["gone"] });
    expect(starts()).toHaveLength(3);
    expect(lines).toContainEqual({
      level: "error",
      message: "queue could not be read",
      details: { queue: "gone", error: "KMS.AccessDeniedException", reason: "no key" },
    });
  });

  it("fails the run at its end where it is the spool, which may hold what must go before a FIFO queue's", async () => {
    const { run, starts, sqs } = refusing(SPOOL);
    await expect(run()).rejects.toBe(refusal);
    expect(starts()).toHaveLength(1);
    expect(sqs.in(fifoQueue.url)).toHaveLength(1);
  });
});

describe("a payload that is too large for an execution", () => {
  const large = JSON.stringify("é".repeat(60_000));
  const key = `${BUCKET}/respool/payloads/notify/${workIdentity("notify", "request-1").id}`;

  it("goes into the bucket before the start, and the order points there", async () => {
    const { run, park, s3, execution, calls } = setUp();
    park(sample.destinationRecord(large));
    expect(await run()).toMatchObject({ success: 1 });
    expect([...s3.objects]).toEqual([[key, large]]);
    expect(JSON.parse(execution(redriveOf("request-1"))?.input ?? "").replay).toEqual({
      as: "event",
      object: { bucket: BUCKET, key: key.slice(BUCKET.length + 1) },
    });
    expect(calls.made.indexOf("PutObject")).toBeLessThan(calls.made.indexOf("StartExecution"));
  });

  it("stays in the order up to 192 KiB, counted as the launcher counts", async () => {
    const { run, park, s3 } = setUp();
    park(sample.destinationRecord(JSON.stringify("x".repeat(190 * 1024))));
    expect(await run()).toMatchObject({ success: 1 });
    expect(s3.objects.size).toBe(0);
  });

  it("stays in the spool where the bucket refuses it, and is poison without a bucket", async () => {
    const refused = setUp();
    refused.park(sample.destinationRecord(large));
    refused.calls.failBefore("PutObject", awsError("AccessDenied"));
    expect(await refused.run()).toMatchObject({ failed: 1, remaining: 1 });
    const without = setUp({ bucket: undefined });
    without.park(sample.destinationRecord(JSON.stringify("x".repeat(300_000))));
    expect(await without.run()).toMatchObject({ poisoned: 1 });
  });
});

describe("a FIFO queue beside the spool", () => {
  const ends =
    (milliseconds: number, failing: readonly string[] = []) =>
    (name: string) => ({
      after: milliseconds,
      status: "SUCCEEDED" as const,
      output: JSON.stringify(failing.includes(name) ? { spooled: true } : { replayed: true }),
    });

  it("is redriven in order, one message of a group at a time, groups side by side", async () => {
    const { run, parkFifo, stepFunctions, starts, sqs } = setUp();
    stepFunctions.ending = ends(5_000);
    for (const body of ["a1", "a2", "a3"]) parkFifo(body, "a");
    for (const body of ["b1", "b2"]) parkFifo(body, "b");

    expect(await run()).toMatchObject({ success: 5, remaining: 0 });

    const of = (group: string) => starts().filter(({ payload }) => payload.startsWith(group));
    expect(of("a").map(({ payload }) => payload)).toEqual(["a1", "a2", "a3"]);
    for (const group of ["a", "b"])
      of(group).reduce((before, next) => {
        expect(next.at - before.at).toBeGreaterThanOrEqual(5_000);
        return next;
      });
    expect((of("b")[0]?.at ?? 0) - (of("a")[0]?.at ?? 0)).toBeLessThan(1_000);
    const [first] = sqs.receiveInputs.filter(({ QueueUrl }) => QueueUrl === fifoQueue.url);
    expect(first?.ReceiveRequestAttemptId).toMatch(/^[0-9a-f-]{36}$/);
    expect(sqs.receiveInputs[0]?.ReceiveRequestAttemptId).toBeUndefined();
  });

  it("leaves the rest of a group whose replay failed, with what failed in the spool, to the next run", async () => {
    const { run, park, parkFifo, stepFunctions, starts } = setUp();
    const one = parkFifo("a1", "a");
    parkFifo("a2", "a");
    parkFifo("b1", "b");
    const failing = redriveOf(one.id, "adopted");
    stepFunctions.ending = ends(1_000, [failing]);
    expect(await run()).toMatchObject({ success: 2, skipped: 1, remaining: 1 });

    // What the launcher recorded meanwhile.
    const order = JSON.parse([...stepFunctions.executions.values()].find(({ name }) => name === failing)?.input ?? "");
    const execution = `${sample.LAUNCHER_ARN.replace(":stateMachine:", ":execution:")}:${failing}`;
    const record = { respool: 1, kind: "failed", source: "launcher", execution, name: failing, input: order };
    park({ ...record, startTime: "2026-03-01T12:00:01.000Z", error: { name: "Down", cause: null } });
    vi.advanceTimersByTime(400_000);
    stepFunctions.ending = ends(7_000);

    expect(await run()).toMatchObject({ success: 2, remaining: 0 });
    const [again, next] = starts().slice(-2);
    expect(again).toMatchObject({ name: redriveOf(one.id, "adopted", 2), payload: "a1" });
    expect(next?.payload).toBe("a2");
    expect((next?.at ?? 0) - (again?.at ?? 0)).toBeGreaterThanOrEqual(7_000);
  });

  it("stops a group whose redrive does not end in time, and goes on when it has", async () => {
    const { run, parkFifo, stepFunctions, starts } = setUp();
    stepFunctions.ending = ends(200_000);
    parkFifo("a1", "a");
    parkFifo("a2", "a");
    expect(await run({}, 100)).toMatchObject({ success: 1, remaining: 2 });
    vi.advanceTimersByTime(10_000);
    expect(await run({}, 300)).toMatchObject({ alreadyStarted: 1, success: 1 });
    const [one, two] = starts();
    expect((two?.at ?? 0) - (one?.at ?? 0)).toBeGreaterThanOrEqual(200_000);
  });

  it("holds a group back behind a message that a filter leaves out, and lets it pass one that is poison", async () => {
    const { run, parkFifo, stepFunctions, starts, sqs } = setUp();
    stepFunctions.ending = ends(1_000);
    parkFifo("a1", "a");
    const second = parkFifo("a2", "a");
    expect(await run({ filter: { id: second.id } })).toMatchObject({ success: 0, skipped: 2, remaining: 2 });
    const respool = { DataType: "String", StringValue: '{"id":"m-0","generation":3}' };
    const system = { MessageGroupId: "a", MessageDeduplicationId: `${workIdentity("adopted", "m-0").id}-3` };
    const sentAgain = { attributes: { respool }, system };
    sqs.queues.set(
      fifoQueue.url,
      sqs.in(fifoQueue.url).map((message) => (message === second ? message : { ...message, ...sentAgain })),
    );
    expect(await run()).toMatchObject({ success: 1, poisoned: 1, remaining: 0 });
    expect(starts().map(({ payload }) => payload)).toEqual(["a2"]);
    expect(JSON.parse(sqs.in(POISON)[0]?.attributes.respool?.StringValue ?? "")).toMatchObject({
      id: "m-0",
      generation: 3,
      source: "adopted",
      fifo: { groupId: "a" },
      reason: expect.stringContaining("after 3 redrives"),
    });
  });

  it("is listed by a dry run without waiting or holding back", async () => {
    const { run, parkFifo, calls } = setUp();
    parkFifo("a1", "a");
    parkFifo("a2", "a");
    expect(await run({ dryRun: true })).toMatchObject({ success: 2, skipped: 0, remaining: 2 });
    expect(calls.made).not.toContain("DescribeExecution");
  });

  it("is the run's last queue: max and deadline hold for all of them", async () => {
    const { run, park, parkFifo, stepFunctions } = setUp();
    stepFunctions.ending = ends(0);
    park(sample.destinationRecord("{}"));
    parkFifo("a1", "a");
    expect(await run({ max: 1 })).toMatchObject({ success: 1, remaining: 1, stoppedBecause: "max" });
  });

  it("neither loses, doubles nor reorders a message when a run crashes after any call", async () => {
    async function runUntilCall(crashAfter: number) {
      const { run, parkFifo, calls, stepFunctions, starts } = setUp();
      stepFunctions.ending = ends(3_000);
      for (const body of ["a1", "a2"]) parkFifo(body, "a");
      const made = await crash(run, calls, crashAfter);
      const { remaining } = await run();
      const [one, two] = starts();
      const apart = (two?.at ?? 0) - (one?.at ?? 0) >= 3_000;
      return { made, after: { remaining, order: starts().map(({ payload }) => payload), apart } };
    }
    const { made: callsOfARun } = await runUntilCall(1000);
    expect(callsOfARun).toBeGreaterThan(8);
    for (let call = 0; call < callsOfARun; call++) {
      const { after } = await runUntilCall(call);
      expect({ call, ...after }).toEqual({ call, remaining: 0, order: ["a1", "a2"], apart: true });
    }
  });
});

describe("the configuration", () => {
  it.each([
    [
      { deadLetterQueues: [{ url: "queue", source: "adopted" }] },
      '[deadLetterQueues] must be the URL of a queue, got "queue"',
    ],
    [
      { deadLetterQueues: [{ ...fifoQueue, source: "other" }] },
      '[deadLetterQueues] must belong to sources that are declared, got "other"',
    ],
  ])("%j is refused", (changes, message) => {
    expect(() => setUp(changes).run()).toThrow(message);
  });
});
