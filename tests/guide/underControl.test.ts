// The programs of docs/guide/under-control.md: they are what the guide shows, and do what it says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type EvaluatedProgram, Simulation } from "@respool/simulator";
import { beforeAll, describe, expect, it } from "vitest";
import { functionCall, type State, uncertainStep } from "../../components";

const guide = readFileSync(join(__dirname, "../../docs/guide/under-control.md"), "utf8");
const directory = join(__dirname, "program");

class Account {
  readonly simulation = new Simulation();
  /** What neighbours answer, by host. */
  readonly status = new Map<string, number>();
  /** What they were asked, by host. */
  readonly asked = new Map<string, number>();

  constructor(private readonly program: EvaluatedProgram) {
    this.simulation.redeploy(program);
    for (const name of ["warehouse", "provider", "carrier", "mail", "translator"]) {
      this.simulation.internet.register(`${name}.example.com`, (_request, reply) => {
        this.asked.set(name, (this.asked.get(name) ?? 0) + 1);
        reply({ status: this.status.get(name) ?? 200 });
      });
    }
  }

  output(name: string): string {
    return String(this.program.outputs[name]);
  }

  start(machine: string, name: string, input: unknown): string {
    const stateMachineArn = this.output(machine);
    const request = { stateMachineArn, name, input: JSON.stringify(input) };
    return String(this.simulation.call("states", "StartExecution", request).executionArn);
  }

  run(seconds: number): void {
    this.simulation.runFor(seconds * 1000);
  }

  execution(machine: string, name: string) {
    const found = this.simulation.stepFunctions.executions(this.output(machine)).find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no execution ${name}`);
    return found;
  }

  /** The output of a control execution. */
  control(name: string, input: unknown): unknown {
    this.start("providerControlArn", name, input);
    this.run(5);
    return JSON.parse(this.execution("providerControlArn", name).output ?? "null");
  }

  redrive(): Record<string, unknown> {
    this.run(5);
    const request = { FunctionName: this.output("reprocessFunctionName"), Payload: JSON.stringify({ max: 100 }) };
    const { Payload } = this.simulation.call<{ Payload: string }>("lambda", "Invoke", request);
    this.run(60);
    return JSON.parse(Payload) as Record<string, unknown>;
  }
}

it.each(["fulfilOrder.ts", "ownMachine.ts"])("shows %s as it was tried", (file) => {
  const text = readFileSync(join(directory, file), "utf8");
  const shown = text.slice(text.indexOf("\n") + 1).replace('"../../../components"', '"respool"');
  expect(guide).toContain(`\`\`\`ts\n${shown}\`\`\`\n`);
});

it("names the variables that a step assigns", () => {
  const semaphore = { tableName: "t", limit: 1, leaseSeconds: 60, maximumWaitSeconds: 60, unfinished: [] };
  const thresholds = { failureThreshold: 5, openSeconds: 60, successThreshold: 3, permitSeconds: 60 };
  const breaker = { ...thresholds, tableName: "t", breaker: "b", step: "s", answers: ["Declined"] };
  const steps = (["restart", "resume", "park"] as const).map((onFailure) =>
    uncertainStep({
      names: (state) => `Step: ${state}`,
      task: "Step",
      source: "s",
      call: functionCall("arn"),
      timeoutSeconds: 60,
      retry: [],
      queueUrl: "q",
      onFailure,
      outcome: "succeed",
      semaphore,
      breaker,
      after: { End: true },
    }),
  );
  const assigned = new Set(steps.flatMap(({ states }) => Object.values(states).flatMap(assignedBy)));

  const [, told = ""] = /\*\*These variables are the step's\*\*: (.*?)\. Other states/s.exec(guide) ?? [];
  expect([...told.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()).toEqual([...assigned].sort());
});

function assignedBy(state: State): string[] {
  const catchers = "Catch" in state ? state.Catch : [];
  const choices = "Choices" in state ? state.Choices : [];
  const own = "Assign" in state ? [state] : [];
  return [...own, ...catchers, ...choices].flatMap(({ Assign = {} }) => Object.keys(Assign));
}

describe("the workflow", () => {
  let program: EvaluatedProgram;
  beforeAll(async () => {
    program = await new Simulation().deploy({ directory, main: join(directory, "fulfilOrder.ts") });
  });

  it("goes on at the step that failed, in both modes, and ends", () => {
    const account = new Account(program);
    account.status.set("provider", 503);
    account.start("fulfilOrderArn", "order-1", { orderId: "order-1", customer: "ada" });
    account.run(60);
    expect(account.execution("fulfilOrderArn", "order-1")).toMatchObject({ status: "FAILED", error: "States.Runtime" });

    account.status.set("provider", 200).set("carrier", 503);
    expect(account.redrive()).toMatchObject({ success: 1 });
    expect(account.execution("fulfilOrderArn", "order-1").status).toBe("RUNNING");

    account.status.set("carrier", 200);
    expect(account.redrive()).toMatchObject({ success: 1 });

    const { status, output, redriveCount } = account.execution("fulfilOrderArn", "order-1");
    expect([status, redriveCount, JSON.parse(output ?? "")]).toEqual([
      "SUCCEEDED",
      1,
      { orderId: "order-1", customer: "ada" },
    ]);
    expect(Object.fromEntries(account.asked)).toEqual({ warehouse: 1, provider: 3, carrier: 3 });
  });

  it("keeps work from a provider that an operator holds, says so, and lets it through when it is released", () => {
    const account = new Account(program);
    expect(account.control("hold-1", { action: "hold", by: "kim", reason: "maintenance until 4 pm" })).toMatchObject({
      phase: "closed",
      hold: { by: "kim", reason: "maintenance until 4 pm" },
    });
    account.start("fulfilOrderArn", "order-1", { orderId: "order-1", customer: "ada" });
    account.run(60);
    expect(account.redrive()).toMatchObject({ success: 0, skipped: 1 });
    expect(Object.fromEntries(account.asked)).toEqual({ warehouse: 1 });

    account.control("release-1", { action: "release" });
    account.run(120);
    expect(account.execution("fulfilOrderArn", "order-1").status).toBe("SUCCEEDED");
  });

  it("opens after five failures in a row, of which a declined card is none, and is drained when it is over", () => {
    const account = new Account(program);
    account.status.set("provider", 402);
    for (let order = 0; order < 6; order++) {
      account.start("fulfilOrderArn", `declined-${order}`, { orderId: `declined-${order}`, customer: "ada" });
      account.run(20);
    }
    expect(account.control("status-1", { action: "status" })).toMatchObject({ phase: "closed" });
    account.status.set("provider", 503);
    for (let order = 0; order < 8; order++) {
      account.start("fulfilOrderArn", `order-${order}`, { orderId: `order-${order}`, customer: "ada" });
      account.run(20);
    }
    expect(account.control("status-2", { action: "status" })).toMatchObject({ phase: "open" });
    account.status.set("provider", 200);
    account.run(3_600);
    const ended = (order: number) => account.execution("fulfilOrderArn", `order-${order}`).status;
    expect(Array.from({ length: 8 }, (_, order) => ended(order))).toEqual(Array(8).fill("SUCCEEDED"));
    expect(account.control("status-3", { action: "status" })).toMatchObject({ phase: "closed" });
  });

  it("welcomes a customer one order after the other, and others beside", () => {
    const account = new Account(program);
    account.simulation.internet.register("mail.example.com", () => {});
    account.start("welcomeArn", "first", { orderId: "1", customer: "ada" });
    account.run(5);
    account.start("welcomeArn", "second", { orderId: "2", customer: "ada" });
    account.start("welcomeArn", "other", { orderId: "3", customer: "bob" });
    account.run(10);
    const states = (name: string) =>
      account
        .execution("welcomeArn", name)
        .history.map((event) => JSON.stringify(event))
        .join("");
    expect(states("second")).toContain("Look");
    expect(states("other")).not.toContain("Look");
  });
});

describe("the state machine of a team's own", () => {
  let program: EvaluatedProgram;
  beforeAll(async () => {
    program = await new Simulation().deploy({ directory, main: join(directory, "ownMachine.ts") });
  });

  it("runs its own states around the step, once", () => {
    const account = new Account(program);
    account.status.set("translator", 503);
    account.start("publishPageArn", "p-1", { path: "p-1" });
    account.run(60);
    expect(account.execution("publishPageArn", "p-1").status).toBe("FAILED");
    account.status.set("translator", 200);
    expect(account.redrive()).toMatchObject({ success: 1 });
    expect(account.execution("publishPageArn", "p-1").status).toBe("SUCCEEDED");
    const bodies = account.simulation.sqs.messages(account.output("publishedUrl")).map(({ body }) => body);
    expect(bodies).toEqual(['{"translated":"p-1"}']);
    expect(account.simulation.sqs.messages(account.output("spoolUrl"))).toEqual([]);
  });

  it("lets two in at once, and gets a place back from an execution that is stopped", () => {
    const account = new Account(program);
    account.simulation.internet.register("translator.example.com", () => {});
    const [first] = ["p-1", "p-2", "p-3"].map((path) => account.start("publishPageArn", path, { path }));
    account.run(20);
    const held = () => {
      const request = { TableName: account.output("slotsTable"), Key: { key: { S: "*" } } };
      const { Item } = account.simulation.call<{ Item?: { held: { N: string } } }>("dynamodb", "GetItem", request);
      return Item?.held.N;
    };
    expect(held()).toBe("2");
    account.simulation.call("states", "StopExecution", { executionArn: first ?? "" });
    account.run(40);
    expect(held()).toBe("2");
    account.run(60);
    account.simulation.call("states", "StopExecution", {
      executionArn: account.execution("publishPageArn", "p-3").arn,
    });
    account.run(120);
    expect(held()).toBe("0");
  });
});
