// What a ReprocessFunction must know beside a command function: all below it that fails into the same spool.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CommandFunction } from "../../../components/commandFunction";
import type { CommandSink } from "../../../components/commandGraph";
import { CommandStore } from "../../../components/commandStore";
import { ErrorSpool } from "../../../components/errorSpool";
import { ReprocessFunction } from "../../../components/reprocessFunction";
import type { Sources } from "../../../components/sources";
import { UncertainTask } from "../../../components/uncertainTask";
import { MockedProgram } from "./mockedProgram";

// A closure cannot be serialized in a vitest worker.
vi.mock("../../../packaging/packageClosure", () => ({
  packageClosure: vi.fn(() => ({ archive: new pulumi.asset.AssetArchive({}), handler: "__index.handler" })),
}));

let program: MockedProgram;
let spool: ErrorSpool;
let store: CommandStore;

beforeEach(async () => {
  program = await MockedProgram.start();
  spool = new ErrorSpool("spool");
  store = new CommandStore("commands");
});

afterEach(() => program.settled());

function entity(name: string, sends: readonly CommandSink[] = [], itsSpool = spool) {
  const commands = { doIt: { schema: { type: "object" } } };
  return new CommandFunction<{ doIt: unknown }>(name, { spool: itsSpool, store, commands, callback: () => 0, sends });
}

function chargeCard() {
  const task = { resource: "arn:aws:states:::dynamodb:putItem", permissions: [] };
  return new UncertainTask("charge-card", { spool, task, timeout: "1 minute" });
}

const reprocess = (sources: Sources) => new ReprocessFunction("reprocess", { spool, sources });

const missing = (name: string, sender: string, got: string) =>
  `[sources] must have "${name}", too, since "${sender}" sends to it and its failures wait in the same spool, got ${got}`;

describe("the sources of a reprocess function", () => {
  it("must have the function that one of them sends to, in a list and by name alike", () => {
    const top = entity("top", [entity("low")]);
    expect(() => reprocess([top])).toThrow(new Error(missing("low", "top", "top")));
    expect(() => reprocess({ top })).toThrow(new Error(missing("low", "top", "top")));
  });

  it("must have a task below, and the error names who sends to it", () => {
    const middle = entity("middle", [chargeCard()]);
    const top = entity("top", [middle]);
    expect(() => reprocess([top, middle])).toThrow(new Error(missing("charge-card", "middle", "top, middle")));
  });

  it("may have them in any order, or by their ARNs", () => {
    const task = chargeCard();
    const low = entity("low", [task]);
    const top = entity("top", [low]);
    const stateMachineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:charge-card";
    reprocess([task, low, top]);
    expect(
      () => new ReprocessFunction("other", { spool, sources: { "charge-card": { stateMachineArn }, low, top } }),
    ).not.toThrow();
  });

  it("need not have functions of other stacks, nor those that fail into another spool", () => {
    const arn = "arn:aws:sqs:eu-west-1:123456789012:far";
    const far = { source: "far", queueArn: arn, queueUrl: "https://example.com/far", commands: ["doIt"] };
    const elsewhere = entity("elsewhere", [], new ErrorSpool("other-spool"));
    expect(() => reprocess([entity("top", [far, elsewhere])])).not.toThrow();
  });
});
