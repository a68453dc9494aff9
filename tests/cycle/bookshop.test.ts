// The sample program as a first `pulumi up` deploys it: with a fake provider of its own, on the simulator.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type EvaluatedProgram, Simulation } from "@respool/simulator";
import { beforeAll, describe, expect, it } from "vitest";

const directory = join(__dirname, "../..");
const minute = 60_000;
const order = { orderId: "o-1", customer: "Ada", amount: 12.5, currency: "EUR" };

interface Output {
  readonly Payload: string;
  readonly FunctionError?: string;
}

/** The deployed bookshop, as an operator meets it. */
class Bookshop {
  readonly simulation = new Simulation();

  constructor(private readonly program: EvaluatedProgram) {
    this.simulation.redeploy(program);
  }

  output(name: string): string {
    return String(this.program.outputs[name]);
  }

  order(name: string): void {
    const input = JSON.stringify({ ...order, orderId: name });
    this.simulation.call("states", "StartExecution", { stateMachineArn: this.output("chargeCardArn"), name, input });
    this.simulation.runUntilQuiet();
  }

  executions() {
    return this.simulation.stepFunctions.executions(this.output("chargeCardArn"));
  }

  /** How often an execution called its function. */
  tries(execution: number): number {
    const { history = [] } = this.executions()[execution] ?? {};
    return history.filter(({ type }) => type === "LambdaFunctionScheduled").length;
  }

  redrive(request: object = {}): unknown {
    return this.invoke("reprocessFunctionName", request);
  }

  invoke(output: string, request: object): unknown {
    const input = { FunctionName: this.output(output), Payload: JSON.stringify(request) };
    const { Payload } = this.simulation.call<Output>("lambda", "Invoke", input);
    this.simulation.runUntilQuiet();
    return JSON.parse(Payload);
  }

  depth(): number {
    return this.simulation.sqs.messages(this.output("spoolUrl")).length;
  }

  record(): { error: { name: string }; input: unknown } {
    return JSON.parse(this.simulation.sqs.messages(this.output("spoolUrl"))[0]?.body ?? "null");
  }

  /** Changes one variable of the charging function, as an operator does on a deployed stack. */
  rehearse(variable: string, value: string): void {
    const functionName = this.output("chargeCardFunctionName");
    const { Environment } = this.simulation.call<{ Environment: { Variables: Record<string, string> } }>(
      "lambda",
      "GetFunctionConfiguration",
      { FunctionName: functionName },
    );
    const Variables = { ...Environment.Variables, [variable]: value };
    this.simulation.call("lambda", "UpdateFunctionConfiguration", {
      FunctionName: functionName,
      Environment: { Variables },
    });
  }
}

describe("the bookshop's dev stack", () => {
  let program: EvaluatedProgram;
  beforeAll(async () => {
    program = await new Simulation().deploy({ directory, stack: "dev" });
  });

  it("is as large as the README says", () => {
    const alarms = program.resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
    const readme = readFileSync(join(directory, "README.md"), "utf8");

    expect(readme).toContain(`This makes ${program.resources.length} AWS resources.`);
    expect(readme).toContain(`for ${alarms.length} alarms`);
    const guide = readFileSync(join(directory, "docs/guide/own-component.md"), "utf8");
    expect(guide).toContain(`| ${program.resources.length} with the fake of its neighbours`);
  });

  it("charges an order at the fake provider that it deploys, in one state transition", () => {
    const bookshop = new Bookshop(program);
    bookshop.order("o-1");
    const [execution] = bookshop.executions();
    expect(execution).toMatchObject({ status: "SUCCEEDED", stateTransitions: 1 });
    expect(JSON.parse(execution?.output ?? "null")).toMatchObject({
      orderId: "o-1",
      charge: { id: "ch_o-1", amount: 12.5 },
    });
  });

  it("rehearses failure with BEHAVIOR=NG, and redrives afterwards", () => {
    const bookshop = new Bookshop(program);
    bookshop.order("o-0");
    bookshop.rehearse("BEHAVIOR", "NG");
    bookshop.order("o-1");
    expect(bookshop.record()).toMatchObject({ error: { name: "BehaviorIsNG" }, input: order });
    expect(bookshop.tries(1)).toBe(2);
    bookshop.rehearse("BEHAVIOR", "OK");
    expect(bookshop.redrive()).toMatchObject({ success: 1, remaining: 0 });
    expect(bookshop.executions()).toHaveLength(3);
    expect(bookshop.depth()).toBe(0);
  });

  it("edits an order as the guide to edits shows it", () => {
    const guide = readFileSync(join(directory, "docs/guide/edit-and-redrive.md"), "utf8");
    const payloads = [...guide.matchAll(/--payload '([^']+)'/g)].map(
      ([, payload = ""]) => JSON.parse(payload) as object,
    );
    expect(payloads).toHaveLength(2);
    const bookshop = new Bookshop(program);
    bookshop.order("o-0");
    bookshop.rehearse("BEHAVIOR", "NG");
    bookshop.order("order-17");
    bookshop.rehearse("BEHAVIOR", "OK");
    const [look, edit] = payloads.map((payload) => ({
      ...payload,
      patch: [{ op: "replace", path: "/currency", value: "USD" }],
    }));
    expect(payloads).toMatchObject([{ patch: [{ path: "/currency" }] }, { patch: [{ path: "/currency" }] }]);
    expect(bookshop.invoke("editFunctionName", look ?? {})).toMatchObject({
      outcome: "planned",
      source: "charge-card",
    });
    const told = bookshop.invoke("editFunctionName", edit ?? {}) as { audit: string };
    expect(told).toMatchObject({ outcome: "started", generation: 1 });
    const bucket = bookshop.output("spoolBucketName");
    expect(told.audit).toBe(`s3://${bucket}/respool/edits/charge-card/order-17/1.json`);
    const [, , redriven] = bookshop.executions();
    expect(redriven).toMatchObject({ status: "SUCCEEDED" });
    expect(JSON.parse(redriven?.input ?? "null")).toEqual({ ...order, orderId: "order-17", currency: "USD" });
    expect(bookshop.depth()).toBe(0);
  });

  it("rehearses a timeout with SLEEP, which is not tried again", () => {
    const bookshop = new Bookshop(program);
    bookshop.order("o-0");
    bookshop.rehearse("SLEEP", "60");
    bookshop.order("o-1");
    expect(bookshop.record()).toMatchObject({ error: { name: "Sandbox.Timedout" } });
    expect(bookshop.tries(1)).toBe(1);
  });
});

describe("the bookshop with a schedule for its redrive", () => {
  it("redrives by itself, and changes nothing while the spool is empty", async () => {
    const config = { reprocessSchedule: "rate(1 hour)" };
    const bookshop = new Bookshop(await new Simulation().deploy({ directory, stack: "dev", config }));
    bookshop.order("o-0");
    bookshop.rehearse("BEHAVIOR", "NG");
    bookshop.order("o-1");
    bookshop.rehearse("BEHAVIOR", "OK");
    bookshop.simulation.runFor(70 * minute);
    expect(bookshop.depth()).toBe(0);
    expect(bookshop.executions().map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]);
    bookshop.simulation.runFor(180 * minute);
    expect(bookshop.executions()).toHaveLength(3);
  });
});

describe("configuration", () => {
  it("is refused when a charge has nowhere to go", async () => {
    await expect(
      new Simulation().deploy({ directory, stack: "prod", config: { fakePaymentProvider: "false" } }),
    ).rejects.toThrow("paymentProviderUrl");
  });
});
