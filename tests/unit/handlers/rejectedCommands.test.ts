// Commands that failed, in a reprocess run, an edit and the renewer: what was rejected waits for a person, and what is edited is the data.
import { describe, expect, it } from "vitest";
import { createEdit } from "../../../handlers/edit";
import { createRenew } from "../../../handlers/renew";
import { createReprocess } from "../../../handlers/reprocess";
import { workIdentity } from "../../../records/executionName";
import { COMMAND_ID, commandFailure, commandMessage, envelopeOf } from "../../support/commandFailures";
import { fixedTime } from "../../support/fixedTime";
import { BUCKET, LAUNCHER_ARN, ORDERS_QUEUE_ARN, replayedSources } from "../../support/foreignFailures";
import { fakeClients, finish, POISON, SPOOL, secondsLeft } from "../../support/handlerRun";

const NOW = Date.parse("2026-03-20T12:00:00.000Z");
const DAY = 86_400_000;
const patch = [{ op: "replace", path: "/isbn", value: "2" }];
const redrive = (generation: number) => `${workIdentity("orders", COMMAND_ID).id}-redrive-${generation}-0`;

function setUp() {
  const clients = fakeClients();
  const sources = { ...replayedSources, orders: { ...replayedSources.orders, commands: true } } as const;
  const config = { spoolUrl: SPOOL, poisonUrl: POISON, sources, bucket: BUCKET };
  const inputOf = (name: string) =>
    clients.stepFunctions.executions.get(`${LAUNCHER_ARN.replace(":stateMachine:", ":execution:")}:${name}`)?.input;
  return {
    ...clients,
    park: (body: string | object, options: Parameters<typeof clients.sqs.put>[2] = {}) =>
      clients.sqs.put(SPOOL, typeof body === "string" ? body : JSON.stringify(body), {
        sentAt: NOW - 60_000,
        ...options,
      }),
    run: (event: object = {}) =>
      finish(createReprocess({ ...config, maxRedrives: 3 }, clients)(event, secondsLeft(300))),
    edit: (event: object = {}) =>
      finish(createEdit(config, clients)({ id: COMMAND_ID, patch, ...event }, secondsLeft(300))),
    renew: () =>
      finish(
        createRenew({ ...config, retentionSeconds: 14 * 86_400, renewBeforeSeconds: 3 * 86_400 }, clients)(
          {},
          secondsLeft(300),
        ),
      ),
    inputOf,
    messageIn: (name: string) => JSON.parse(JSON.parse(inputOf(name) ?? "{}").replay.payload).Records[0],
  };
}

fixedTime(NOW);

describe("a reprocess run", () => {
  it("redrives a command that failed, with its message as it was", async () => {
    const { run, park, messageIn } = setUp();
    park(commandFailure());
    expect(await run()).toMatchObject({ success: 1, remaining: 0 });
    expect(messageIn(redrive(1))).toEqual({ ...commandMessage(), receiptHandle: "respool" });
  });

  it("finds the dead letter of a command whose record it redrove to be the same failure", async () => {
    const { run, park, stepFunctions } = setUp();
    park(commandFailure());
    park(envelopeOf(), { system: { DeadLetterQueueSourceArn: ORDERS_QUEUE_ARN } });
    expect(await run()).toMatchObject({ success: 1, alreadyStarted: 1, remaining: 0 });
    expect(stepFunctions.redrives()).toEqual([redrive(1)]);
  });

  it("leaves a rejected command alone, unless somebody asks for it", async () => {
    const { run, park, stepFunctions } = setUp();
    park(commandFailure({ kind: "rejected", generation: 2 }));
    expect(await run()).toMatchObject({ success: 0, skipped: 1, remaining: 1 });
    expect(await run({ includeAborted: true })).toMatchObject({ success: 0, skipped: 1, remaining: 1 });
    expect((await run({ dryRun: true })).planned).toEqual([
      {
        action: "skip",
        id: workIdentity("orders", COMMAND_ID).id,
        work: COMMAND_ID,
        source: "orders",
        generation: 2,
        reason: "rejected: redriven only with includeRejected",
        error: commandFailure().error,
      },
    ]);
    expect(await run({ includeRejected: true })).toMatchObject({ success: 1, remaining: 0 });
    expect(stepFunctions.redrives()).toEqual([redrive(3)]);
  });

  it("gives up what was rejected too often, though not before somebody asks for it", async () => {
    const { run, park, stepFunctions } = setUp();
    // Each rejection is a generation of its own, which no redrive led to.
    for (const generation of [1, 3, 5]) {
      park(commandFailure({ kind: "rejected", generation }));
      expect(await run({ includeRejected: true })).toMatchObject({ success: 1, poisoned: 0 });
    }
    expect(stepFunctions.redrives()).toEqual([redrive(2), redrive(4), redrive(6)]);
    park(commandFailure({ kind: "rejected", generation: 7 }));
    expect(await run()).toMatchObject({ skipped: 1, poisoned: 0 });
    expect(await run({ includeRejected: true })).toMatchObject({ success: 0, poisoned: 1 });
  });
});

describe("an edit of a command", () => {
  it("is one of its data, whichever way its failure came into the spool", async () => {
    const deadLetter = { system: { DeadLetterQueueSourceArn: ORDERS_QUEUE_ARN } };
    const launched = {
      ...{ respool: 1, kind: "failed", source: "launcher", name: redrive(1), startTime: "2026-03-20T10:00:00.000Z" },
      execution: `${LAUNCHER_ARN.replace(":stateMachine:", ":execution:")}:${redrive(1)}`,
      error: { name: "ProviderDown", cause: null },
      input: {
        ...{ respool: 1, source: "orders", id: COMMAND_ID },
        replay: { as: "batch", payload: JSON.stringify({ Records: [commandMessage()] }) },
      },
    };
    for (const [body, options, generation] of [
      [commandFailure(), {}, 1],
      [envelopeOf(), deadLetter, 1],
      [launched, {}, 2],
    ] as const) {
      const { edit, park, messageIn } = setUp();
      park(body, options);
      expect(await edit()).toMatchObject({
        ...{ outcome: "started", original: '{"isbn":"1"}', edited: '{"isbn":"2"}', generation },
      });
      expect(messageIn(redrive(generation))).toMatchObject({ messageId: expect.any(String) });
      expect(JSON.parse(messageIn(redrive(generation)).body)).toEqual(JSON.parse(envelopeOf('{"isbn":"2"}')));
    }
  });

  it("asks whether a rejected one is meant, also where a dead letter tells of the same failure", async () => {
    const { edit, park, stepFunctions, sqs } = setUp();
    park(envelopeOf(), { system: { DeadLetterQueueSourceArn: ORDERS_QUEUE_ARN } });
    park(commandFailure({ kind: "rejected" }));
    await expect(edit({ includeAborted: true })).rejects.toThrow(
      `[includeRejected] must be true to redrive a command that was rejected, such as "${COMMAND_ID}", got false`,
    );
    expect(stepFunctions.redrives()).toEqual([]);
    expect(await edit({ includeRejected: true })).toMatchObject({ outcome: "started" });
    expect(sqs.in(SPOOL)).toEqual([]);
  });

  it("is of the whole payload where the command cannot be read, so that it can be mended", async () => {
    const { edit, park, messageIn } = setUp();
    const command = { id: "message-1" };
    park(commandFailure({ kind: "rejected", command, message: commandMessage('{"respoolCommand":1}') }));
    const mended = [{ op: "replace", path: "/Records/0/body", value: envelopeOf() }];
    expect(await edit({ id: "message-1", patch: mended, includeRejected: true })).toMatchObject({ outcome: "started" });
    expect(messageIn(`${workIdentity("orders", "message-1").id}-redrive-1-0`).body).toBe(envelopeOf());
  });

  it("is told as already started when it is asked for again", async () => {
    const { edit, park, inputOf } = setUp();
    park(commandFailure());
    await edit();
    const before = inputOf(redrive(1));
    expect(await edit()).toMatchObject({ outcome: "alreadyStarted", edited: '{"isbn":"2"}' });
    park(commandFailure());
    expect(await edit()).toMatchObject({ outcome: "alreadyStarted" });
    expect(inputOf(redrive(1))).toBe(before);
  });
});

describe("the renewer", () => {
  it("copies a rejected command as it does other records, so that it is the same work", async () => {
    const { renew, run, park, sqs, stepFunctions } = setUp();
    const body = JSON.stringify(commandFailure({ kind: "rejected" }));
    park(body, { sentAt: NOW - 12 * DAY });
    expect((await renew()).spool).toMatchObject({ renewed: 1, settled: 0 });
    expect(sqs.in(SPOOL)).toMatchObject([{ body }]);
    expect(await run({ includeRejected: true })).toMatchObject({ success: 1 });
    expect(stepFunctions.redrives()).toEqual([redrive(1)]);
  });

  it("deletes it where its redrive was started", async () => {
    const { renew, run, park } = setUp();
    park(commandFailure({ kind: "rejected" }));
    await run({ includeRejected: true });
    park(commandFailure({ kind: "rejected" }), { sentAt: NOW - 12 * DAY });
    expect((await renew()).spool).toMatchObject({ renewed: 0, settled: 1 });
  });
});
