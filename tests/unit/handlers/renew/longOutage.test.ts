// An outage of sixty days on the simulator's Step Functions: resumable work that a breaker holds back is carried over, and attempted once.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gateStates } from "../../../../components/asl/gate";
import { spoolState } from "../../../../components/asl/spoolState";
import { createRenew } from "../../../../handlers/renew";
import { createReprocess } from "../../../../handlers/reprocess";
import type { DeclaredSources } from "../../../../records/record";
import type { JsonObject } from "../../../../simulator/json";
import { resumes } from "../../../support/continuedRecords";
import { fakeClients, finish, POISON, SPOOL, secondsLeft } from "../../../support/handlerRun";
import { simulatedStepFunctions } from "../../../support/simulatedStepFunctions";
import {
  functionArn,
  returns,
  stepFunctionsWorld,
  throws,
} from "../../simulator/services/stepFunctions/stepFunctionsWorld";

const DAY = 86_400_000;
const names = (state: string) => state;
const sources: DeclaredSources = { orders: { ...resumes.orders, breaker: { tableName: "payments" } } };
const queues = { spoolUrl: SPOOL, poisonUrl: POISON, sources };

/** A task whose failure is recorded; `held` where it stands for the breaker's check. */
function call(name: string, held: boolean) {
  const failure = held ? "{% $merge([$states.errorOutput, {'Held': true}]) %}" : "{% $states.errorOutput %}";
  return {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: { FunctionName: `${functionArn}-${name}`, Payload: "{% $states.input %}" },
    Output: "{% $states.input %}",
    Catch: [{ ErrorEquals: ["States.ALL"], Assign: { failure }, Output: "{% $states.input %}", Next: "ErrorSpool" }],
  };
}

function setUp() {
  const breaker = { open: true };
  const calls = { reserve: 0, check: 0, charge: 0 };
  const clients = fakeClients();
  const made = stepFunctionsWorld({
    lambda: ({ FunctionName }) => {
      const name = String(FunctionName).slice(functionArn.length + 1);
      if (name === "reserve" || name === "check" || name === "charge") calls[name]++;
      return name === "check" && breaker.open ? throws("Respool.Held") : returns({});
    },
    sqs: ({ MessageBody }) => {
      clients.sqs.put(SPOOL, String(MessageBody), { sentAt: made.world.clock.now });
      return { MD5OfMessageBody: "md5", MessageId: "id" };
    },
  });
  const queueUrl = "https://q";
  const spool = spoolState({
    source: "orders",
    queueUrl,
    failed: "SpoolFailedGate",
    after: { Next: "Gate" },
    mode: "resume",
    holds: true,
  });
  const states = {
    Reserve: { ...call("reserve", false), Next: "Check" },
    Check: { ...call("check", true), Next: "Charge" },
    Charge: { ...call("charge", false), End: true },
    ErrorSpool: spool,
    ...gateStates({ names, first: "Check" }).states,
  };
  const definition: JsonObject = JSON.parse(JSON.stringify(states));
  const execution = made.start(made.create(definition), { order: 7 }, "order-1");
  const { world } = made;
  const all = { ...clients, stepFunctions: simulatedStepFunctions(world) };
  return {
    ...made,
    ...clients,
    execution,
    breaker,
    attempts: calls,
    setBreaker: (open: boolean) => {
      breaker.open = open;
      clients.dynamoDb.items.set("payments", { phase: { S: open ? "open" : "closed" } });
    },
    day: async () => {
      world.run(DAY);
      vi.setSystemTime(world.clock.now);
      const times = { retentionSeconds: 14 * 86_400, renewBeforeSeconds: 5 * 86_400 };
      const result = await finish(createRenew({ ...queues, ...times }, all)({}, secondsLeft(300)));
      world.run(60_000);
      return result.spool;
    },
    reprocess: async () => {
      vi.setSystemTime(world.clock.now);
      const result = await finish(createReprocess({ ...queues, maxRedrives: 0 }, all)({}, secondsLeft(300)));
      world.run(60_000);
      return result;
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("resumable work behind an open breaker", () => {
  it("waits sixty days without an attempt, with one record, and then goes on where it stood", async () => {
    const { setBreaker, day, sqs, attempts, reprocess, view, execution, reported } = setUp();
    setBreaker(true);
    let carriedOver = 0;
    for (let days = 1; days <= 60; days++) {
      carriedOver += (await day()).settled;
      expect(sqs.in(SPOOL)).toHaveLength(1);
    }
    expect([carriedOver, attempts]).toEqual([7, { reserve: 1, check: 8, charge: 0 }]);
    const ages = reported.map(({ ResumableAge = 0 }) => Number(ResumableAge) / 86_400);
    expect(Math.max(...ages)).toBeLessThan(9);

    setBreaker(false);
    expect(await reprocess()).toMatchObject({ success: 1, poisoned: 0, remaining: 0 });
    expect(view(execution).status).toBe("SUCCEEDED");
    expect(attempts).toEqual({ reserve: 1, check: 9, charge: 1 });
  });

  it("whose breaker closed is left to whoever redrives it, and the metric tells", async () => {
    const { setBreaker, day, attempts, reported, lines } = setUp();
    setBreaker(true);
    for (let days = 1; days <= 7; days++) await day();
    setBreaker(false);
    for (let days = 1; days <= 6; days++) await day();
    expect(attempts.charge).toBe(0);
    expect(Math.round(Number(reported.at(-1)?.ResumableAge) / 86_400)).toBe(13);
    expect(lines.map(({ message }) => message)).toContain("resumable work cannot be carried over");
  });
});
