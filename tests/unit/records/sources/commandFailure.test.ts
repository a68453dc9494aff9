// Commands that failed: whose work their records are, and how the launcher is to replay them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carriedBy, copyOf, type ReceivedMessage } from "../../../../records/attribute";
import type { CommandFailureBody } from "../../../../records/commandFailure";
import { workIdentity } from "../../../../records/executionName";
import { parseRecord } from "../../../../records/parse";
import { COMMAND_ID, commandFailure, commandMessage, envelopeOf } from "../../../support/commandFailures";
import {
  LAUNCHER_ARN,
  ORDERS_QUEUE_ARN,
  received,
  replayedSources,
  standardQueue,
} from "../../../support/foreignFailures";

const chargeCard = { stateMachineArn: LAUNCHER_ARN.replace("reprocess-launcher", "charge-card") };
const orders = { ...replayedSources.orders, commands: true } as const;
const declared = { ...replayedSources, orders, "charge-card": chargeCard };

function recordOf(message: ReceivedMessage) {
  const parsed = parseRecord(message, declared);
  if (!parsed.readable) throw new Error(parsed.reason);
  return parsed.record;
}

function reasonOf(body: object): string {
  const parsed = parseRecord(received(body), declared);
  if (parsed.readable) throw new Error("the message was readable");
  return parsed.reason;
}

function payloadOf(message: ReceivedMessage): unknown {
  const { input } = recordOf(message);
  const replay = input.by === "value" ? input.order?.replay : undefined;
  return replay !== undefined && "payload" in replay ? JSON.parse(replay.payload) : undefined;
}

const deadLetter = (body: string) => received(body, { Attributes: { DeadLetterQueueSourceArn: ORDERS_QUEUE_ARN } });

describe("the record of a command", () => {
  it("is of the work that its source and its own id name, for the launcher", () => {
    const written: CommandFailureBody = { ...commandFailure(), respool: 1, kind: "rejected", generation: 2 };
    const order = {
      respool: 1,
      source: "orders",
      id: COMMAND_ID,
      replay: { as: "batch", payload: expect.any(String) },
    };
    expect(recordOf(received(written))).toEqual({
      kind: "rejected",
      source: "orders",
      stateMachineArn: LAUNCHER_ARN,
      identity: workIdentity("orders", COMMAND_ID),
      generation: 2,
      work: COMMAND_ID,
      input: { by: "value", text: expect.any(String), order },
      error: { name: "ProviderDown", cause: '{"errorType":"ProviderDown"}' },
    });
  });

  it("gives the function its message once more, in a batch of one", () => {
    const message = commandMessage(envelopeOf('{"n":12345678901234567890,"r":1.0}'));
    expect(payloadOf(received(commandFailure({ message })))).toEqual({
      Records: [{ ...message, receiptHandle: "respool" }],
    });
  });

  it("is the same failure as the dead letter of the same command, under whatever message ids", () => {
    const dead = recordOf({ ...deadLetter(envelopeOf()), MessageId: "message-7" });
    const { identity, work, source, generation } = recordOf(received(commandFailure()));
    expect(dead).toMatchObject({ kind: "failed", identity, work, source, generation });
  });

  it("is the same work when it was copied", () => {
    const message = received(commandFailure({ kind: "rejected" }));
    const copy = copyOf(message, { ...carriedBy(message), parkedAt: 1 });
    const copied = received(message.Body, { MessageId: "message-2", MessageAttributes: copy?.MessageAttributes });
    expect(recordOf(copied)).toEqual(recordOf(message));
  });

  it("is what a sender wrote, where it lies in a queue beside the spool or was moved by SQS", () => {
    const body = JSON.stringify(commandFailure({ generation: 7, source: "notify" }));
    expect(recordOf(deadLetter(body))).toMatchObject({ source: "orders", work: "message-1", generation: 0 });
    expect(parseRecord(received(body), declared, standardQueue)).toMatchObject({
      record: { source: "adopted", work: "message-1", generation: 0 },
    });
  });

  const { body: _body, ...withoutBody } = commandMessage();
  it.each([
    [{ kind: "aborted" }, '[kind] must be one of failed, rejected, got "aborted"'],
    [{ respool: 2 }, "[respool] must be 1, the version that this function reads, got 2"],
    [{ source: "refunds" }, "[source] must be one that the stack declares"],
    [{ source: "charge-card" }, '[source] must be one whose work the launcher replays, got "charge-card"'],
    [{ source: "launcher" }, '[source] must be one whose work the launcher replays, got "launcher"'],
    [{ command: { name: "placeOrder" } }, "[id] must be a text that is not empty, got nothing"],
    [{ generation: 10_000 }, "[generation] must be a whole number from 0 to 9999, got 10000"],
    [{ generation: undefined }, "[generation] must be a whole number from 0 to 9999, got nothing"],
    [{ message: withoutBody }, "[body] must be a text that is not empty, got nothing"],
    [{ message: { ...commandMessage(), attributes: [] } }, "[attributes] must be an object, got []"],
  ])("is poison with %j", (changes, reason) => {
    expect(reasonOf(commandFailure(changes))).toContain(reason);
  });

  it("never makes the parser throw", () => {
    const mangled = fc
      .tuple(fc.constantFrom(...Object.keys(commandFailure()), ...Object.keys(commandMessage())), fc.jsonValue())
      .map(([member, value]) => commandFailure({ [member]: value, message: { ...commandMessage(), [member]: value } }));
    fc.assert(
      fc.property(mangled, (body) => {
        expect(typeof parseRecord(received(body), declared).readable).toBe("boolean");
      }),
    );
  });
});

describe("a dead letter", () => {
  it("of a queue without commands is named by its message, whatever the message looks like", () => {
    const parsed = parseRecord(deadLetter(envelopeOf()), replayedSources);
    expect(parsed).toMatchObject({ record: { source: "orders", work: "message-1" } });
  });

  it.each([
    ["another version", envelopeOf("{}", { respoolCommand: 2 })],
    ["an id that is no UUID", envelopeOf("{}", { id: "order-1" })],
    ["no id", JSON.stringify({ respoolCommand: 1 })],
    ["no object", "[1]"],
    ["no JSON", "{"],
  ])("that is no command is named by its message: %s", (_what, body) => {
    expect(recordOf(deadLetter(body))).toMatchObject({ work: "message-1" });
  });
});
