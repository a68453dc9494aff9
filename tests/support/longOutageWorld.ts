// A simulation of the program with all ways in which failed work can wait, for outages of months.
import type { NewResource } from "@respool/simulator";
import { day, hour } from "../cycle/cycleCase";
import { cycleProgram } from "./cycleProgram";
import { type SimulatorBackend, simulatorBackend } from "./simulatorBackend";

/** How work may fail and wait: the machines of tests/cycle/program/longOutage.ts. */
export const machines = ["restart", "held", "guarded", "bare", "park", "resumed", "parked"] as const;
export type Machine = (typeof machines)[number];

const leavingOut = (names: RegExp) => (resource: NewResource) => (names.test(resource.name) ? undefined : resource);

/** Nothing redrives by itself; renewer and reconciler keep their schedules. */
export const untouched = leavingOut(/^(reprocess-schedule|sweep-schedule|recover-on-)/);

/** The reprocess function every day, and an AutoRedrive every three days. */
export const scheduled = leavingOut(/^recover-on-/);

/** An AutoRedrive that starts when the circuit breaker opens, and probes until it is closed. */
export const probed = leavingOut(/^(reprocess-schedule|sweep-schedule)/);

/** As `untouched`; renewer and reconciler run as seldom as they may, since a year is long. */
export function everyFourDays(resource: NewResource): NewResource | undefined {
  const { scheduleExpression } = resource.inputs as { readonly scheduleExpression?: string };
  if (scheduleExpression === undefined || untouched(resource) === undefined) return untouched(resource);
  return { ...resource, inputs: { ...resource.inputs, scheduleExpression: "rate(4 days)" } };
}

/** The program in a simulation of its own. */
export class World {
  readonly backend: SimulatorBackend;

  private constructor(backend: SimulatorBackend) {
    this.backend = backend;
  }

  static async deploy(change?: (resource: NewResource) => NewResource | undefined): Promise<World> {
    return new World(simulatorBackend(await cycleProgram("longOutage.ts"), { change }));
  }

  output(name: string): string {
    const value = this.backend.outputs[name];
    if (value === undefined) throw new Error(`the program has no output ${name}`);
    return value;
  }

  start(machine: Machine, order: string): Promise<void> {
    return this.backend.start(this.output(`${machine}Machine`), order, { order });
  }

  async days(count: number): Promise<void> {
    this.backend.simulation.runFor(count * day);
  }

  /** Why each message lies in the poison queue. */
  async reasons(): Promise<unknown[]> {
    const poisoned = await this.poisoned();
    return poisoned.map(({ attributes }) => (JSON.parse(attributes.respool ?? "{}") as { reason?: unknown }).reason);
  }

  spooled() {
    return this.backend.messages(this.output("spoolUrl"));
  }

  poisoned() {
    return this.backend.messages(this.output("poisonUrl"));
  }

  /** Of the spool: `age`, `depth`, `poison` or `resumable`. */
  alarm(name: string): string {
    return this.backend.control.alarmState(`spool-${name}`);
  }

  async charged(): Promise<string[]> {
    return (await this.backend.provider.charges()).map(({ order }) => order).sort();
  }

  /** Statuses of all executions that are no redrives, each once. */
  async statuses(ways: readonly Machine[]): Promise<string[]> {
    const all = await Promise.all(ways.map((machine) => this.backend.executions(this.output(`${machine}Machine`))));
    return [...new Set(all.flat().map(({ status }) => status))];
  }

  /** How often so far. @param kind such as "sqs.SendMessage" */
  count(kind: string): number {
    return this.backend.simulation.events.all.filter((event) => event.kind === kind).length;
  }

  /** Redrives everything, run after run, as an operator would. */
  async redrive(): Promise<void> {
    for (let run = 0; run < 12; run++) {
      await this.backend.invoke(this.output("reprocessFunction"), { max: 100 });
      this.backend.simulation.runFor(hour);
    }
  }
}

/**
 * Work that fails in these ways, and behind the launcher. The first step of workflows, the reservation, works all the time.
 *
 * @returns what is to be charged, once each
 */
export async function failIn(world: World, ways: readonly Machine[]): Promise<string[]> {
  const { backend } = world;
  await backend.provider.behave(503);
  const charges: string[] = [];
  for (const machine of ways) {
    for (const number of [1, 2]) {
      const order = `${machine}-${number}`;
      await backend.provider.script(`${order}-reserve`, [200]);
      await world.start(machine, order);
      const isWorkflow = machine === "resumed" || machine === "parked";
      charges.push(order, ...(isWorkflow ? [`${order}-reserve`, `${order}-ship`] : []));
      backend.simulation.runFor(10_000);
    }
  }
  await backend.invokeAsync(world.output("notifyFunction"), { order: "notify-1" });
  await backend.send(world.output("queueUrl"), JSON.stringify({ order: "queued-1" }));
  backend.simulation.runFor(hour);
  return [...charges, "notify-1", "queued-1"].sort();
}
