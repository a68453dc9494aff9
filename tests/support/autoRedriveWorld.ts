// A simulation of the program with automatic redrives: work that failed, a dependency with five slots, and what runs came to.
import type { JsonObject, NewResource } from "@respool/simulator";
import { cycleProgram } from "./cycleProgram";
import { type SimulatorBackend, simulatorBackend } from "./simulatorBackend";

/** A dependency that works on so many calls at once; the others wait, as before a semaphore. */
class SlotProvider {
  status = 200;
  /** Of a single order; the others get `status`. */
  readonly statusOf = new Map<string, number>();
  readonly charged: string[] = [];
  readonly calls = new Map<string, number>();
  mostAtOnce = 0;
  private working = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly backend: SimulatorBackend,
    private readonly slots: number,
    public seconds: number,
  ) {
    backend.simulation.internet.register("payments.example", (request, reply) => {
      const { order } = JSON.parse(request.body.toString("utf8")) as { order: string };
      this.calls.set(order, (this.calls.get(order) ?? 0) + 1);
      this.enter(() => {
        const status = this.statusOf.get(order) ?? this.status;
        if (status === 200) this.charged.push(order);
        reply({ status, headers: { "content-type": "application/json" }, body: "{}" });
      });
    });
  }

  get waitingCalls(): number {
    return this.waiting.length + this.working;
  }

  private enter(done: () => void): void {
    if (this.working >= this.slots) {
      this.waiting.push(() => this.work(done));
      return;
    }
    this.work(done);
  }

  private work(done: () => void): void {
    this.working++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.working);
    this.backend.simulation.clock.after(this.seconds * 1000, () => {
      this.working--;
      done();
      this.waiting.shift()?.();
    });
  }
}

export interface RunExecution {
  readonly name: string;
  readonly status: string;
  readonly output: Record<string, unknown> | undefined;
  readonly cause: string | undefined;
  readonly startedAt: number;
  readonly stoppedAt: number | undefined;
}

/** Changes the configuration of the functions that decide. */
function withRounds(resource: NewResource, rounds: number): NewResource {
  const { environment } = resource.inputs as { environment?: { variables?: Record<string, string> } };
  const config = JSON.parse(environment?.variables?.RESPOOL_CONFIG ?? "{}") as { rounds?: number };
  if (config.rounds === undefined) return resource;
  const RESPOOL_CONFIG = JSON.stringify({ ...config, rounds });
  const variables = { ...environment?.variables, RESPOOL_CONFIG };
  return { ...resource, inputs: { ...resource.inputs, environment: { variables } } };
}

/** Deploys the program into a new simulation. */
export async function autoRedriveWorld(
  options: {
    /** Calls that the dependency works on at once. @default 5 */
    readonly slots?: number;
    /** How long a call takes. @default 1 */
    readonly seconds?: number;
    /** After so many rounds another execution goes on. @default the component's */
    readonly rounds?: number;
  } = {},
) {
  const backend = simulatorBackend(await cycleProgram("autoRedrive.ts"), {
    change: (resource) => (options.rounds === undefined ? resource : withRounds(resource, options.rounds)),
  });
  const { simulation, outputs } = backend;
  const provider = new SlotProvider(backend, options.slots ?? 5, options.seconds ?? 1);
  const output = (name: string) => outputs[name] ?? "";
  const world = {
    backend,
    simulation,
    provider,
    output,
    /** So much work fails, and lies in the spool. */
    async fail(count: number): Promise<void> {
      const { seconds } = provider;
      Object.assign(provider, { status: 503, seconds: 0 });
      for (let at = 0; at < count; at++) {
        await backend.start(output("chargeMachine"), `order-${at}`, { order: `order-${at}` });
        if (at % 100 === 99) simulation.runFor(2_000);
      }
      await backend.quiet();
      Object.assign(provider, { status: 200, seconds });
      provider.calls.clear();
      simulation.runFor(2_000);
    },
    start(name: string, input: unknown = {}, machine = "recoverMachine"): Promise<void> {
      return backend.start(output(machine), name, input);
    },
    async runs(machine = "recoverMachine"): Promise<readonly RunExecution[]> {
      return (await backend.executions(output(machine))) as unknown as readonly RunExecution[];
    },
    /** The report of a run, once nothing is under way. */
    async report(name: string, machine = "recoverMachine"): Promise<Record<string, unknown>> {
      await backend.quiet();
      const run = (await world.runs(machine)).find((execution) => execution.name === name);
      if (run?.output === undefined) throw new Error(`${name} ${run?.status}: ${run?.cause}`);
      return run.output;
    },
    progress(table = "recoverTable"): Record<string, string> {
      const input = { TableName: output(table), Key: { key: { S: "run" } } };
      const { Item = {} } = simulation.call<{ Item?: Record<string, { S?: string; N?: string }> }>(
        "dynamodb",
        "GetItem",
        input as unknown as JsonObject,
      );
      return Object.fromEntries(Object.entries(Item).map(([key, { S, N }]) => [key, S ?? N ?? ""]));
    },
    /** Writes the circuit breaker's item. */
    breaker(phase: "open" | "closed", retryInSeconds = 0): void {
      const retryAt = String(Math.floor(simulation.clock.now / 1000) + retryInSeconds);
      const Item = { key: { S: "breaker" }, phase: { S: phase }, retryAt: { N: retryAt } };
      simulation.call("dynamodb", "PutItem", { TableName: output("breakerTable"), Item });
    },
    /** Tells of the circuit breaker's change. */
    async breakerEvent(phase: "open" | "closed"): Promise<void> {
      const detail = {
        breaker: "payments",
        table: output("breakerTable"),
        phase,
        epoch: 1,
        reason: "failures",
        at: "",
      };
      await backend.putEvent("respool.breaker", "Circuit Breaker State Change", detail);
    },
    async spooled(): Promise<number> {
      return (await backend.messages(output("spoolUrl"))).length;
    },
  };
  return world;
}
