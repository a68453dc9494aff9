// What happens outside of a state machine while it runs: somebody reads a queue and answers the task tokens in it.
import type { Json, JsonObject } from "../simulator/json";
import type { Outcome } from "../simulator/service";
import type { World } from "../simulator/world";
import type { ExternalActor } from "./conformanceCase";
import type { References } from "./references";

interface Answer {
  readonly taskToken: string;
  readonly output?: { readonly jsonOf: string } | { readonly literal: Json };
  readonly error?: string;
  readonly cause?: string | { readonly jsonOf: string };
}

interface Step {
  readonly sendTaskSuccess?: Answer;
  readonly sendTaskFailure?: Answer;
  readonly sendTaskHeartbeat?: Answer;
  readonly waitSeconds?: number;
  readonly repeat?: number;
  readonly steps?: readonly Step[];
  readonly doNothing?: true;
}

interface QueueActor {
  readonly queue: string;
  /** @default 1 */
  readonly pollEverySeconds?: number;
  /** @default 300 */
  readonly maxPolls?: number;
  readonly forEachMessage: readonly Step[];
}

/** The value at a path: `body.X` in the message's JSON, `json(body.X).Y` in JSON text inside of it. */
function valueAt(path: string, body: Json): Json {
  const inner = /^json\((.+)\)((?:\.\w+)*)$/.exec(path);
  if (inner !== null) return member(JSON.parse(String(valueAt(inner[1] as string, body))) as Json, inner[2] as string);
  if (!/^body(\.\w+)*$/.test(path)) throw new Error(`unknown path of an external actor: ${path}`);
  return member(body, path.slice("body".length));
}

function member(value: Json, path: string): Json {
  let current: Json = value;
  for (const name of path.split(".").filter((part) => part !== "")) {
    current = (current as JsonObject | null)?.[name] ?? null;
  }
  return current;
}

function textOf(value: { readonly jsonOf: string } | { readonly literal: Json } | string, body: Json): string {
  if (typeof value === "string") return value;
  return JSON.stringify("jsonOf" in value ? valueAt(value.jsonOf, body) : value.literal);
}

function answerInput({ taskToken, output, error, cause }: Answer, body: Json): JsonObject {
  return {
    taskToken: String(valueAt(taskToken, body)),
    ...(output === undefined ? {} : { output: textOf(output, body) }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause: textOf(cause, body) }),
  };
}

class QueueReader {
  private polls = 0;

  constructor(
    private readonly world: World,
    private readonly queueUrl: string,
    private readonly actor: QueueActor,
    private readonly once: boolean,
  ) {}

  poll(): void {
    const { pollEverySeconds = 1, maxPolls = 300 } = this.actor;
    if (this.polls >= maxPolls) return;
    this.polls += 1;
    this.call(
      "sqs",
      "ReceiveMessage",
      { QueueUrl: this.queueUrl, MaxNumberOfMessages: this.once ? 1 : 10 },
      (outcome) => {
        const messages = outcome.ok ? ((outcome.output.Messages ?? []) as readonly JsonObject[]) : [];
        this.take(messages, () => {
          if (this.once && messages.length > 0) return;
          this.later(pollEverySeconds, () => this.poll());
        });
      },
    );
  }

  private take([message, ...others]: readonly JsonObject[], done: () => void): void {
    if (message === undefined) {
      done();
      return;
    }
    const body = JSON.parse(String(message.Body)) as Json;
    const receipt = { QueueUrl: this.queueUrl, ReceiptHandle: message.ReceiptHandle };
    this.call("sqs", "DeleteMessage", receipt, () => {
      this.perform(this.actor.forEachMessage, body, () => this.take(others, done));
    });
  }

  private perform([step, ...others]: readonly Step[], body: Json, done: () => void): void {
    const next = () => this.perform(others, body, done);
    if (step === undefined) done();
    else if (step.sendTaskSuccess !== undefined) this.answer("SendTaskSuccess", step.sendTaskSuccess, body, next);
    else if (step.sendTaskFailure !== undefined) this.answer("SendTaskFailure", step.sendTaskFailure, body, next);
    else if (step.sendTaskHeartbeat !== undefined) this.answer("SendTaskHeartbeat", step.sendTaskHeartbeat, body, next);
    else if (step.waitSeconds !== undefined) this.later(step.waitSeconds, next);
    else if (step.repeat !== undefined) {
      const repeated = Array.from({ length: step.repeat }, () => step.steps ?? []).flat();
      this.perform([...repeated, ...others], body, done);
    } else next();
  }

  private answer(action: string, answer: Answer, body: Json, next: () => void): void {
    this.call("states", action, answerInput(answer, body), next);
  }

  private call(service: string, action: string, input: JsonObject, reply: (outcome: Outcome) => void): void {
    this.world.gateway.call({ service, action, input, principal: { kind: "operator" } }, reply);
  }

  /** In the background: an actor alone keeps nothing busy. */
  private later(seconds: number, run: () => void): void {
    this.world.clock.after(seconds * 1000, run, { background: true });
  }
}

/** Starts every actor of a case; they stop by themselves. */
export function startActors(world: World, actors: readonly ExternalActor[], references: References): void {
  for (const actor of actors) {
    if (actor.actor === "setup") continue;
    if (actor.actor !== "sqs-poller" && actor.actor !== "sqs-once") throw new Error(`unknown actor ${actor.actor}`);
    const reading = actor as unknown as QueueActor;
    const queueUrl = references.text(`\${Queue:${reading.queue}}.url`);
    new QueueReader(world, queueUrl, reading, actor.actor === "sqs-once").poll();
  }
}
