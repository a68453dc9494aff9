import aslValidator from "asl-validator";
import { describe, expect, it } from "vitest";
import { leaseReleaseDefinition } from "../../../../components/asl/leaseReleaseDefinition";
import { evaluate } from "./evaluate";

const uses = [
  { use: { tableName: "payments", key: "customer.id" }, holdSeconds: 40 },
  { use: { tableName: "shipments" }, holdSeconds: 910 },
];

const input = {
  detail: {
    executionArn: "arn:aws:states:eu-west-1:123456789012:execution:charge-card:order-1",
    stopDate: 1_000_000,
    redriveCount: 1,
    input: '{"customer":{"id":17}}',
  },
};

function stateOf(name: string): Readonly<Record<string, unknown>> {
  const state = leaseReleaseDefinition(uses).States[name];
  if (state === undefined) throw new Error(`no state ${name}`);
  return { ...state };
}

describe("the machine that frees leases", () => {
  it.each([[uses], [uses.slice(1)], [[]]])("is valid Amazon States Language", (given) => {
    const { errors } = aslValidator(JSON.parse(JSON.stringify(leaseReleaseDefinition(given))));
    expect(errors).toEqual([]);
  });

  it("looks at one use after the other", () => {
    expect(Object.keys(leaseReleaseDefinition(uses).States)).toEqual([
      ...["Settle", "Look", "Held", "Wait", "Free", "Look 2", "Held 2", "Wait 2", "Free 2", "Done"],
    ]);
    expect(stateOf("Held")).toMatchObject({ Choices: [{ Next: "Look 2" }] });
    expect(stateOf("Held 2")).toMatchObject({ Choices: [{ Next: "Done" }] });
  });

  it("takes the key from the event's copy of the input", async () => {
    expect(await evaluate(stateOf("Look").Arguments, { input })).toEqual({
      TableName: "payments",
      Key: { key: { S: "17" } },
      ConsistentRead: true,
    });
    expect(stateOf("Look 2")).toHaveProperty("Arguments.Key.key.S", "*");
  });

  it("finds leases of this execution, of the run that ended and of runs before", async () => {
    const look = async (leases: Readonly<Record<string, string>>) => {
      const Item = Object.fromEntries(Object.entries(leases).map(([owner, N]) => [owner, { N }]));
      const scope = { input, result: { Item: { key: { S: "17" }, held: { N: "1" }, ...Item } } };
      return evaluate(stateOf("Look").Assign, scope);
    };
    expect(await look({ "charge-card:order-1#1#Acquire#t": "5" })).toEqual({
      lease: { owner: "charge-card:order-1#1#Acquire#t", expires: 5 },
    });
    expect(await look({ "charge-card:order-1#0#Acquire#t": "5" })).toHaveProperty("lease.expires", 5);
    for (const other of ["charge-card:order-1#2#Acquire#t", "charge-card:order-10#0#A#t", "charge:order-1#0#A#t"]) {
      expect(await look({ [other]: "5" })).toEqual({ lease: null });
    }
    expect(await evaluate(stateOf("Look").Assign, { input, result: {} })).toEqual({ lease: null });
  });

  it("waits until what was called cannot run any more, or the lease has expired if that is sooner", async () => {
    const now = Math.floor(Date.now() / 1000);
    const wait = (stopDate: number, expires: number) =>
      evaluate(stateOf("Wait").Seconds, { input: { detail: { stopDate } }, variables: { lease: { expires } } });
    expect([40, 41]).toContain(await wait((now + 1) * 1000, now + 900));
    expect([10, 11]).toContain(await wait(now * 1000, now + 11));
    expect(await wait((now - 100) * 1000, now + 900)).toBe(1);
  });

  it("goes on with the next when one fails: the lease expires", () => {
    expect(stateOf("Look")).toMatchObject({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Look 2" }] });
    expect(stateOf("Free")).toMatchObject({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Look 2" }], Next: "Look" });
  });
});
