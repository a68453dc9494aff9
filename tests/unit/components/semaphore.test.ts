// The semaphore's table, and what a state machine that uses it may do.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { policyDocument } from "../../../components/policy";
import { Semaphore, semaphoreKey } from "../../../components/semaphore";
import { MockedProgram, outputValue } from "./mockedProgram";

let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

describe("a semaphore", () => {
  it("is a table, billed per request, that forgets keys which nobody uses", async () => {
    const semaphore = new Semaphore("payments", { limit: 5, tags: { team: "books" } });
    expect(semaphore.limit).toBe(5);
    expect(await outputValue(semaphore.tableName)).toBe("payments");
    expect((await program.resource("aws:dynamodb/table:Table", "payments")).inputs).toEqual({
      billingMode: "PAY_PER_REQUEST",
      hashKey: "key",
      attributes: [{ name: "key", type: "S" }],
      ttl: { attributeName: "expiresAt", enabled: true },
      deletionProtectionEnabled: false,
      tags: { team: "books" },
    });
  });

  it("allows what its states call, on the table alone", async () => {
    const { statements } = new Semaphore("payments", { limit: 1 });
    expect(JSON.parse(await outputValue(policyDocument(statements))).Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
        Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/payments",
      },
    ]);
  });

  it("can be changed", async () => {
    new Semaphore("payments", { limit: 1, transform: { table: { deletionProtectionEnabled: true } } });
    const { inputs } = await program.resource("aws:dynamodb/table:Table", "payments");
    expect(inputs).toMatchObject({ deletionProtectionEnabled: true });
  });

  it.each([0, 1001, 1.5, Number.NaN])("refuses a limit of %d", (limit) => {
    expect(() => new Semaphore("payments", { limit })).toThrow(
      new Error(`[limit] must be a whole number from 1 to 1000, got ${limit}`),
    );
  });
});

describe("a key", () => {
  it.each(["customer.id", "$string(orders[0].id)", "{'a': b}"])("may be anything over the input: %s", (key) => {
    expect(semaphoreKey("semaphore.key", key)).toBe(key);
  });

  it("is refused where it is no JSONata", () => {
    expect(() => semaphoreKey("semaphore.key", "customer[")).toThrow(
      new Error('[semaphore.key] must be JSONata, got "customer[": Expected "]" before end of expression'),
    );
  });

  it.each(["", " ", "$states.input.id", "id %}"])("is refused: %j", (key) => {
    expect(() => semaphoreKey("semaphore.key", key)).toThrow(
      new Error(
        `[semaphore.key] must be JSONata over the execution's input, such as "customer.id", got ${JSON.stringify(key)}`,
      ),
    );
  });
});
