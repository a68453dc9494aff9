// The bookshop's order status, deployed in the simulator: throttled, down, redriven, and read as an operator reads it.
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { linesOfWork, parkedAndRedriven, slowestInvocations } from "../../../components/queries";
import { type EvaluatedProgram, Simulation } from "../../../simulator";

let program: EvaluatedProgram;

beforeAll(async () => {
  const directory = join(__dirname, "program");
  program = await new Simulation().deploy({ directory, main: join(directory, "index.ts"), config: {} });
}, 60_000);

/** A shop whose warehouse answers as it is told. */
function shop() {
  const simulation = new Simulation();
  const { outputs } = simulation.redeploy(program);
  const text = (name: string) => String(outputs[name]);
  const warehouse = { status: 200, asked: [] as string[] };
  simulation.internet.register("warehouse.example", (request, reply) => {
    warehouse.asked.push(`${request.method} ${request.url.pathname}`);
    reply({ status: warehouse.status, headers: { "content-type": "application/json" }, body: '{"state":"sent"}' });
  });
  const ask = (orderId: string) => {
    const input = JSON.stringify({ orderId });
    simulation.call("states", "StartExecution", { stateMachineArn: text("machine"), name: orderId, input });
  };
  const executions = () =>
    simulation.stepFunctions.executions(text("machine")).map(({ name, status, output }) => ({ name, status, output }));
  const reprocess = () => {
    const { Payload } = simulation.call<{ Payload: string }>("lambda", "Invoke", {
      FunctionName: text("reprocessFunction"),
      Payload: "{}",
    });
    simulation.runUntilQuiet();
    return JSON.parse(Payload) as { readonly success: number };
  };
  const query = (queryString: string) => {
    const { logGroups } = simulation.call<{ logGroups: { logGroupName: string }[] }>("logs", "DescribeLogGroups");
    const input = {
      logGroupNames: logGroups.map(({ logGroupName }) => logGroupName),
      startTime: Date.UTC(2026, 0, 5) / 1000,
      endTime: Math.ceil(simulation.clock.now / 1000),
      queryString,
    };
    const { queryId } = simulation.call<{ queryId: string }>("logs", "StartQuery", input);
    simulation.runUntilQuiet();
    return simulation.call<{ results: { field: string; value: string }[][] }>("logs", "GetQueryResults", { queryId })
      .results;
  };
  return { simulation, text, warehouse, ask, executions, reprocess, query };
}

describe("the bookshop's order status", () => {
  it("asks the warehouse", () => {
    const { simulation, warehouse, ask, executions } = shop();
    ask("order-1");
    simulation.runUntilQuiet();
    expect(warehouse.asked).toEqual(["GET /orders/order-1"]);
    expect(executions()).toEqual([
      { name: "order-1", status: "SUCCEEDED", output: '{"orderId":"order-1","status":{"state":"sent"}}' },
    ]);
  });

  it("waits while the warehouse throttles", () => {
    const { simulation, warehouse, ask, executions } = shop();
    warehouse.status = 429;
    ask("order-1");
    simulation.runFor(30_000);
    expect(warehouse.asked).toHaveLength(3);
    warehouse.status = 200;
    simulation.runUntilQuiet();
    expect(warehouse.asked).toHaveLength(4);
    expect(executions()).toMatchObject([{ status: "SUCCEEDED" }]);
  });

  it("parks the work when the warehouse is down, and is redriven by the reprocess function", () => {
    const { simulation, text, warehouse, ask, executions, reprocess, query } = shop();
    warehouse.status = 503;
    ask("order-1");
    simulation.runUntilQuiet();
    expect(warehouse.asked).toHaveLength(1);
    expect(simulation.sqs.messages(text("spoolUrl"))).toHaveLength(1);
    warehouse.status = 200;
    expect(reprocess()).toMatchObject({ success: 1 });
    expect(executions()).toMatchObject([
      { name: "order-1", output: '{"spooled":true,"id":"order-1","generation":0}' },
      { name: expect.stringMatching(/^order-1-redrive-1-/), output: '{"orderId":"order-1","status":{"state":"sent"}}' },
    ]);
    expect(simulation.sqs.messages(text("spoolUrl"))).toEqual([]);
    expect(query(parkedAndRedriven()).flat()).toContainEqual({ field: "message", value: "redrive started" });
    expect(query(linesOfWork("order-1")).flat()).toContainEqual({ field: "message", value: "redrive started" });
    expect(query(slowestInvocations()).length).toBeGreaterThanOrEqual(3);
  });

  it("is on a dashboard that CloudWatch takes, with saved queries", () => {
    const { simulation, text } = shop();
    const DashboardName = text("dashboardName");
    const { DashboardBody } = simulation.call<{ DashboardBody: string }>("cloudwatch", "GetDashboard", {
      DashboardName,
    });
    expect(JSON.parse(DashboardBody).widgets.length).toBeGreaterThan(10);
    expect(DashboardBody).toContain('"region":"eu-central-1"');
    const { queryDefinitions } = simulation.call<{ queryDefinitions: { name: string }[] }>(
      "logs",
      "DescribeQueryDefinitions",
    );
    expect(queryDefinitions.map(({ name }) => name).sort()).toEqual(
      [...(program.outputs.savedQueries as string[])].sort(),
    );
  });
});
