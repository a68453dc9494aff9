// Where the cycle tests run: all that they may know of it. One implementation drives the simulator, others an AWS endpoint.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SQSClient } from "@aws-sdk/client-sqs";

/** What the payment provider does with the calls for one order, one after the other; the last stays in force. */
export type ProviderAnswer = 200 | 402 | 429 | 503 | "slow" | "hang" | "chargeThenHang";

/** A charge in the provider's own ledger. */
export interface Charge {
  readonly order: string;
  readonly idempotencyKey: string;
}

/** The dependency, as the test controls it. */
export interface Provider {
  /** How it answers everybody from now on; orders with a script of their own excepted. */
  behave(answer: ProviderAnswer): Promise<void>;
  /** How it answers the calls for one order. */
  script(order: string, answers: readonly ProviderAnswer[]): Promise<void>;
  /** Every charge that it made; a repeated idempotency key charges once. */
  charges(): Promise<readonly Charge[]>;
  /** Calls that reached it for one order. */
  calls(order: string): Promise<number>;
  /** Calls that reached it for all orders. */
  attempts(): Promise<number>;
  /** How many slow answers it had under way at once, at most. */
  mostAtOnce(): Promise<number>;
}

export interface Execution {
  readonly name: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  readonly input: unknown;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Undefined while it runs. */
  readonly stoppedAt: number | undefined;
}

export interface QueueMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A request to an API of the program, signed where the backend looks at signatures. */
export interface ApiRequest {
  /** @default "GET" */
  readonly method?: string;
  /** As the program's outputs and the answers' `Location` have it, stage included. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The AWS SDK's clients, as a tool of the operator's own has them. */
export interface SdkClients {
  readonly dynamoDb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly stepFunctions: SFNClient;
}

/** How an invocation ended. */
export type Invocation = { readonly result: unknown } | { readonly error: string };

export interface FunctionCall {
  /** Such as "sqs.ReceiveMessage". */
  readonly name: string;
}

/** What only a simulated backend can do: break AWS itself, and let days pass. */
export interface Control {
  /** The AWS calls of a function's last invocation, in order. */
  lastCalls(functionName: string): readonly FunctionCall[];
  /** The function dies at its n-th call from now on, counted from 0: before the call leaves it, or after its effect. */
  crash(functionName: string, call: number, when: "crashBefore" | "crashAfter"): void;
  /** The function's n-th call from now on, counted from 0, takes effect and answers an error. */
  loseReply(functionName: string, call: number, error: { code: string; message: string; status?: number }): void;
  /** How many of the crashes and lost replies of single functions did not come about. */
  unusedFaults(): number;
  /** That many calls of this name answer an error; `after` means that they took effect all the same. */
  failCalls(
    name: string,
    times: number,
    effect: "before" | "after",
    error: { code: string; message: string; status?: number },
    /** Of this function alone. @default everybody's */
    functionName?: string,
  ): void;
  /** What AWS delivers by itself arrives at these times, in milliseconds late; [] is never. */
  deliver(kind: string, arrivals: readonly number[], times?: number): void;
  /** Lets time pass. */
  wait(milliseconds: number): Promise<void>;
  /** "OK", "ALARM" or "INSUFFICIENT_DATA". */
  alarmState(name: string): string;
  /** Printed lines of a function. */
  logs(functionName: string): readonly string[];
  /** The next invocations of a function end like this, whatever its handler would do. */
  failInvocations(functionName: string, times: number, fault: "crash" | "outOfMemory" | "throttle"): void;
  /** How often a function's code was started. */
  invocations(functionName: string): number;
  /** What a function is invoked with from now on, as text; the list grows. */
  payloads(functionName: string): readonly string[];
  /** The sum of a metric over the last hours. */
  metric(namespace: string, name: string, dimensions: Readonly<Record<string, string>>, hours?: number): number;
  /** What Logs Insights answers for a query over the log groups of functions: rows of text. */
  query(functionNames: readonly string[], query: string): readonly Readonly<Record<string, string>>[];
  /** What X-Ray was sent, and asked, on behalf of a function or a state machine: kinds of events such as "xray.Segment", sorted. */
  traced(name: string): readonly string[];
}

export interface Backend {
  /** The deployed program's outputs. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly provider: Provider;
  /** Undefined on an AWS endpoint. */
  readonly control: Control | undefined;
  readonly sdk: SdkClients;
  /** Milliseconds since the epoch, where the program runs. */
  now(): number;
  /** Sends requests to APIs of the program, all at the same time. */
  request(requests: readonly ApiRequest[]): Promise<readonly ApiAnswer[]>;
  /** Starts an execution and does not wait for it. */
  start(machine: string, name: string, input: unknown): Promise<void>;
  /** The executions of a machine, oldest first: what Step Functions itself says that it accepted. */
  executions(machine: string): Promise<readonly Execution[]>;
  stop(machine: string, name: string): Promise<void>;
  invoke(functionName: string, payload: unknown): Promise<Invocation>;
  /** Invokes several functions at the same time. */
  invokeTogether(calls: readonly { functionName: string; payload: unknown }[]): Promise<readonly Invocation[]>;
  /** Waits until nothing is under way. */
  quiet(): Promise<void>;
  /** Everything in a queue, visible or in flight. */
  messages(queueUrl: string): Promise<readonly QueueMessage[]>;
  /** @param group of a FIFO queue; the deduplication id is then new each time */
  send(queueUrl: string, body: string, attributes?: Readonly<Record<string, string>>, group?: string): Promise<void>;
  /** Invokes a function and does not wait for it. */
  invokeAsync(functionName: string, payload: unknown): Promise<void>;
  /** Puts an event on the default bus. */
  putEvent(source: string, detailType: string, detail: unknown): Promise<void>;
  publish(topicArn: string, message: string): Promise<void>;
  /** Puts items of texts into a table, one after the other. */
  putItems(tableName: string, items: readonly Readonly<Record<string, string | boolean>>[]): Promise<void>;
  /** Puts records into a Kinesis stream with one call, or as many as it takes, in this order. */
  putRecords(streamName: string, records: readonly { readonly key: string; readonly data: unknown }[]): Promise<void>;
  /** Changes the environment of a function that runs. */
  setEnvironment(functionName: string, variables: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}
