// A simulated account with the counted program in it, and what a piece of work comes to there.
import { type EvaluatedProgram, type JsonObject, Simulation } from "@respool/simulator";
import type { Usage } from "./usage";

/** What the library's functions do: those of an AutoRedrive and a ReprocessFunction. */
export interface FunctionUsage {
  readonly invocations: number;
  readonly queueRequests: number;
  readonly writes: number;
  readonly reads: number;
}

interface Outputs {
  readonly machines: Readonly<Record<string, string>>;
  readonly reprocessFunction: string;
  readonly recoverArn: string;
  readonly controlArn: string;
  readonly slotsTable: string;
}

const second = 1000;
const hour = 3600 * second;

/** One account: nothing of one case is left in another. */
export class Account {
  /** Of the provider. */
  status = 200;
  /** Of its next answers, before that. */
  statuses: number[] = [];
  /** That it was asked. */
  calls = 0;
  readonly simulation = new Simulation();
  private readonly outputs: Outputs;
  private readonly machines = { writes: 0, reads: 0, messages: 0, events: 0 };
  private readonly functions = { invocations: 0, queueRequests: 0, writes: 0, reads: 0 };

  constructor(program: EvaluatedProgram) {
    this.simulation.redeploy(program);
    this.outputs = program.outputs as unknown as Outputs;
    this.simulation.internet.register("payments.example", (_request, reply) => {
      this.calls += 1;
      reply({ status: this.statuses.shift() ?? this.status });
    });
    this.simulation.events.listen(({ kind, detail }) => this.count(kind, detail.caller as string | undefined));
  }

  /** What the state machine's executions use while something happens. */
  usage(machine: string, happens: () => void): Usage {
    const transitions = () =>
      this.simulation.stepFunctions.executions(this.arn(machine)).reduce((sum, one) => sum + one.stateTransitions, 0);
    const [before, entered] = [{ ...this.machines }, transitions()];
    happens();
    return { ...since(before, this.machines), transitions: transitions() - entered };
  }

  /** What functions use while something happens. */
  functionUsage(happens: () => void): FunctionUsage {
    const before = { ...this.functions };
    happens();
    return since(before, this.functions);
  }

  /** Starts an execution, and waits until it has ended or waits. */
  work(machine: string, order = "order-1", seconds = 60): void {
    const stateMachineArn = this.arn(machine);
    const input = JSON.stringify({ order });
    this.simulation.call("states", "StartExecution", { stateMachineArn, name: order, input });
    this.run(seconds);
  }

  run(seconds: number): void {
    this.simulation.runFor(seconds * second);
  }

  /** Redrives all that waits. */
  redrive(): void {
    this.run(5);
    const request = { FunctionName: this.outputs.reprocessFunction, Payload: JSON.stringify({ max: 1000 }) };
    const { Payload } = this.simulation.call<{ Payload: string }>("lambda", "Invoke", request);
    const { success } = JSON.parse(Payload) as { success: number };
    if (success === 0) throw new Error(`nothing was redriven: ${Payload}`);
    this.run(60);
  }

  /** A run of the AutoRedrive, to its end. */
  recover(): Record<string, unknown> {
    const stateMachineArn = this.outputs.recoverArn;
    this.simulation.call("states", "StartExecution", { stateMachineArn, name: "run", input: "{}" });
    this.simulation.runUntilQuiet(24 * hour);
    const [run] = this.simulation.stepFunctions.executions(stateMachineArn);
    return JSON.parse(run?.output ?? "{}") as Record<string, unknown>;
  }

  control(action: "open" | "close"): void {
    const stateMachineArn = this.outputs.controlArn;
    this.simulation.call("states", "StartExecution", { stateMachineArn, input: JSON.stringify({ action }) });
    this.run(5);
  }

  /** Somebody else has the semaphore's only place. */
  takePlace(): void {
    const expires = { N: String(Math.floor(this.simulation.clock.now / second) + 86_400) };
    const Item: JsonObject = { key: { S: "*" }, held: { N: "1" }, "other:order-0#0#Acquire#then": expires };
    this.simulation.call("dynamodb", "PutItem", { TableName: this.outputs.slotsTable, Item });
  }

  freePlace(): void {
    this.simulation.call("dynamodb", "DeleteItem", { TableName: this.outputs.slotsTable, Key: { key: { S: "*" } } });
  }

  private arn(machine: string): string {
    if (machine === "recover") return this.outputs.recoverArn;
    const arn = this.outputs.machines[machine];
    if (arn === undefined) throw new Error(`the program has no state machine ${machine}`);
    return arn;
  }

  /** State machines call as their roles, functions by their names. */
  private count(kind: string, caller: string | undefined): void {
    const { machines, functions } = this;
    if (kind === "lambda.Invocation") functions.invocations += 1;
    if (caller === undefined || caller === "operator") return;
    const counts = caller.startsWith("arn:") ? machines : functions;
    if (kind === "dynamodb.UpdateItem") counts.writes += 1;
    if (kind === "dynamodb.GetItem") counts.reads += 1;
    if (counts === functions && /^sqs\.[A-Z]/.test(kind)) functions.queueRequests += 1;
    if (counts === machines && kind === "sqs.SendMessage") machines.messages += 1;
    if (counts === machines && kind === "events.PutEvents") machines.events += 1;
  }
}

function since<Counts extends Readonly<Record<string, number>>>(before: Counts, now: Counts): Counts {
  const entries = Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)]);
  return Object.fromEntries(entries) as Counts;
}
