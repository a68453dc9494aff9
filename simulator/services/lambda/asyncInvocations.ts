// Asynchronous invocation: Lambda's own queue, its retries, its patience with throttles, and what becomes of an event.
// See "Error handling for asynchronous invocations" in the Lambda developer guide.
import { AwsError } from "../../service";
import type { World } from "../../world";
import { type AsyncConfiguration, asyncDefaults } from "./asyncConfiguration";
import type { Deliveries } from "./deliveries";
import { type Condition, Destinations } from "./destinations";
import type { InvocationResult } from "./executionEnvironment";
import type { LambdaFunction } from "./lambdaFunction";

interface Event {
  readonly target: LambdaFunction;
  readonly requestId: string;
  readonly payload: string;
  readonly accepted: number;
  /** How often the function ran. */
  invocations: number;
  throttles: number;
  /** What it answered last. */
  result: InvocationResult | undefined;
}

/** Starts an invocation, or throws when it is throttled. */
export type Start = (
  target: LambdaFunction,
  requestId: string,
  payload: string,
  done: (result: InvocationResult) => void,
) => void;

const minute = 60_000;

export class AsyncInvocations {
  private readonly configurations = new Map<string, { readonly set: AsyncConfiguration; readonly modified: number }>();
  private readonly destinations: Destinations;

  constructor(
    private readonly world: World,
    private readonly start: Start,
    deliveries: Deliveries,
  ) {
    this.destinations = new Destinations(world, deliveries);
  }

  /** Replaces the whole configuration; undefined brings back the defaults. */
  configure(functionName: string, configuration: AsyncConfiguration | undefined): void {
    if (configuration === undefined) this.configurations.delete(functionName);
    else this.configurations.set(functionName, { set: configuration, modified: this.world.clock.now });
  }

  /** What was configured and when, in milliseconds since the epoch. */
  configuration(functionName: string): { readonly set: AsyncConfiguration; readonly modified: number } | undefined {
    return this.configurations.get(functionName);
  }

  accept(target: LambdaFunction, requestId: string, payload: string): void {
    const { clock, faults, random } = this.world;
    this.metric(target, "AsyncEventsReceived", 1, "Count");
    for (const late of faults.arrivals({ kind: "lambda.async", to: target.configuration.arn, payload })) {
      const event = {
        target,
        requestId,
        payload,
        accepted: clock.now,
        invocations: 0,
        throttles: 0,
        result: undefined,
      };
      clock.after(late + random.integer(5, 50), () => this.attempt(event));
    }
  }

  private attempt(event: Event): void {
    const { clock } = this.world;
    if (event.target.reservedConcurrency === 0) {
      this.drop(event, "ZeroReservedConcurrency");
      return;
    }
    if (clock.now >= this.expiry(event)) {
      this.drop(event, "EventAgeExceeded");
      return;
    }
    try {
      this.start(event.target, event.requestId, event.payload, (result) => this.finished(event, result));
      event.invocations += 1;
      this.metric(event.target, "AsyncEventAge", clock.now - event.accepted, "Milliseconds");
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "TooManyRequestsException") throw error;
      // "The retry interval increases exponentially from 1 second after the first attempt to a maximum of 5 minutes."
      const wait = Math.min(5 * minute, 1000 * 2 ** event.throttles);
      event.throttles += 1;
      clock.at(Math.min(clock.now + wait, this.expiry(event)), () => this.attempt(event));
    }
  }

  private finished(event: Event, result: InvocationResult): void {
    event.result = result;
    const { maximumRetryAttempts = asyncDefaults.maximumRetryAttempts, onSuccess } = this.of(event);
    if (result.ok) {
      if (onSuccess !== undefined) this.send(event, onSuccess, "Success");
      return;
    }
    if (event.invocations > maximumRetryAttempts) {
      this.drop(event, "RetriesExhausted");
      return;
    }
    // "A one-minute wait between the first two attempts, and two minutes between the second and third attempts."
    const wait = event.invocations * minute;
    // An event that will be too old by then is given up at once.
    if (this.world.clock.now + wait >= this.expiry(event)) this.drop(event, "EventAgeExceeded");
    else this.world.clock.after(wait, () => this.attempt(event));
  }

  private drop(event: Event, condition: Condition): void {
    const { target, requestId, payload, invocations: invokeCount, result } = event;
    const { name, deadLetterTarget } = target.configuration;
    this.world.events.append("lambda.AsyncDropped", { function: name, requestId, condition });
    this.metric(target, "AsyncEventsDropped", 1, "Count");
    const { onFailure } = this.of(event);
    if (onFailure !== undefined) this.send(event, onFailure, condition);
    if (deadLetterTarget === undefined) return;
    const ended = { requestId, payload, condition, invokeCount, result };
    this.destinations.deadLetter(target.configuration, deadLetterTarget, ended);
  }

  private send(event: Event, to: string, condition: Condition): void {
    const { target, requestId, payload, invocations: invokeCount, result } = event;
    this.destinations.send(target.configuration, to, { requestId, payload, condition, invokeCount, result });
  }

  private of({ target }: Event): AsyncConfiguration {
    return this.configurations.get(target.configuration.name)?.set ?? {};
  }

  private expiry(event: Event): number {
    return event.accepted + (this.of(event).maximumEventAge ?? asyncDefaults.maximumEventAge) * 1000;
  }

  private metric({ configuration }: LambdaFunction, name: string, value: number, unit: string): void {
    const dimensions = { FunctionName: configuration.name };
    this.world.metrics.put({ namespace: "AWS/Lambda", name, dimensions, values: [value], unit });
  }
}
