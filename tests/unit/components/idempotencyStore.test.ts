// The table of results, what a handler is told of it, and what its function may do with it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { IdempotencyStoreArgs } from "../../../components";
import { IdempotencyStore } from "../../../components/idempotencyStore";
import { policyDocument } from "../../../components/policy";
import { MockedProgram, outputValue } from "./mockedProgram";

const table = "aws:dynamodb/table:Table";

let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

describe("an idempotency store", () => {
  it("is a table that Powertools can use, billed per request, and protected", async () => {
    const seen: (boolean | undefined)[] = [];
    new IdempotencyStore("results", {
      tags: { team: "books" },
      transform: { table: (_, { protect }) => void seen.push(protect) },
    });
    expect((await program.resource(table, "results")).inputs).toEqual({
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      ttl: { attributeName: "expiration", enabled: true },
      deletionProtectionEnabled: true,
      tags: { team: "books" },
    });
    expect(seen).toEqual([true]);
  });

  it("can be unprotected", async () => {
    const seen: (boolean | undefined)[] = [];
    new IdempotencyStore(
      "results",
      { transform: { table: (_, { protect }) => void seen.push(protect) } },
      { protect: false },
    );
    expect((await program.resource(table, "results")).inputs).toMatchObject({ deletionProtectionEnabled: false });
    expect(seen).toEqual([false]);
  });

  it("keeps results for longer than a year by default, or as long as one says", async () => {
    const store = new IdempotencyStore("results");
    expect(await outputValue(store.config)).toEqual({ tableName: "results", expiresAfterSeconds: 400 * 86_400 });
    const other = new IdempotencyStore("others", { expiresAfter: "30 days" });
    expect(await outputValue(other.config)).toEqual({ tableName: "others", expiresAfterSeconds: 30 * 86_400 });
  });

  it("allows what the middleware calls, on the table alone", async () => {
    const { statements } = new IdempotencyStore("results");
    expect(JSON.parse(await outputValue(policyDocument(statements))).Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/results",
      },
    ]);
  });

  it.each<{ args: IdempotencyStoreArgs; message: string }>([
    { args: { expiresAfter: "23 hours" }, message: '[expiresAfter] must be at least "1 day", got "23 hours"' },
    {
      args: { expiresAfter: "1.5 seconds" },
      message: '[expiresAfter] must be a whole number of seconds, got "1.5 seconds"',
    },
  ])("refuses: $message", ({ args, message }) => {
    expect(() => new IdempotencyStore("results", args)).toThrow(new Error(message));
  });
});
