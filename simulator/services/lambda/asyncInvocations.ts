// Asynchronous invocation: Lambda's own queue, its two retries and its patience with throttles.
// See "Error handling for asynchronous invocations" in the Lambda developer guide.
import { AwsError } from "../../service";
import { arn, type World } from "../../world";
import type { InvocationResult } from "./executionEnvironment";

export interface AsyncConfiguration {
  /** 0 to 2. */
  readonly maximumRetryAttempts: number;
  /** Seconds, 60 to 21,600. */
  readonly maximumEventAge: number;
}

export const asyncDefaults: AsyncConfiguration = { maximumRetryAttempts: 2, maximumEventAge: 21_600 };

interface Event {
  readonly functionName: string;
  readonly requestId: string;
  readonly payload: string;
  readonly accepted: number;
  attempts: number;
  throttles: number;
}

export type Start = (
  functionName: string,
  requestId: string,
  payload: string,
  done: (result: InvocationResult) => void,
) => void;

const minute = 60_000;

export class AsyncInvocations {
  private readonly configurations = new Map<string, AsyncConfiguration>();

  constructor(
    private readonly world: World,
    private readonly start: Start,
  ) {}

  configure(functionName: string, configuration: AsyncConfiguration): void {
    this.configurations.set(functionName, configuration);
  }

  accept(functionName: string, requestId: string, payload: string): void {
    const { clock, faults, random } = this.world;
    const to = arn(this.world, "lambda", `function:${functionName}`);
    for (const late of faults.arrivals({ kind: "lambda.async", to, payload })) {
      const event: Event = { functionName, requestId, payload, accepted: clock.now, attempts: 0, throttles: 0 };
      clock.after(late + random.integer(5, 50), () => this.attempt(event));
    }
  }

  private attempt(event: Event): void {
    const configuration = this.configurations.get(event.functionName) ?? asyncDefaults;
    const age = (this.world.clock.now - event.accepted) / 1000;
    if (age > configuration.maximumEventAge) {
      this.drop(event, "EventAgeExceeded");
      return;
    }
    try {
      this.start(event.functionName, event.requestId, event.payload, (result) => {
        if (!result.ok) this.failed(event, configuration);
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.code !== "TooManyRequestsException") {
        this.drop(event, error.code);
        return;
      }
      // Throttles and system errors: from 1 second to a maximum of 5 minutes, exponentially.
      const wait = Math.min(5 * minute, 1000 * 2 ** event.throttles);
      event.throttles += 1;
      this.world.clock.after(wait, () => this.attempt(event));
    }
  }

  private failed(event: Event, configuration: AsyncConfiguration): void {
    event.attempts += 1;
    if (event.attempts > configuration.maximumRetryAttempts) {
      this.drop(event, "RetriesExhausted");
      return;
    }
    this.world.clock.after(event.attempts * minute, () => this.attempt(event));
  }

  private drop(event: Event, condition: string): void {
    const { functionName, requestId } = event;
    this.world.events.append("lambda.AsyncDropped", { function: functionName, requestId, condition });
    const dimensions = { FunctionName: functionName };
    this.world.metrics.put({
      namespace: "AWS/Lambda",
      name: "AsyncEventsDropped",
      dimensions,
      values: [1],
      unit: "Count",
    });
  }
}
