// A semaphore around a team's own step, as a program deploys it: with the rights that its roles have, and EventBridge's own rule.
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type EvaluatedProgram, Simulation } from "../../../simulator";

let program: EvaluatedProgram;

beforeAll(async () => {
  const directory = join(__dirname, "..", "..", "..");
  program = await new Simulation().deploy({ directory, main: join(__dirname, "programs", "mutex.ts") });
}, 60_000);

class Account {
  private readonly simulation = new Simulation();

  constructor() {
    this.simulation.redeploy(program);
  }

  start(id: string): string {
    const input = JSON.stringify({ customer: { id } });
    const request = { stateMachineArn: String(program.outputs.workArn), input };
    return String(this.simulation.call("states", "StartExecution", request).executionArn);
  }

  stop(executionArn: string): void {
    this.simulation.call("states", "StopExecution", { executionArn });
  }

  run(seconds: number): void {
    this.simulation.runFor(seconds * 1000);
  }

  status(executionArn: string): unknown {
    return this.simulation.call("states", "DescribeExecution", { executionArn }).status;
  }

  held(id: string): number {
    const TableName = String(program.outputs.tableName);
    const request = { TableName, Key: { key: { S: id } }, ConsistentRead: true };
    const { Item } = this.simulation.call<{ Item?: { held: { N: string } } }>("dynamodb", "GetItem", request);
    return Number(Item?.held.N ?? 0);
  }

  releases(): readonly unknown[] {
    const stateMachineArn = String(program.outputs.releaseArn);
    const { executions } = this.simulation.call("states", "ListExecutions", { stateMachineArn });
    return (executions as readonly { readonly status: string }[]).map(({ status }) => status);
  }
}

describe("a step that works for a customer alone", () => {
  it("lets the next one in when the first has ended", () => {
    const account = new Account();
    const [first, second, other] = [account.start("a"), account.start("a"), account.start("b")];
    account.run(65);
    expect([account.status(first), account.status(second), account.status(other)]).toEqual([
      "SUCCEEDED",
      "RUNNING",
      "SUCCEEDED",
    ]);
    account.run(120);
    expect(account.status(second)).toBe("SUCCEEDED");
    expect([account.held("a"), account.held("b")]).toEqual([0, 0]);
    expect(account.releases()).toEqual([]);
  });

  it("gets its place back when it is stopped, as soon as nothing of it can run any more", () => {
    const account = new Account();
    const first = account.start("a");
    account.run(10);
    account.stop(first);
    account.run(28);
    expect(account.held("a")).toBe(1);
    account.run(10);
    expect(account.held("a")).toBe(0);
    expect(account.releases()).toEqual(["SUCCEEDED"]);
  });
});
