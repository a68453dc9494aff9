// The table of commands' statuses, what is told of it, and what each kind of caller may do with it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CommandStore, type CommandStoreArgs } from "../../../components/commandStore";
import { type PermissionStatement, policyDocument } from "../../../components/policy";
import { MockedProgram, outputValue } from "./mockedProgram";

const table = "aws:dynamodb/table:Table";
const tableArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/commands";

let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

const granted = async (statements: readonly PermissionStatement[]) =>
  JSON.parse(await outputValue(policyDocument(statements))).Statement;

describe("a command store", () => {
  it("is a table that Powertools can use, billed per request, and protected", async () => {
    const seen: (boolean | undefined)[] = [];
    new CommandStore("commands", {
      tags: { team: "books" },
      transform: { table: (_, { protect }) => void seen.push(protect) },
    });
    expect((await program.resource(table, "commands")).inputs).toEqual({
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
    new CommandStore("commands", {}, { protect: false });
    expect((await program.resource(table, "commands")).inputs).toMatchObject({ deletionProtectionEnabled: false });
  });

  it("keeps statuses for longer than a year by default, or as long as one says", async () => {
    const store = new CommandStore("commands");
    expect(await outputValue(store.config)).toEqual({ tableName: "commands", expiresAfterSeconds: 400 * 86_400 });
    const other = new CommandStore("others", { expiresAfter: "30 days" });
    expect(await outputValue(other.config)).toEqual({ tableName: "others", expiresAfterSeconds: 30 * 86_400 });
  });

  it.each<["statements" | "sendStatements" | "readStatements", string[]]>([
    ["statements", ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]],
    ["sendStatements", ["dynamodb:PutItem", "dynamodb:UpdateItem"]],
    ["readStatements", ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"]],
  ])("has %s on the table alone", async (name, actions) => {
    const store = new CommandStore("commands");
    expect(await granted(store[name])).toEqual([{ Effect: "Allow", Action: actions, Resource: tableArn }]);
  });

  it("of another stack is known by its table's ARN, and makes nothing", async () => {
    const store = CommandStore.fromArn(tableArn, { expiresAfter: "30 days" });
    expect(await outputValue(store.config)).toEqual({ tableName: "commands", expiresAfterSeconds: 30 * 86_400 });
    expect((await granted(store.sendStatements))[0].Resource).toBe(tableArn);
    expect(await program.all(table)).toEqual([]);
  });

  it.each<{ args: CommandStoreArgs; message: string }>([
    { args: { expiresAfter: "23 hours" }, message: '[expiresAfter] must be at least "1 day", got "23 hours"' },
  ])("refuses: $message", ({ args, message }) => {
    expect(() => new CommandStore("commands", args)).toThrow(new Error(message));
    expect(() => CommandStore.fromArn(tableArn, args)).toThrow(new Error(message));
  });

  it("is no index of a table", () => {
    expect(() => CommandStore.fromArn(`${tableArn}/index/all`)).toThrow(
      new Error(`[arn] must be the ARN of a DynamoDB table, got "${tableArn}/index/all"`),
    );
  });
});
