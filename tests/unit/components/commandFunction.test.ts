// CommandFunction: what its function is told, packaged with and allowed, what others may do with it, and whom it sends to.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CommandFunction, type CommandFunctionArgs } from "../../../components/commandFunction";
import type { CommandReference, CommandSink } from "../../../components/commandGraph";
import { CommandStore } from "../../../components/commandStore";
import { ErrorSpool } from "../../../components/errorSpool";
import { type PermissionStatement, policyDocument } from "../../../components/policy";
import { ReprocessFunction } from "../../../components/reprocessFunction";
import { UncertainTask } from "../../../components/uncertainTask";
import { packageClosure } from "../../../packaging/packageClosure";
import { MockedProgram, outputValue } from "./mockedProgram";

// A closure cannot be serialized in a vitest worker.
vi.mock("../../../packaging/packageClosure", () => ({
  packageClosure: vi.fn(() => ({ archive: new pulumi.asset.AssetArchive({}), handler: "__index.handler" })),
}));

interface Orders {
  placeOrder: { readonly isbn: string };
  cancelOrder: { readonly orderId: string };
}

const queue = "aws:sqs/queue:Queue";
const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:123456789012:${name}`;
const queueUrl = (name: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`;
const tableArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/commands";
const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";
const otherKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/2";
const placeOrder = { schema: { type: "object", required: ["isbn"], properties: { isbn: { type: "string" } } } };
const cancelOrder = { schema: { type: "object", required: ["orderId"], properties: { orderId: { type: "string" } } } };
const schema = { type: "object" };

let program: MockedProgram;
let spool: ErrorSpool;
let store: CommandStore;

beforeEach(async () => {
  vi.mocked(packageClosure).mockClear();
  program = await MockedProgram.start();
  spool = new ErrorSpool("spool");
  store = new CommandStore("commands");
});

afterEach(() => program.settled());

function orders(args: Partial<CommandFunctionArgs<Orders>> = {}) {
  return new CommandFunction<Orders>("orders", {
    spool,
    store,
    commands: { placeOrder, cancelOrder },
    callback: (command) => command.id,
    ...args,
  });
}

function entity(name: string, args: Partial<CommandFunctionArgs<{ doIt: unknown }>> = {}) {
  const commands = { doIt: { schema } };
  return new CommandFunction<{ doIt: unknown }>(name, { spool, store, commands, callback: () => 0, ...args });
}

function chargeCard() {
  const task = { resource: "arn:aws:states:::dynamodb:putItem", permissions: [] };
  return new UncertainTask("charge-card", { spool, task, timeout: "1 minute" });
}

const reference = (source: string): CommandReference => ({
  source,
  queueArn: queueArn(`${source}-queue-1a2b3c4`),
  queueUrl: queueUrl(`${source}-queue-1a2b3c4`),
  commands: ["openAccount", "closeAccount"],
});

const granted = async (statements: readonly PermissionStatement[]) =>
  JSON.parse(await outputValue(policyDocument(statements))).Statement;

const allow = (action: string | string[], resource: string | string[]) => ({
  Effect: "Allow",
  Action: action,
  Resource: resource,
});
const receive = allow(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], queueArn("orders-queue"));
const keepStatuses = allow(
  ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
  tableArn,
);
const record = allow("sqs:SendMessage", queueArn("spool"));
const useKey = (keys: string | string[]) => allow(["kms:Decrypt", "kms:GenerateDataKey"], keys);

describe("a command function", () => {
  it("has a queue whose dead letters are the spool's, after three receives more than it should need", async () => {
    orders({ maxReceiveCount: 3 });
    expect(await program.inputs(queue, "orders-queue")).toMatchObject({
      visibilityTimeoutSeconds: 180,
      redrivePolicy: `{"deadLetterTargetArn":"${queueArn("spool")}","maxReceiveCount":6}`,
    });
  });

  it("tells its middleware where statuses and failures go, and how often a command is tried", async () => {
    orders();
    expect(await program.middleware("orders")).toEqual({
      service: "orders",
      source: "orders",
      idempotency: { tableName: "commands", expiresAfterSeconds: 34_560_000 },
      store: { tableName: "commands", expiresAfterSeconds: 34_560_000 },
      spoolUrl: queueUrl("spool"),
      maxReceiveCount: 5,
      maxHops: 8,
      permanentErrors: {},
      targets: {},
      fifo: false,
    });
  });

  it("tells it what the program says otherwise", async () => {
    orders({
      source: "shop.orders",
      service: "shop",
      maxReceiveCount: pulumi.output(3),
      maxHops: 2,
      permanentErrors: { SoldOutError: { title: "Sold out" } },
    });
    expect(await program.middleware("orders")).toMatchObject({
      service: "shop",
      source: "shop.orders",
      maxReceiveCount: 3,
      maxHops: 2,
      permanentErrors: { SoldOutError: { title: "Sold out" } },
    });
  });

  it("is packaged with its schemas, which its environment has no room for", async () => {
    const large = { type: "object", description: "x".repeat(10_000) };
    orders({ commands: { placeOrder: { schema: large }, cancelOrder } });
    expect(vi.mocked(packageClosure).mock.calls[0]?.[1]).toMatchObject({
      middleware: "command",
      middlewareData: { schemas: { placeOrder: large, cancelOrder: cancelOrder.schema } },
      factory: false,
    });
    expect(JSON.stringify(await program.environment("orders")).length).toBeLessThan(1_024);
  });

  it("may keep statuses, receive its commands, record failures, and nothing else", async () => {
    orders();
    expect(await program.ownStatements("orders")).toEqual([record, receive, keepStatuses]);
  });

  it("may use its queue's key and the spool's, and what the program says", async () => {
    const statement = { actions: ["dynamodb:PutItem"], resources: [`${tableArn}-of-orders`] };
    const encrypted = new ErrorSpool("encrypted", { kmsKeyArn: otherKeyArn });
    orders({ spool: encrypted, kmsKeyArn, permissions: [statement] });
    expect(await program.ownStatements("orders")).toEqual([
      allow("dynamodb:PutItem", `${tableArn}-of-orders`),
      allow("sqs:SendMessage", queueArn("encrypted")),
      useKey(otherKeyArn),
      receive,
      allow("kms:Decrypt", kmsKeyArn),
      keepStatuses,
    ]);
  });

  it("is a source of replays, of the launcher and the reprocess function alike", async () => {
    const one = orders();
    const reprocess = new ReprocessFunction("reprocess", { spool, sources: [one] });
    expect(reprocess.launcher?.sources).toEqual([one]);
    expect(await outputValue(pulumi.all([...one.replay.origins]))).toEqual([queueArn("orders-queue")]);
    expect(one.replay.commands).toBe(true);
    expect(await outputValue(one.replay.functionArn ?? "")).toBe(
      "arn:aws:lambda:eu-west-1:123456789012:function:orders",
    );
    expect(one.observed).toMatchObject({
      kind: "command",
      title: "orders",
      commandNames: ["placeOrder", "cancelOrder"],
      middleware: { service: "orders" },
    });
    expect(orders({ service: "shop", namespace: "Shop" }).observed.middleware).toEqual({
      service: "shop",
      namespace: "Shop",
    });
  });
});

describe("whoever sends to a command function", () => {
  it("is given its target, which is plain JSON", async () => {
    expect(await outputValue(orders({ source: "shop.orders" }).target)).toEqual({
      source: "shop.orders",
      queueUrl: queueUrl("orders-queue"),
      tableName: "commands",
      expiresAfterSeconds: 34_560_000,
      commands: ["placeOrder", "cancelOrder"],
    });
  });

  it.each<[string, Partial<CommandFunctionArgs<Orders>>, object[]]>([
    ["", {}, []],
    [", with its key", { kmsKeyArn }, [useKey(kmsKeyArn)]],
  ])("may send to the queue and make statuses%s", async (_, args, key) => {
    expect(await granted(orders(args).sendStatements)).toEqual([
      allow("sqs:SendMessage", queueArn("orders-queue")),
      ...key,
      allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], tableArn),
    ]);
  });
});

describe("a command function that sends", () => {
  it("knows functions, tasks and references below it, and may call those alone", async () => {
    const ledger = entity("ledger");
    const billing = entity("billing", { sends: [ledger], kmsKeyArn });
    const accounts = { ...reference("accounts"), kmsKeyArn: otherKeyArn };
    const one = orders({ sends: [billing, chargeCard(), accounts] });
    expect((await program.middleware("orders")).targets).toEqual({
      billing: { kind: "command", queueUrl: queueUrl("billing-queue"), commands: ["doIt"] },
      "charge-card": {
        kind: "task",
        stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:charge-card",
      },
      accounts: {
        kind: "command",
        queueUrl: queueUrl("accounts-queue-1a2b3c4"),
        commands: ["openAccount", "closeAccount"],
      },
    });
    expect(await program.ownStatements("orders")).toEqual([
      record,
      allow("sqs:SendMessage", [queueArn("accounts-queue-1a2b3c4"), queueArn("billing-queue")]),
      useKey([kmsKeyArn, otherKeyArn]),
      allow("states:StartExecution", "arn:aws:states:eu-west-1:123456789012:stateMachine:charge-card"),
      receive,
      keepStatuses,
    ]);
    expect(one.reach.map(({ source }) => source)).toEqual(["billing", "charge-card", "accounts", "ledger"]);
  });

  it("has no way that leads back", () => {
    const billing = entity("billing", { sends: [{ ...reference("accounts"), sends: ["orders"] }] });
    expect(() => orders({ sends: [billing] })).toThrow(
      new Error("[sends] must not lead back: orders -> billing -> accounts -> orders"),
    );
    expect(() => entity("again", { source: "billing", sends: [billing] })).toThrow(
      new Error("[sends] must not lead back: billing -> billing"),
    );
  });

  it("goes by its logical source, whatever the component's name", () => {
    const billing = entity("billing", { source: "shop.billing" });
    expect(() =>
      orders({ source: "shop.orders", sends: [billing, entity("other", { source: "shop.billing" })] }),
    ).toThrow(new Error('[sends] must have sources of their own, all the way down, got two with "shop.billing"'));
  });

  it("shares its store with all below it", async () => {
    const billing = entity("billing", { sends: [entity("ledger", { store: CommandStore.fromArn(tableArn) })] });
    orders({ sends: [billing] });
    expect((await program.middleware("orders")).targets).toHaveProperty("billing");
    const other = new CommandStore("others");
    expect(() => entity("shop", { store: other, sends: [billing] })).toThrow(
      new Error(
        '[sends] must have the same [store], since a status follows what was sent, got "billing" with another one',
      ),
    );
  });

  it("has room for a dozen targets in its environment, and a little more", async () => {
    orders({ sends: Array.from({ length: 12 }, (_, index): CommandSink => reference(`entity-number-${index}`)) });
    // Lambda measures the variables as JSON.
    expect(JSON.stringify(await program.environment("orders")).length).toBeLessThan(4_096 - 512);
  });
});

describe("arguments of a command function", () => {
  const given = (args: object) => () => Reflect.construct(CommandFunction, ["orders", { spool, store, ...args }]);
  const commands = { placeOrder };
  const callback = () => 0;

  it.each<[object, string]>([
    [{ store: undefined }, "[store] must be a CommandStore or CommandStore.fromArn(...), got undefined"],
    [{ store: "commands" }, '[store] must be a CommandStore or CommandStore.fromArn(...), got "commands"'],
    [{ spool: undefined }, "[spool] must be an ErrorSpool or ErrorSpool.fromArn(...), got undefined"],
    [{ commands: {} }, "[commands] must hold at least one command, such as { placeOrder: { schema } }, got {}"],
    [
      { commands: undefined },
      "[commands] must hold at least one command, such as { placeOrder: { schema } }, got undefined",
    ],
    [
      { commands: { "place order": placeOrder } },
      '[commands] must be named by a letter and up to 63 letters and digits, got "place order"',
    ],
    [
      { commands: { placeOrder: {} } },
      '[commands.placeOrder] must hold the JSON Schema of its data as [schema], such as { schema: { type: "object" } }, got {}',
    ],
    [
      { commands: { placeOrder: schema } },
      '[commands.placeOrder] must hold the JSON Schema of its data as [schema], such as { schema: { type: "object" } }, got {"type":"object"}',
    ],
    [
      { commands: { placeOrder: { schema: { type: "object", propertys: {} } } } },
      '[commands.placeOrder.schema] must be a JSON Schema of draft 2020-12, got one that says: unknown keyword: "propertys"',
    ],
    [{ maxHops: 0 }, "[maxHops] must be a whole number from 1 to 100, got 0"],
    [{ maxHops: 101 }, "[maxHops] must be a whole number from 1 to 100, got 101"],
    [
      { permanentErrors: { SoldOutError: {} } },
      "[permanentErrors.SoldOutError.title] must be a non-empty string, got undefined",
    ],
    [
      { permanentErrors: ["SoldOutError"] },
      `[permanentErrors] must be an object by the errors' names, such as { CardDeclinedError: { title: "Card declined" } }, got ["SoldOutError"]`,
    ],
    [{ permanentErrors: { "": { title: "x" } } }, '[permanentErrors] must be a non-empty string, got ""'],
    [{ maxReceiveCount: 0 }, "[maxReceiveCount] must be a whole number from 1 to 997, got 0"],
    [{ source: "or ders" }, '[source] must be 1 to 64 characters of 0-9, A-Z, a-z, ".", "-" and "_", got "or ders"'],
    [{ fifo: true }, "[fifo] must be left out of a CommandFunction, got true"],
    [{ filter: [{ body: ["x"] }] }, '[filter] must be left out of a CommandFunction, got [{"body":["x"]}]'],
    [{ queue: queueArn("old") }, `[queue] must be left out of a CommandFunction, got "${queueArn("old")}"`],
    [{ callback: undefined }, "exactly one of [callback] and [callbackFactory] must be given, got neither"],
  ])("%j", (args, message) => {
    expect(given({ commands, callback, ...args })).toThrow(new Error(message));
  });
});
