// CommandApi: what it refuses, what its function is told, and what that may do.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CommandApi } from "../../../components/commandApi";
import type { CommandApiArgs } from "../../../components/commandApiArgs";
import { CommandFunction, type CommandFunctionArgs } from "../../../components/commandFunction";
import { CommandStore } from "../../../components/commandStore";
import { ErrorSpool } from "../../../components/errorSpool";
import { UncertainTask } from "../../../components/uncertainTask";
import { MockedProgram, outputValue } from "./mockedProgram";

// A closure cannot be serialized in a vitest worker.
vi.mock("../../../packaging/packageClosure", () => ({
  packageClosure: () => ({ archive: new pulumi.asset.AssetArchive({}), handler: "__index.handler" }),
}));

let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

const schema = { type: "object", required: ["isbn"], properties: { isbn: { type: "string" } } };
const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";

function shop(args: Partial<CommandApiArgs> = {}, more: Partial<CommandFunctionArgs<{ placeOrder: unknown }>> = {}) {
  const spool = new ErrorSpool("spool");
  const store = new CommandStore("commands");
  const orders = new CommandFunction<{ placeOrder: unknown }>("orders", {
    spool,
    store,
    commands: { placeOrder: { schema } },
    callback: () => 1,
    ...more,
  });
  const operations = [{ command: "placeOrder", to: orders, path: "/orders" }];
  return new CommandApi("shop", { store, operations, ...args });
}

const reference = {
  source: "billing",
  queueArn: "arn:aws:sqs:eu-west-1:123456789012:billing",
  queueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/billing",
  commands: ["charge"],
  kmsKeyArn,
};

describe("an API of commands", () => {
  it.each<[Partial<CommandApiArgs>, string]>([
    [{ maxBytes: 0 }, "[maxBytes] must be a whole number from 1 to 262144, got 0"],
    [{ maxBytes: 262_145 }, "[maxBytes] must be a whole number from 1 to 262144, got 262145"],
    [{ retryAfter: "2 hours" }, '[retryAfter] must be from "1 second" to "1 hour", got "2 hours"'],
    [JSON.parse('{"check":"yes"}'), '[check] must be a function, got "yes"'],
    [
      { check: () => undefined, checkFactory: () => () => undefined },
      "at most one of [check] and [checkFactory] must be given, got both",
    ],
    [JSON.parse('{"store":"table"}'), '[store] must be a CommandStore or CommandStore.fromArn(...), got "table"'],
  ])("refuses %j", (wrong, message) => {
    expect(() => shop(wrong)).toThrow(new Error(message));
  });

  it("has its statuses where the functions behind it write them", async () => {
    expect(() => shop({ store: new CommandStore("others") })).toThrow(
      new Error('[operations] must be of functions with the same [store], got "orders" with another one'),
    );
    const theirs = CommandStore.fromArn("arn:aws:dynamodb:eu-west-1:123456789012:table/commands");
    expect((await middleware(shop({ store: theirs }))).store.tableName).toBe("commands");
  });

  it("has functions with sources of their own behind it", () => {
    const operations = [reference, { ...reference }].map((to, index) => ({
      command: "charge",
      to,
      path: `/charges${index}`,
      operationId: `charge${index}`,
      schema,
    }));
    expect(() => shop({ operations })).toThrow(
      new Error('[operations] must be of functions with sources of their own, got two with "billing"'),
    );
  });

  it("tells its function where statuses and queues are", async () => {
    expect(await middleware(shop())).toEqual({
      service: "shop",
      source: "shop",
      clientErrors: {},
      operations: {
        "POST /orders": "placeOrder",
        "GET /commands/{commandId}": "getCommand",
        "POST /commands/{commandId}/cancel": "cancelCommand",
      },
      store: { tableName: "commands", expiresAfterSeconds: 400 * 86_400 },
      queues: { orders: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-queue" },
    });
  });

  it("may send to a queue of another stack, with its key", async () => {
    const operations = [{ command: "charge", to: reference, path: "/charges", schema }];
    shop({ operations });
    const statements = await policy();
    expect(statements).toContainEqual({ Effect: "Allow", Action: "sqs:SendMessage", Resource: reference.queueArn });
    expect(statements).toContainEqual({
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: kmsKeyArn,
    });
  });

  it("may ask for the executions of tasks below, which a status follows", async () => {
    const charge = new UncertainTask("charge", { spool: new ErrorSpool("other"), task: () => 1 });
    shop({}, { sends: [charge] });
    expect(await policy()).toContainEqual({
      Effect: "Allow",
      Action: ["states:DescribeExecution", "states:GetExecutionHistory"],
      Resource: "arn:aws:states:eu-west-1:123456789012:execution:charge:*",
    });
  });

  it("is observed as an API", () => {
    expect(shop().observed).toMatchObject({ kind: "api", title: "shop" });
  });
});

async function middleware(api: CommandApi) {
  const environment = await outputValue(api.function.environment);
  return JSON.parse(environment?.variables?.RESPOOL_MIDDLEWARE ?? "");
}

async function policy() {
  const { inputs } = await program.resource("aws:iam/rolePolicy:RolePolicy", "shop-policy");
  return JSON.parse(String(inputs.policy)).Statement;
}
