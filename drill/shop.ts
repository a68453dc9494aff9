// A bookshop that is drilled, deployed in a simulation of its own: calls of AWS, and what can be read from there.
import { type EvaluatedProgram, type JsonObject, Simulation } from "@respool/simulator";
import { Neighbours } from "./neighbours";

/** The outputs of a program by which the drill reaches it; those of the components alone may be missing. */
export interface ShopOutputs {
  readonly booksUrl: string;
  readonly booksFunctionName: string;
  readonly chargeCardArn: string;
  readonly chargeCardFunctionName: string;
  readonly orderStatusArn: string;
  readonly orderStatusFunctionName: string;
  readonly sendReceiptFunctionName: string;
  readonly ordersTableName: string;
  readonly indexOrderFunctionName: string;
  readonly orderEntriesStreamName: string;
  readonly auditOrdersFunctionName: string;
  readonly reserveStockQueueUrl: string;
  readonly reserveStockFunctionName: string;
  readonly shipOrderQueueUrl: string;
  readonly shipOrderFunctionName: string;
  readonly shipOrderDeadLettersUrl: string;
  readonly commandsTableName?: string;
  readonly reprocessFunctionName?: string;
  readonly spoolUrl?: string;
  readonly poisonUrl?: string;
  /** Of the program without components. */
  readonly reserveStockDeadLettersUrl?: string;
  readonly drainFunctionName?: string;
}

/** From the start of a simulation, a Monday at eight, to Friday evening: nobody will look before Monday morning. */
const week = (4 * 24 + 10) * 3_600_000;

/** What Lambda answers to an invocation. */
interface InvokeOutput {
  readonly FunctionError?: string;
  readonly Payload: string;
}

interface Execution {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  readonly output: unknown;
}

export class Shop {
  readonly simulation: Simulation;
  readonly neighbours: Neighbours;
  readonly outputs: ShopOutputs;

  constructor(program: EvaluatedProgram, seed: number) {
    this.simulation = new Simulation({ seed });
    this.simulation.redeploy(program);
    this.outputs = program.outputs as unknown as ShopOutputs;
    this.neighbours = new Neighbours(this.simulation);
    this.simulation.runFor(week);
  }

  call<Output = JsonObject>(service: string, action: string, input: JsonObject): Output {
    return this.simulation.call<Output>(service, action, input);
  }

  /** Asks the API for a path below its stage, without a signature. */
  get(path: string): { readonly status: number; readonly body: string } {
    const { status, body = "" } = this.simulation.http({ url: `${this.outputs.booksUrl}${path}` });
    return { status, body: body.toString() };
  }

  /** Invokes a function and waits for its result. */
  invoke<Result>(FunctionName: string, payload: JsonObject): Result {
    const output = this.call<InvokeOutput>("lambda", "Invoke", { FunctionName, Payload: JSON.stringify(payload) });
    if (output.FunctionError !== undefined) throw new Error(`${FunctionName} failed: ${output.Payload}`);
    return JSON.parse(output.Payload) as Result;
  }

  /** Messages in a queue, in flight included. */
  depth(queueUrl: string | undefined): number {
    return queueUrl === undefined ? 0 : this.simulation.sqs.messages(queueUrl).length;
  }

  /** The body of the first message in a queue. */
  sample(queueUrl: string | undefined): unknown {
    const [first] = queueUrl === undefined ? [] : this.simulation.sqs.messages(queueUrl);
    return first === undefined ? undefined : JSON.parse(first.body);
  }

  executions(machineArn: string): readonly Execution[] {
    return this.simulation.stepFunctions.executions(machineArn).map(({ name, status, output }) => ({
      name,
      arn: `${machineArn.replace(":stateMachine:", ":execution:")}:${name}`,
      status,
      output: output === undefined ? undefined : JSON.parse(output),
    }));
  }

  /** How often a function's code was started. */
  attempts(functionName: string): number {
    return this.simulation.events.all.filter(
      ({ kind, detail }) => kind === "lambda.Invocation" && detail.function === functionName,
    ).length;
  }

  /** Alarms that went off so far, by their names in the program, in order. */
  alarms(): readonly string[] {
    const off = this.simulation.events.all.filter(
      ({ kind, detail }) => kind === "cloudwatch.AlarmStateChange" && detail.to === "ALARM",
    );
    return [...new Set(off.map(({ detail }) => String(detail.alarm).replace(/-[0-9a-f]{7}$/, "")))];
  }
}
