// Which functions and tasks are below a command function, and that no way leads back.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CommandReference, type CommandSink, commandReach } from "../../../components/commandGraph";
import { ErrorSpool } from "../../../components/errorSpool";
import { UncertainTask } from "../../../components/uncertainTask";
import { MockedProgram } from "./mockedProgram";

let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

const reference = (source: string, ...sends: NonNullable<CommandReference["sends"]>): CommandReference => ({
  source,
  queueArn: `arn:aws:sqs:eu-west-1:123456789012:${source}`,
  queueUrl: `https://sqs.eu-west-1.amazonaws.com/123456789012/${source}`,
  commands: ["doIt"],
  sends,
});

const sourcesBelow = (...sends: readonly CommandSink[]) =>
  commandReach({ source: "orders", sends }).map(({ source }) => source);

function chargeCard() {
  const task = { resource: "arn:aws:states:::dynamodb:putItem", permissions: [] };
  return new UncertainTask("charge-card", { spool: new ErrorSpool("spool"), task, timeout: "1 minute" });
}

describe("what is below a command function", () => {
  it("is nothing where it sends to nobody", () => {
    expect(sourcesBelow()).toEqual([]);
  });

  it("is each function and task once, nearest first, though several ways lead there", () => {
    const ledger = reference("ledger");
    const [billing, stock] = [reference("billing", ledger), reference("stock", ledger, reference("shelves"))];
    expect(sourcesBelow(billing, stock, chargeCard())).toEqual([
      "billing",
      "stock",
      "charge-card",
      "ledger",
      "shelves",
    ]);
  });

  it("may be named by a reference without being known", () => {
    expect(sourcesBelow(reference("billing", "ledger"))).toEqual(["billing"]);
  });
});

describe("a way that leads back", () => {
  it("of references that hold each other is refused, too", () => {
    const below: CommandReference[] = [];
    const round = { ...reference("ledger"), sends: below };
    below.push(reference("billing", round));
    expect(() => sourcesBelow(round)).toThrow(new Error("[sends] must not lead back: ledger -> billing -> ledger"));
  });

  it.each<[string, CommandSink[], string]>([
    ["at once", [reference("orders")], "orders -> orders"],
    ["over another function", [reference("billing", "orders")], "orders -> billing -> orders"],
    [
      "over several",
      [reference("stock"), reference("billing", reference("ledger", reference("audit", "orders")))],
      "orders -> billing -> ledger -> audit -> orders",
    ],
    ["to a function below", [reference("billing", reference("ledger", "billing"))], "billing -> ledger -> billing"],
    [
      "by the name of a function that is known from elsewhere",
      [reference("billing", "stock"), reference("stock", "billing")],
      "billing -> stock -> billing",
    ],
  ])("%s is refused with the way", (_, sends, way) => {
    expect(() => sourcesBelow(...sends)).toThrow(new Error(`[sends] must not lead back: ${way}`));
  });
});

describe("what may be sent to", () => {
  it("is two of one source nowhere below", () => {
    const message = '[sends] must have sources of their own, all the way down, got two with "ledger"';
    expect(() => sourcesBelow(reference("ledger"), reference("ledger"))).toThrow(new Error(message));
    expect(() => sourcesBelow(reference("billing", reference("ledger")), reference("ledger"))).toThrow(
      new Error(message),
    );
  });

  it("is a component or a reference, and nothing else", () => {
    const anything: unknown[] = ["billing", { source: "billing" }, undefined, new ErrorSpool("spool")];
    const got = ['"billing"', '{"source":"billing"}', "undefined", "an object of the class ErrorSpool"];
    for (const [index, one] of anything.entries()) {
      expect(() => Reflect.apply(commandReach, undefined, [{ source: "orders", sends: [one] }])).toThrow(
        new Error(
          `[sends[0]] must be a CommandFunction, an UncertainTask, a Workflow, or of another stack's function { source, queueArn, queueUrl, commands }, got ${got[index]}`,
        ),
      );
    }
    expect(() => Reflect.apply(commandReach, undefined, [{ source: "orders", sends: "billing" }])).toThrow(
      new Error('[sends] must be a list of components and references, got "billing"'),
    );
  });

  it.each<[CommandReference, string]>([
    [
      { ...reference("billing"), source: "bil ling" },
      '[sends[0].source] must be 1 to 64 characters of 0-9, A-Z, a-z, ".", "-" and "_", got "bil ling"',
    ],
    [{ ...reference("billing"), commands: [] }, "[sends[0].commands] must name at least one command, got []"],
    [
      reference("billing", ""),
      '[sends[0].sends[0]] must be 1 to 64 characters of 0-9, A-Z, a-z, ".", "-" and "_", got ""',
    ],
    [
      reference("billing", { ...reference("ledger"), commands: [] }),
      "[sends[0].sends[0].commands] must name at least one command, got []",
    ],
  ])("%# has a source and commands", (sink, message) => {
    expect(() => sourcesBelow(sink)).toThrow(new Error(message));
  });
});
