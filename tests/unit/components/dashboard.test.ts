// The dashboard of a program: what it shows, and that CloudWatch would take it.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Dashboard, type DashboardArgs } from "../../../components/dashboard";
import { ErrorSpool } from "../../../components/errorSpool";
import type { Observed, ObservedParts } from "../../../components/observed";
import { ReprocessFunction } from "../../../components/reprocessFunction";
import { UncertainTask } from "../../../components/uncertainTask";
import { checkDashboardBody } from "../../../simulator/services/cloudWatch/dashboards/dashboardBody";
import { MockedProgram } from "./mockedProgram";

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly markdown?: string; readonly title?: string; readonly metrics?: unknown[][] };
}

let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

async function made(args: DashboardArgs) {
  new Dashboard("dashboard", args);
  const { inputs } = await program.resource("aws:cloudwatch/dashboard:Dashboard", "dashboard");
  const body = String(inputs.dashboardBody);
  expect(checkDashboardBody(body)).toEqual([]);
  const parsed: { readonly start: string; readonly widgets: Widget[] } = JSON.parse(body);
  const titles = parsed.widgets.map(({ properties }) => properties.markdown ?? properties.title);
  const graph = (title: string) =>
    (parsed.widgets.find(({ properties }) => properties.title === title)?.properties.metrics ?? []).map((metric) =>
      metric.map((part) => (typeof part === "string" ? part : String((part as { stat: string }).stat))).join(" "),
    );
  return { ...parsed, inputs, titles, graph };
}

const observed = (parts: Partial<ObservedParts>): Observed => ({
  observed: { title: "it", ...parts } as ObservedParts,
});
const named = (name: string) => pulumi.output(name);

function bookshop(): Observed[] {
  const spool = new ErrorSpool("spool");
  const charge = new aws.lambda.Function("charge", { role: "arn:aws:iam::123456789012:role/charge", timeout: 30 });
  const chargeCard = new UncertainTask("charge-card", { spool, task: charge });
  return [spool, chargeCard, new ReprocessFunction("reprocess", { spool, sources: [chargeCard] })];
}

describe("a dashboard", () => {
  it("shows spool, tasks and functions under their names, and the latest errors of all logs", async () => {
    const { titles, start, inputs, widgets } = await made({ components: bookshop() });
    expect(inputs.dashboardName).toBe("respool-test-dashboard");
    expect(start).toBe("-PT12H");
    expect(titles).toEqual([
      "## spool",
      "Alarms",
      "Failed work that waits",
      "Age of the oldest work",
      "Poison queue",
      "Redriven",
      "## charge-card",
      "Executions",
      "Execution time",
      "Invocations",
      "Duration",
      "## reprocess",
      "Invocations",
      "Duration",
      "Latest errors",
    ]);
    expect(widgets.at(-1)?.properties).toMatchObject({
      region: "eu-west-1",
      view: "table",
      query: expect.stringMatching(
        /^SOURCE '\/aws\/lambda\/charge' \| SOURCE '\/aws\/lambda\/respool-test-reprocess.*' \| SOURCE .* \| fields @timestamp/,
      ),
    });
  });

  it("draws what SQS, the renewer and the reprocess function say of a spool", async () => {
    const { graph } = await made({ components: [new ErrorSpool("spool")] });
    expect(graph("Failed work that waits")).toEqual([
      "AWS/SQS ApproximateNumberOfMessagesVisible QueueName spool Maximum",
      "AWS/SQS ApproximateNumberOfMessagesNotVisible QueueName spool Maximum",
    ]);
    expect(graph("Age of the oldest work")).toEqual(["Respool OldestRecordAge Spool spool Maximum"]);
    expect(graph("Poison queue")).toEqual([
      "AWS/SQS ApproximateNumberOfMessagesVisible QueueName spool-poison Maximum",
    ]);
    expect(graph("Redriven")).toEqual(
      ["Redriven", "AlreadyStarted", "RedriveFailed", "Poisoned", "Reconciled"].map(
        (metric) => `Respool ${metric} Spool spool Sum`,
      ),
    );
  });

  it("draws what Step Functions says of a task", async () => {
    const { graph } = await made({ components: [observed({ kind: "task", stateMachineArn: named("arn:m") })] });
    expect(graph("Executions")).toEqual(
      ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut"].map(
        (metric) => `AWS/States ${metric} StateMachineArn arn:m Sum`,
      ),
    );
    expect(graph("Execution time")).toEqual([
      "AWS/States ExecutionTime StateMachineArn arn:m p50",
      "AWS/States ExecutionTime StateMachineArn arn:m p99",
    ]);
  });

  it("draws what Lambda and the middleware say of a function", async () => {
    const { graph } = await made({
      components: [observed({ kind: "function", functionName: named("f"), middleware: { service: named("notify") } })],
    });
    expect(graph("Invocations")).toEqual(
      ["Invocations", "Errors", "Throttles"].map((metric) => `AWS/Lambda ${metric} FunctionName f Sum`),
    );
    expect(graph("Duration")).toEqual([
      "AWS/Lambda Duration FunctionName f p50",
      "AWS/Lambda Duration FunctionName f p99",
    ]);
    expect(graph("Work by outcome")).toEqual(
      ["Success", "ClientError", "ServerError", "AwsError", "Error", "Duplicate"].map(
        (metric) => `Respool ${metric} service notify Sum`,
      ),
    );
  });

  it("draws APIs, queues and streams", async () => {
    const api = observed({ kind: "api", apiName: named("shop"), stageName: named("v1"), functionName: named("f") });
    const queue = observed({ kind: "queue", queueName: named("q"), deadLetterQueueName: named("q-dead") });
    const stream = observed({ kind: "stream", functionName: named("g") });
    const { graph } = await made({ components: [api, queue, stream] });
    expect(graph("Requests")).toEqual(
      ["Count", "4XXError", "5XXError"].map((metric) => `AWS/ApiGateway ${metric} ApiName shop Stage v1 Sum`),
    );
    expect(graph("Latency")).toEqual(
      ["p50", "p99"].map((stat) => `AWS/ApiGateway Latency ApiName shop Stage v1 ${stat}`),
    );
    expect(graph("Messages")).toHaveLength(2);
    expect(graph("Age of the oldest message")).toEqual(["AWS/SQS ApproximateAgeOfOldestMessage QueueName q Maximum"]);
    expect(graph("Dead letters")).toEqual(["AWS/SQS ApproximateNumberOfMessagesVisible QueueName q-dead Maximum"]);
    expect(graph("Iterator age")).toEqual(["AWS/Lambda IteratorAge FunctionName g Maximum"]);
  });

  it("draws each command of a function beside its queue and its function", async () => {
    const command = observed({
      kind: "command",
      queueName: named("orders-queue"),
      functionName: named("orders"),
      commandNames: ["placeOrder", "cancelOrder"],
      middleware: { service: named("shop"), namespace: "Shop" },
    });
    const { graph, titles } = await made({ components: [command] });
    expect(titles).toEqual([
      "## it",
      "Messages",
      "Age of the oldest message",
      "Duration of commands",
      "Commands that failed for good",
      "Commands parked",
      "Invocations",
      "Duration",
      "Work by outcome",
    ]);
    expect(graph("Messages")).toEqual(
      ["ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible"].map(
        (metric) => `AWS/SQS ${metric} QueueName orders-queue Maximum`,
      ),
    );
    const dimensions = (name: string) => `service shop command ${name}`;
    expect(graph("Duration of commands")).toEqual(
      ["p50", "p99"].flatMap((stat) =>
        ["placeOrder", "cancelOrder"].map((name) => `Shop CommandDuration ${dimensions(name)} ${stat}`),
      ),
    );
    expect(graph("Commands that failed for good")).toEqual(
      ["placeOrder", "cancelOrder", "unknown"].map((name) => `Shop CommandsRejected ${dimensions(name)} Sum`),
    );
    expect(graph("Commands parked")).toEqual(
      ["placeOrder", "cancelOrder"].map((name) => `Shop CommandsParked ${dimensions(name)} Sum`),
    );
  });

  it("has no two widgets in one place", async () => {
    const { widgets } = await made({ components: bookshop() });
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it("is open to a name, a span and transform", async () => {
    const { start, inputs } = await made({
      components: [new ErrorSpool("spool", { alarms: false })],
      dashboardName: "shop",
      start: "-P7D",
      transform: { dashboard: { periodOverride: "inherit" } },
    });
    expect(start).toBe("-P7D");
    expect(inputs).toMatchObject({
      dashboardName: "shop",
      dashboardBody: expect.stringContaining('"periodOverride":"inherit"'),
    });
  });
});

describe("a dashboard is refused", () => {
  it.each([
    [{ components: [] }, "[components] must hold at least one component, got []"],
    [{ components: [{}] }, "[components] must hold components that Respool can observe, got another thing at 0"],
    [{ dashboardName: "a b" }, '[dashboardName] must be 1 to 255 letters, digits, "-" and "_", got "a b"'],
    [{ start: "yesterday" }, '[start] must be a span before now such as "-PT6H" or "-P7D", got "yesterday"'],
  ])("with %j", (args, message) => {
    const components = [observed({ kind: "stream", functionName: named("g") })];
    expect(() => new Dashboard("dashboard", { components, ...args } as DashboardArgs)).toThrow(message);
  });

  it("with more logs than a query reads", () => {
    const logGroupNames = Array.from({ length: 51 }, (_, index) => named(`group-${index}`));
    const components = [observed({ kind: "stream", functionName: named("g"), logGroupNames })];
    expect(() => new Dashboard("dashboard", { components })).toThrow(
      "[components] may have at most 50 log groups together, which a query reads, got 51: show some of them elsewhere",
    );
  });
});
