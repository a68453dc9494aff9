import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AutoRedrive, type AutoRedriveArgs } from "../../../components/autoRedrive";
import { ErrorSpool } from "../../../components/errorSpool";
import { ReprocessFunction } from "../../../components/reprocessFunction";
import { MockedProgram } from "./mockedProgram";

const chargeArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:charge";
const tableArn = (name: string) => `arn:aws:dynamodb:eu-west-1:123456789012:table/${name}`;
const breaker = { tableName: pulumi.output("payments"), tableArn: pulumi.output(tableArn("payments")) };
const ruleType = "aws:cloudwatch/eventRule:EventRule";
let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});
afterEach(() => program.settled());

function recover(args: Omit<AutoRedriveArgs, "reprocess"> = {}) {
  const spool = new ErrorSpool("spool");
  const reprocess = new ReprocessFunction("reprocess", { spool, sources: { charge: chargeArn }, rate: 7 });
  return new AutoRedrive("recover", { ...args, reprocess });
}

describe("an AutoRedrive", () => {
  it("has a machine, a function that decides, and a table", async () => {
    const { observed } = recover();
    expect(await program.config("recover-outcomes")).toEqual({
      spoolUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/spool",
      tableName: "recover-run",
      leaseSeconds: 900 + 1_800,
      defaults: { rate: 7, first: 5, failureLimit: 0.2 },
      window: 500,
      outcomesPerSecond: 8,
      patienceSeconds: 3_600,
      probe: false,
      rounds: 500,
    });
    expect((await program.resource("aws:dynamodb/table:Table", "recover-run")).inputs).toMatchObject({
      hashKey: "key",
    });
    const { inputs } = await program.resource("aws:sfn/stateMachine:StateMachine", "recover");
    expect(inputs).toMatchObject({ type: "STANDARD" });
    expect(observed).toMatchObject({ kind: "task", title: "recover" });
  });

  it("may do what its parts do, and no more", async () => {
    recover({ breaker, probe: { callback: async () => undefined } });
    const run = "arn:aws:states:eu-west-1:123456789012:execution:recover:*";
    const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
    expect(await program.grants("recover-policy")).toEqual([
      [
        "lambda:InvokeFunction",
        [functionArn("recover-outcomes"), functionArn("recover-probe"), functionArn("reprocess")],
      ],
    ]);
    expect((await program.grants("recover-outcomes-policy")).slice(0, 3)).toEqual([
      [["dynamodb:GetItem", "dynamodb:UpdateItem"], tableArn("recover-run")],
      ["dynamodb:GetItem", tableArn("payments")],
      [
        ["states:DescribeExecution", "states:GetExecutionHistory"],
        "arn:aws:states:eu-west-1:123456789012:execution:charge:*",
      ],
    ]);
    expect(await program.grants("recover-outcomes-own-policy")).toEqual([["states:DescribeExecution", run]]);
    expect(await program.grants("recover-reprocess-policy")).toEqual([["states:DescribeExecution", run]]);
    expect(await program.grants("recover-own-policy")).toEqual([
      ["states:StartExecution", "arn:aws:states:eu-west-1:123456789012:stateMachine:recover"],
    ]);
  });

  it("is started by nobody but operators where nothing else is said", async () => {
    recover();
    const rules = (await program.all(ruleType)).filter(({ name }) => name.startsWith("recover"));
    expect(rules).toEqual([]);
  });

  it("is started by a schedule and by its breaker's changes", async () => {
    recover({ breaker, schedule: "rate(1 hour)" });
    const pattern = async (name: string) =>
      JSON.parse(String((await program.resource(ruleType, name)).inputs.eventPattern));
    const shape = { source: ["respool.breaker"], "detail-type": ["Circuit Breaker State Change"] };
    expect(await pattern("recover-on-closed")).toEqual({
      ...shape,
      detail: { table: ["payments"], phase: ["closed"] },
    });
    expect(await pattern("recover-on-opened")).toEqual({ ...shape, detail: { table: ["payments"], phase: ["open"] } });
    const { inputs } = await program.resource(ruleType, "recover-schedule");
    expect(inputs).toMatchObject({ scheduleExpression: "rate(1 hour)" });
    const target = await program.resource("aws:cloudwatch/eventTarget:EventTarget", "recover-schedule-target");
    expect(target.inputs).toMatchObject({ roleArn: "arn:aws:iam::123456789012:role/recover-starter-role" });
    expect(await program.config("recover-outcomes")).toMatchObject({
      breaker: { tableName: "payments", drains: true },
    });
  });

  it("does not wait for an open breaker where it is told so", async () => {
    recover({ breaker, startOnOpened: false });
    const names = (await program.all(ruleType)).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith("recover"))).toEqual(["recover-on-closed"]);
    expect(await program.config("recover-outcomes")).toMatchObject({ breaker: { drains: false } });
  });

  it("tells when a run has stopped, and when one could not go on", async () => {
    recover({ alarmActions: ["arn:aws:sns:eu-west-1:123456789012:team"] });
    const alarms = (await program.all("aws:cloudwatch/metricAlarm:MetricAlarm")).filter(({ name }) =>
      name.startsWith("recover"),
    );
    expect(alarms.map(({ name, inputs }) => [name, inputs.metricName, inputs.dimensions])).toEqual([
      ["recover-stopped", "AutoRedriveStopped", { Spool: "spool" }],
      [
        "recover-failed",
        "ExecutionsFailed",
        { StateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:recover" },
      ],
    ]);
  });

  it.each<[Omit<AutoRedriveArgs, "reprocess">, string]>([
    [{ window: 501 }, "[window] must be a whole number from 1 to 500, got 501"],
    [{ first: 0 }, "[first] must be a whole number from 1 to 500, got 0"],
    [{ first: 11, window: 10 }, "[first] must be a whole number from 1 to 10, got 11"],
    [{ failureLimit: 20 }, "[failureLimit] must be a number from 0 to 1, got 20"],
    [{ rate: 0 }, "[rate] must be more than 0 and at most 1000, got 0"],
    [{ outcomesPerSecond: -1 }, "[outcomesPerSecond] must be more than 0 and at most 1000, got -1"],
    [{ outcomeWithin: "10 seconds" }, `[outcomeWithin] must be from "1 minute" to "30 days", got "10 seconds"`],
    [{ startOnClosed: true }, "[startOnClosed] must be false without [breaker], got true"],
    [{ startOnOpened: true }, "[startOnOpened] must be false without [breaker], got true"],
    [
      { schedule: "hourly" },
      `[schedule] must be an EventBridge schedule such as "rate(1 hour)" or "cron(0 6 * * ? *)", got "hourly"`,
    ],
  ])("refuses %j", (args, message) => {
    expect(() => recover(args)).toThrow(new Error(message));
  });
});
