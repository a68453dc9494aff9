// Task tokens: how somebody outside answers a task that waits (API Reference: SendTaskSuccess, SendTaskFailure,
// SendTaskHeartbeat).
import { AwsError } from "../../service";
import type { World } from "../../world";
import { validation } from "./errors";
import type { Failure } from "./failure";
import { Payload, payloadLimit } from "./payload";

/** A task that waits. */
export interface WaitingTask {
  readonly stateMachineArn: string;
  succeeded(output: Payload): void;
  failed(failure: Failure): void;
  heartbeat(): void;
}

/** What every token begins with: nothing else can be one. */
const prefix = "AQCoAAAAKgAAAAMAAAAAAAAAA";

const longest = { token: 2048, error: 256, cause: 32_768 };

function checkedOutput(text: string | undefined): Payload {
  if (text === undefined) throw validation("output", null, "not be null");
  const payload = new Payload(text);
  if (payload.exceedsLimit) throw validation("output", text, `have length less than or equal to ${payloadLimit}`);
  try {
    void payload.value;
  } catch {
    throw new AwsError("InvalidOutput", "Invalid Output: 'it is not valid JSON'");
  }
  return payload;
}

function checkLength(field: "error" | "cause", value: string | undefined): void {
  const most = longest[field];
  if (value !== undefined && value.length > most) {
    throw validation(field, value, `have length less than or equal to ${most}`);
  }
}

export class TaskTokens {
  private readonly open = new Map<string, WaitingTask | undefined>();
  /** With the state machine that waited: a token tells whose it is also when nobody waits any more. */
  private readonly closed = new Map<string, string | undefined>();

  constructor(private readonly world: Pick<World, "random">) {}

  /** A new token, for a task that is about to begin. */
  issue(): string {
    const token = `${prefix}${this.world.random.hex(64)}`;
    this.open.set(token, undefined);
    return token;
  }

  /** The task of a token waits now. */
  wait(token: string, task: WaitingTask): void {
    this.open.set(token, task);
  }

  /** Nobody waits any more: later answers fail with TaskTimedOut. */
  close(token: string): void {
    const arn = this.open.get(token)?.stateMachineArn;
    if (this.open.delete(token)) this.closed.set(token, arn);
  }

  /** The state machine that waits, or waited; undefined when the token is not one of these. */
  stateMachineArn(token = ""): string | undefined {
    return this.open.get(token)?.stateMachineArn ?? this.closed.get(token);
  }

  sendSuccess(token: string | undefined, output: string | undefined): void {
    const task = this.find(token);
    task.succeeded(checkedOutput(output));
  }

  sendFailure(token: string | undefined, error: string | undefined, cause: string | undefined): void {
    checkLength("error", error);
    checkLength("cause", cause);
    const task = this.find(token);
    task.failed({ ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) });
  }

  sendHeartbeat(token: string | undefined): void {
    this.find(token).heartbeat();
  }

  private find(token: string | undefined): WaitingTask {
    if (token === undefined || token.length < 1) throw validation("taskToken", token ?? null, "not be null");
    if (token.length > longest.token) {
      throw validation("taskToken", token, `have length less than or equal to ${longest.token}`);
    }
    const task = this.open.get(token);
    if (task !== undefined) return task;
    if (this.closed.has(token)) {
      throw new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
  }
}
