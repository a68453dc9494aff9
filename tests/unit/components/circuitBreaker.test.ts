// What a CircuitBreaker creates, and what it refuses.
import * as aws from "@pulumi/aws";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CircuitBreaker, type CircuitBreakerArgs } from "../../../components/circuitBreaker";
import { ErrorSpool } from "../../../components/errorSpool";
import { reprocessStatements } from "../../../components/handlerStatements";
import { policyDocument } from "../../../components/policy";
import { configuredSources, declareSources } from "../../../components/sources";
import { MockedProgram, outputValue } from "./mockedProgram";

let program: MockedProgram;
beforeEach(async () => {
  program = await MockedProgram.start();
});
afterEach(() => program.settled());

const tableArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/payments";
const controlArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:payments-control";

describe("a circuit breaker", () => {
  it("is a table billed per request, and a Standard state machine that controls it", async () => {
    new CircuitBreaker("payments", { openFor: "2 minutes", tags: { team: "books" } });
    expect((await program.resource("aws:dynamodb/table:Table", "payments")).inputs).toEqual({
      billingMode: "PAY_PER_REQUEST",
      hashKey: "key",
      attributes: [{ name: "key", type: "S" }],
      tags: { team: "books" },
    });
    const { inputs } = await program.resource("aws:sfn/stateMachine:StateMachine", "payments-control");
    expect(inputs).toMatchObject({ type: "STANDARD", tags: { team: "books" } });
    expect(String(inputs.definition)).toContain("/ 1000) + 120)");
    expect(await program.all("aws:cloudwatch/eventRule:EventRule")).toEqual([]);
  });

  it("lets the control state machine, and what it protects, do what they do and no more", async () => {
    const breaker = new CircuitBreaker("payments");
    const statements = [
      { Effect: "Allow", Action: ["dynamodb:GetItem", "dynamodb:UpdateItem"], Resource: tableArn },
      {
        Effect: "Allow",
        Action: "events:PutEvents",
        Resource: "arn:aws:events:eu-west-1:123456789012:event-bus/default",
      },
    ];
    expect(JSON.parse(await outputValue(policyDocument(breaker.statements))).Statement).toEqual(statements);
    const { inputs } = await program.resource("aws:iam/rolePolicy:RolePolicy", "payments-control-policy");
    expect(JSON.parse(String(inputs.policy)).Statement).toEqual(statements);
  });

  it("tells a step's fragments what they must know, with the defaults", async () => {
    const breaker = new CircuitBreaker("payments");
    expect(
      await outputValue(breaker.use({ step: "Charge", answers: ["CardDeclinedError"], permitSeconds: 90 })),
    ).toEqual({
      tableName: "payments",
      breaker: "payments",
      failureThreshold: 5,
      openSeconds: 60,
      successThreshold: 3,
      permitSeconds: 90,
      step: "Charge",
      answers: ["CardDeclinedError"],
    });
    expect(await outputValue(breaker.tableName)).toBe("payments");
    expect(await outputValue(breaker.controlArn)).toBe(controlArn);
  });

  it("has an alarm for executions of its control that fail", async () => {
    new CircuitBreaker("payments", { alarmActions: ["arn:aws:sns:eu-west-1:123456789012:operators"] });
    const { inputs } = await program.resource("aws:cloudwatch/metricAlarm:MetricAlarm", "payments-control-failures");
    expect(inputs).toMatchObject({
      namespace: "AWS/States",
      metricName: "ExecutionsFailed",
      dimensions: { StateMachineArn: controlArn },
      alarmActions: ["arn:aws:sns:eu-west-1:123456789012:operators"],
    });
  });

  it("is opened by alarms, whichever way they are given", async () => {
    const alarm = new aws.cloudwatch.MetricAlarm("errors", {
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
    });
    new CircuitBreaker("payments", {
      alarms: [alarm, "timeouts", "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:p99: slow"],
    });
    const rule = await program.resource("aws:cloudwatch/eventRule:EventRule", "payments-alarms");
    expect(JSON.parse(String(rule.inputs.eventPattern))).toEqual({
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      detail: { alarmName: ["errors", "timeouts", "p99: slow"], state: { value: ["ALARM"] } },
    });
    const target = await program.resource("aws:cloudwatch/eventTarget:EventTarget", "payments-alarms-control");
    expect(target.inputs).toMatchObject({
      arn: controlArn,
      roleArn: "arn:aws:iam::123456789012:role/payments-alarms-role",
    });
    const { inputs } = await program.resource("aws:iam/rolePolicy:RolePolicy", "payments-alarms-policy");
    expect(JSON.parse(String(inputs.policy)).Statement).toEqual([
      { Effect: "Allow", Action: "states:StartExecution", Resource: controlArn },
    ]);
  });

  it.each<[CircuitBreakerArgs, string]>([
    [{ failureThreshold: 0 }, "[failureThreshold] must be a whole number from 1 to 1000, got 0"],
    [{ successThreshold: 1.5 }, "[successThreshold] must be a whole number from 1 to 1000, got 1.5"],
    [{ openFor: "0 seconds" }, '[openFor] must be from "1 second" to "7 days", got "0 seconds"'],
    [{ alarms: [""] }, '[alarms[0]] must be the name or the ARN of an alarm, such as "payments-errors", got ""'],
    [
      { alarms: ["arn:aws:sns:eu-west-1:123456789012:topic"] },
      '[alarms[0]] must be the name or the ARN of an alarm, such as "payments-errors", got "arn:aws:sns:eu-west-1:123456789012:topic"',
    ],
  ])("refuses %j", (args, message) => {
    expect(() => new CircuitBreaker("payments", args)).toThrow(message);
  });

  it("hands each of its resources to a transform", async () => {
    new CircuitBreaker("payments", {
      alarms: ["errors"],
      transform: { table: { name: "my-table" }, control: { name: "my-control" }, alarmRule: { name: "my-rule" } },
    });
    expect((await program.resource("aws:dynamodb/table:Table", "payments")).inputs.name).toBe("my-table");
    const control = await program.resource("aws:sfn/stateMachine:StateMachine", "payments-control");
    expect(control.inputs.name).toBe("my-control");
    expect(String(control.inputs.definition)).toContain('"TableName": "my-table"');
  });
});

describe("a source with a circuit breaker", () => {
  const arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:charge";

  it("tells handlers its table, and that its work may be held", async () => {
    const breaker = new CircuitBreaker("payments");
    const declared = declareSources(
      { charge: { stateMachineArn: arn, breaker }, other: arn.replace("charge", "other") },
      undefined,
    );
    const { charge, other } = await outputValue(configuredSources(declared));
    expect(charge).toMatchObject({ breaker: { tableName: "payments" }, holds: true });
    expect(Object.keys(other ?? {})).toEqual(["stateMachineArn", "longestExecutionSeconds"]);
  });

  it("lets a run read the table, and one without a circuit breaker none", async () => {
    const spool = new ErrorSpool("spool");
    const breaker = new CircuitBreaker("payments");
    const policyOf = async (sources: Parameters<typeof declareSources>[0]) =>
      JSON.parse(await outputValue(policyDocument(reprocessStatements(spool, declareSources(sources, undefined)))));
    const withBreaker = await policyOf({ charge: { stateMachineArn: arn, breaker } });
    expect(withBreaker.Statement).toContainEqual({ Effect: "Allow", Action: "dynamodb:GetItem", Resource: tableArn });
    expect(JSON.stringify(await policyOf({ charge: arn }))).not.toContain("dynamodb");
  });
});
