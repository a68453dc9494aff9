// References in a case, such as `${Queue:q1}.url`, and the other values that stand for something of the run.
import type { Json, JsonObject } from "../simulator/json";

const kinds = ["Function", "Queue", "Table", "Topic", "Bucket", "StateMachine", "Activity"] as const;
type Kind = (typeof kinds)[number];

const reference = /\$\{(\w+):(\w+)\}(\.arn|\.url|\.name)?/g;
const now = /\$\{Now(?:\+(\d+)d)?\}/g;
const inputReference = /\$\{input\.([\w.]+)\}/g;
const day = 24 * 3600 * 1000;

export interface Account {
  readonly accountId: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The name of a case's resource. No other text of a case contains it, so that it can be replaced everywhere. */
export function resourceName(kind: string, key: string, fifo = false): string {
  return `conformance-${kind}-${key}${fifo ? ".fifo" : ""}`;
}

function resourceArn(kind: Kind, name: string, { accountId, region }: Account): string {
  const parts: Record<Kind, readonly [service: string, resource: string]> = {
    Function: ["lambda", `function:${name}`],
    Queue: ["sqs", name],
    Table: ["dynamodb", `table/${name}`],
    Topic: ["sns", name],
    Bucket: ["s3", name],
    StateMachine: ["states", `stateMachine:${name}`],
    Activity: ["states", `activity:${name}`],
  };
  const [service, resource] = parts[kind];
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/** Resolves the references of one case. */
export class References {
  /** @param fifo the keys of its FIFO queues and topics, whose names end in ".fifo" */
  constructor(
    private readonly account: Account,
    private readonly fifo: ReadonlySet<string>,
    private readonly input: Json | undefined,
  ) {}

  /** The URL of a queue, the ARN of a state machine: what an API wants of it. */
  text(value: string): string {
    return value
      .replace(reference, (whole, kind: string, key: string, suffix?: string) => {
        if (!(kinds as readonly string[]).includes(kind)) throw new Error(`unknown reference ${whole}`);
        const name = resourceName(kind, key, this.fifo.has(key));
        if (suffix === ".arn") return resourceArn(kind as Kind, name, this.account);
        if (suffix === ".url") return this.queueUrl(name);
        return name;
      })
      .replace(now, (_whole, days?: string) => this.time(Number(days ?? 0)))
      .replace(inputReference, (_whole, path: string) => this.ofInput(path));
  }

  /** A document, with `{"$repeat": {text, times}}` written out. */
  resolve(value: Json | undefined): Json {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((element) => this.resolve(element as Json));
    if (typeof value !== "object" || value === null) return value ?? null;
    const repeat = (value as JsonObject).$repeat as { text: string; times: number } | undefined;
    if (repeat !== undefined) return repeat.text.repeat(repeat.times);
    return Object.fromEntries(
      Object.entries(value as JsonObject).map(([key, element]) => [this.text(key), this.resolve(element)]),
    );
  }

  private queueUrl(name: string): string {
    return `https://sqs.${this.account.region}.amazonaws.com/${this.account.accountId}/${name}`;
  }

  private time(days: number): string {
    return new Date(this.account.now + days * day).toISOString().slice(0, 19);
  }

  private ofInput(path: string): string {
    let value: unknown = this.input;
    for (const name of path.split(".")) value = (value as Record<string, unknown> | undefined)?.[name];
    return this.text(String(value));
  }
}
