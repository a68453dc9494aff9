// Plays a scenario on the simulator, and brings it to an end: the faults stop, and operators redrive until nothing moves.
import {
  AwsError,
  type Call,
  type CallFault,
  type EvaluatedProgram,
  type InvocationFault,
  type JsonObject,
  Simulation,
} from "@respool/simulator";
import { childCommandId } from "../../../handlers/commands/ids";
import type { CommandStatus } from "../../../handlers/commands/status";
import { Clients } from "./clients";
import { MoodyProvider } from "./provider";
import { type CallFaultName, chaosSeconds, type FunctionName, type Scenario, type Trouble } from "./scenario";

const second = 1_000;
const minute = 60 * second;
const providerHost = "payments.example";

export interface Outputs {
  readonly functions: Readonly<Record<FunctionName, string>>;
  readonly shopUrl: string;
  readonly queueUrl: string;
  readonly stockQueueUrl: string;
  readonly shipMachine: string;
  readonly tableName: string;
  readonly ledgerName: string;
  readonly spoolUrl: string;
  readonly poisonUrl: string;
}

const callFaults: Readonly<Record<CallFaultName, CallFault>> = {
  throttle: { kind: "errorBefore", error: new AwsError("ThrottlingException", "Rate exceeded", 400) },
  "error before": { kind: "errorBefore", error: new AwsError("InternalServerError", "try again", 500) },
  "error after": { kind: "errorAfter", error: new AwsError("InternalServerError", "try again", 500) },
  latency: { kind: "latency", milliseconds: 8 * second },
  "long latency": { kind: "latency", milliseconds: 100 * second },
  "crash before": { kind: "crashBefore" },
  "crash after": { kind: "crashAfter" },
};

export class CommandFaultsWorld {
  readonly simulation: Simulation;
  readonly outputs: Outputs;
  readonly provider = new MoodyProvider();
  readonly clients: Clients;
  private readonly mends: (() => void)[] = [];

  constructor(
    program: EvaluatedProgram,
    private readonly scenario: Scenario,
  ) {
    this.simulation = new Simulation({ seed: scenario.seed });
    this.simulation.redeploy(program);
    this.outputs = program.outputs as unknown as Outputs;
    this.simulation.internet.register(providerHost, (request, reply) => this.provider.answer(request, reply));
    const { shopUrl, queueUrl, functions } = this.outputs;
    this.clients = new Clients(this.simulation, { shopUrl, queueUrl, adminFunction: functions.admin });
  }

  /** Runs the scenario; afterwards everything works again, and every client was told something. */
  play(): void {
    const { asked, troubles, redrives } = this.scenario;
    const { simulation, clients } = this;
    const begin = simulation.clock.now;
    const at = (seconds: number, run: () => void) => simulation.clock.at(begin + seconds * second, run);
    for (const trouble of troubles) at(trouble.at, () => this.break(trouble));
    asked.forEach((each, index) => {
      const order = `order-${index}`;
      at(each.at, () => clients.ask(order, each));
      const { again, cancel } = each;
      // Without a key, or an id that is made of the order, it would be another command for the same order.
      if (again !== undefined && (each.keyed || each.by === "message"))
        at(each.at + again, () => clients.ask(order, each));
      if (cancel !== undefined) at(each.at + cancel, () => clients.cancel(order));
    });
    for (const { at: when, runs, rejected, edits } of redrives) {
      at(when, () => {
        const { edit, reprocess } = this.outputs.functions;
        for (let run = 0; run < runs; run++) this.invokeSoon(reprocess, { includeRejected: rejected });
        if (edits) for (const request of this.edits()) this.invokeSoon(edit, request);
      });
    }
    simulation.runFor(chaosSeconds * second);
    for (const mend of this.mends) mend();
    this.provider.mood = undefined;
    simulation.runWhile(() => clients.waiting > 0, simulation.clock.now + 60 * minute);
    if (clients.waiting > 0) throw new Error("a client has not been told anything for an hour");
  }

  /** Waits until nothing is under way. */
  rest(): void {
    this.quiet();
    this.invoke(this.outputs.functions.reconcile, {});
    // What a run that died holds is visible again by then.
    this.simulation.runFor(17 * minute);
    this.quiet();
  }

  /** Redrives until a run changes nothing any more. */
  settle(request: { readonly includeRejected?: boolean } = {}): void {
    let before = "";
    for (let run = 0; run < 30; run++) {
      this.rest();
      const { success = 0 } = this.invoke(this.outputs.functions.reprocess, request);
      this.quiet();
      const now = JSON.stringify([this.lying(), success]);
      if (success === 0 && now === before) return;
      before = now;
    }
    throw new Error("after thirty runs there is still something that moves");
  }

  /** Mends the data of what can never be done, each by two operators at once. */
  mendData(): void {
    const { simulation, outputs } = this;
    for (const request of this.edits()) {
      for (let operator = 0; operator < 2; operator++) this.invokeSoon(outputs.functions.edit, request);
      simulation.runUntilQuiet();
      // One of them may have hidden the record from the other.
      simulation.runFor(17 * minute);
    }
  }

  private edits(): readonly JsonObject[] {
    const invalid = this.clients.told.filter(({ asked }) => asked.data === "invalid");
    const soldOut = this.clients.told.filter(({ asked }) => asked.data === "sold out");
    const how = { by: "test", includeRejected: true, poison: true };
    const requests = [
      ...invalid.map(({ id, order }) => ({
        ...how,
        id,
        source: "orders",
        patch: [{ op: "replace", path: "/order", value: order }],
      })),
      ...soldOut.map(({ id }) => ({
        ...how,
        id: childCommandId(id, "stock", "reserveStock"),
        source: "stock",
        patch: [{ op: "replace", path: "/sold", value: false }],
      })),
    ];
    return [...new Map(requests.map((request) => [request.id, request])).values()];
  }

  /** Bodies of the messages in spool and poison queue. */
  lying(): { readonly spool: readonly string[]; readonly poison: readonly string[] } {
    const bodies = (url: string) => this.simulation.sqs.messages(url).map(({ body }) => body);
    return { spool: bodies(this.outputs.spoolUrl), poison: bodies(this.outputs.poisonUrl) };
  }

  /** What a client is told that asks how a command is; undefined where there is none. */
  status(id: string): CommandStatus | undefined {
    const url = `${this.outputs.shopUrl}/commands/${id}`;
    const { status, body } = this.simulation.http({ url, principal: { kind: "operator" } });
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`${url}: ${status} ${body}`);
    return JSON.parse(String(body)) as CommandStatus;
  }

  private quiet(): void {
    const { simulation, outputs } = this;
    const end = simulation.clock.now + 6 * 60 * minute;
    simulation.runUntilQuiet();
    while ([outputs.queueUrl, outputs.stockQueueUrl].some((url) => simulation.sqs.messages(url).length > 0)) {
      if (simulation.clock.now > end) throw new Error("a queue has not been worked off for six hours");
      simulation.runFor(5 * second);
      simulation.runUntilQuiet();
    }
  }

  private invoke(FunctionName: string, payload: object): { readonly success?: number } {
    const { FunctionError, Payload } = this.simulation.call<{ FunctionError?: string; Payload: string }>(
      "lambda",
      "Invoke",
      { FunctionName, Payload: JSON.stringify(payload) },
    );
    if (FunctionError !== undefined) throw new Error(`${FunctionName}: ${Payload}`);
    return (JSON.parse(Payload) ?? {}) as { success?: number };
  }

  private invokeSoon(FunctionName: string, request: JsonObject): void {
    const input = { FunctionName, Payload: JSON.stringify(request) };
    const call = { service: "lambda", action: "Invoke", input, principal: { kind: "operator" } } as const;
    this.simulation.gateway.call(call, () => undefined);
  }

  private break(trouble: Trouble): void {
    const { faults, clock } = this.simulation;
    switch (trouble.what) {
      case "provider": {
        const { mood, seconds } = trouble;
        this.provider.mood = mood;
        clock.after(seconds * second, () => {
          if (this.provider.mood === mood) this.provider.mood = undefined;
        });
        return;
      }
      case "delivery": {
        const { kind, skip, times } = trouble;
        const arrivals = trouble.arrivals.map((late) => late * second);
        this.mends.push(faults.intoDeliveries({ when: (delivery) => delivery.kind === kind, arrivals, skip, times }));
        return;
      }
      case "out of memory":
      case "death":
      case "no concurrency": {
        const { after, of, times } = trouble;
        const fault: InvocationFault =
          trouble.what === "no concurrency"
            ? { kind: "throttle" }
            : { kind: trouble.what === "death" ? "crash" : "outOfMemory", after };
        const name = this.outputs.functions[of];
        this.mends.push(faults.intoInvocations({ when: ({ functionName }) => functionName === name, fault, times }));
        return;
      }
      default: {
        const { what, skip, times } = trouble;
        this.mends.push(faults.intoCalls({ when: this.callsOf(trouble), fault: callFaults[what], skip, times }));
      }
    }
  }

  private callsOf({ what, call: wanted, of }: Extract<Trouble, { readonly call: string }>) {
    const crashes = what === "crash before" || what === "crash after";
    const name = of === "anybody" ? undefined : this.outputs.functions[of];
    return ({ service, action, origin }: Call) =>
      (wanted === "any" || wanted === `${service}.${action}`) &&
      (name === undefined || origin?.functionName === name) &&
      // Only functions die.
      (!crashes || origin !== undefined);
  }
}
