// The stage on the simulator: the sample program deployed in virtual time, with a payment provider beside it.
import { join } from "node:path";
import { type JsonObject, Simulation, type SimulationEvent } from "@respool/simulator";
import type { ReprocessRequest, ReprocessResult } from "../handlers/reprocess/request";
import type { HostedProvider, ProviderSurroundings } from "./hostedProvider";
import { LimitedProvider } from "./limitedProvider";
import type { Order } from "./orders";
import { SimulatedProvider } from "./simulatedProvider";
import type { BreakerPhase, Execution, ReprocessOutcome, Stage, StageEvent, StageOptions } from "./stage";

const providerHost = "payments.bookshop.example";
/** Everybody else is well: the demo's story is about the provider alone. */
const partnersHost = "partners.example";
const throttleWait = 1000;

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

function orderIdOf(input: string): string | undefined {
  const { orderId } = parsed(input) as { orderId?: unknown };
  return typeof orderId === "string" ? orderId : undefined;
}

interface InvokeOutput {
  readonly FunctionError?: string;
  readonly Payload: string;
}

function outcomeOf(output: InvokeOutput): ReprocessOutcome {
  return output.FunctionError === undefined
    ? (JSON.parse(output.Payload) as ReprocessResult)
    : { error: output.Payload };
}

/** The sample program, deployed. */
class SimulatedStage implements Stage {
  readonly provider: HostedProvider;
  private readonly listeners: ((event: StageEvent) => void)[] = [];

  constructor(
    private readonly simulation: Simulation,
    private readonly outputs: Readonly<Record<string, string>>,
    gentle: boolean,
  ) {
    const { clock, random, internet } = simulation;
    const surroundings: ProviderSurroundings = {
      now: () => clock.now,
      after: (delay, run) => void clock.after(delay, run),
      fraction: () => random.fraction(),
      onCall: (orderId, error) =>
        this.tell(
          error === undefined
            ? { kind: "charged", at: clock.now, orderId }
            : { kind: "attemptFailed", at: clock.now, orderId, error },
        ),
    };
    this.provider = gentle ? new LimitedProvider(surroundings) : new SimulatedProvider(surroundings);
    internet.register(providerHost, (request, reply) => this.provider.answer(request, reply));
    internet.register(partnersHost, (_request, reply) => reply({ status: 200, body: "{}" }));
    simulation.events.listen((event) => this.translate(event));
    if (gentle) this.watchTables();
  }

  now(): number {
    return this.simulation.clock.now;
  }

  at(time: number, run: () => void): void {
    this.simulation.clock.at(time, run);
  }

  runUntil(time: number): void {
    this.simulation.runUntil(time);
  }

  startOrder(order: Order): void {
    const { at: _offset, ...rest } = order;
    const input = { stateMachineArn: this.machine(), name: order.orderId, input: JSON.stringify(rest) };
    this.send("states", "StartExecution", input, (outcome) => {
      if (outcome.error === "ThrottlingException") this.at(this.now() + throttleWait, () => this.startOrder(order));
    });
  }

  redrive(request: ReprocessRequest, done: (outcome: ReprocessOutcome) => void): void {
    const input = { FunctionName: this.outputs.reprocessFunctionName, Payload: JSON.stringify(request) };
    this.send("lambda", "Invoke", input, ({ error, output }) =>
      done(error === undefined ? outcomeOf(output as unknown as InvokeOutput) : { error }),
    );
  }

  spoolDepth(): number {
    return this.simulation.sqs.messages(this.outputs.spoolUrl as string).length;
  }

  poisonDepth(): number {
    return this.simulation.sqs.messages(this.outputs.poisonUrl as string).length;
  }

  sampleRecord(): unknown {
    return parsed(this.simulation.sqs.messages(this.outputs.spoolUrl as string)[0]?.body);
  }

  executions(): readonly Execution[] {
    return this.simulation.stepFunctions.executions(this.machine()).map((execution) => ({
      name: execution.name,
      orderId: orderIdOf(execution.input),
      status: execution.status as Execution["status"],
      startedAt: execution.startedAt,
      endedAt: execution.stoppedAt,
      output: parsed(execution.output),
    }));
  }

  onEvent(listener: (event: StageEvent) => void): void {
    this.listeners.push(listener);
  }

  eventHash(): string {
    return this.simulation.events.hash();
  }

  private machine(): string {
    return this.outputs.chargeCardArn as string;
  }

  private send(
    service: string,
    action: string,
    input: JsonObject,
    done: (outcome: { error?: string; output?: JsonObject }) => void,
  ): void {
    this.simulation.gateway.call({ service, action, input, principal: { kind: "operator" } }, (outcome) =>
      done(outcome.ok ? { output: outcome.output } : { error: outcome.error.code }),
    );
  }

  private tell(event: StageEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private translate({ at, kind, detail }: SimulationEvent): void {
    if (kind === "cloudwatch.AlarmStateChange") {
      const name = String(detail.alarm);
      if (detail.to === "ALARM") this.tell({ kind: "alarm", at, name, state: "ALARM" });
      if (detail.to === "OK" && detail.from === "ALARM") this.tell({ kind: "alarm", at, name, state: "OK" });
    }
    if (kind !== "states.ExecutionStatus" || detail.status === "RUNNING") return;
    const ended = this.simulation.stepFunctions.execution(String(detail.execution));
    if (ended.machineArn !== this.machine()) return;
    const isSpooled = (parsed(ended.output) as { spooled?: boolean } | undefined)?.spooled === true;
    const orderId = orderIdOf(ended.input);
    if (isSpooled && orderId !== undefined) this.tell({ kind: "spooled", at, orderId });
  }

  /** The tables of the circuit breaker and of the redrive that runs by itself show what they do. */
  private watchTables(): void {
    const { dynamoDb } = this.simulation;
    dynamoDb.onChange(this.outputs.paymentBreakerTableName as string, ({ before, after }) => {
      const phase = after?.phase?.S as BreakerPhase | undefined;
      if (phase !== undefined && phase !== before?.phase?.S) this.tell({ kind: "breaker", at: this.now(), phase });
    });
    dynamoDb.onChange(this.outputs.recoverTableName as string, ({ after = {} }) => {
      const [window, started, succeeded, failedAgain] = ["window", "started", "succeeded", "failedAgain"].map((name) =>
        Number(after[name]?.N ?? 0),
      ) as [number, number, number, number];
      const [state, stoppedBecause] = [after.state?.S ?? "", after.stoppedBecause?.S];
      const progress = { state, window, started, succeeded, failedAgain, stoppedBecause };
      this.tell({ kind: "redrive", at: this.now(), ...progress });
    });
  }
}

/** Deploys the sample program into a new simulation. */
export async function createSimulatedStage({ seed, gentle }: StageOptions): Promise<Stage> {
  const simulation = new Simulation({ seed });
  const config = {
    paymentProviderUrl: `https://${providerHost}`,
    partnersUrl: `https://${partnersHost}`,
    fakePaymentProvider: "false",
    ...(gentle ? { gentle: "true" } : {}),
  };
  const { outputs } = await simulation.deploy({ directory: join(__dirname, ".."), config });
  return new SimulatedStage(simulation, outputs as Record<string, string>, gentle);
}
