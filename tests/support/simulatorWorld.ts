// A small world for tests of single simulator services: the real core, an IAM that allows all, sinks that collect.
import { Clock } from "../../simulator/clock";
import { EventLog } from "../../simulator/eventLog";
import { Faults } from "../../simulator/faults";
import { Gateway } from "../../simulator/gateway";
import type { Iam } from "../../simulator/iam";
import { Internet } from "../../simulator/internet";
import type { JsonObject } from "../../simulator/json";
import { Random } from "../../simulator/random";
import type { Outcome, Principal } from "../../simulator/service";
import type { BusEvent, EventSink, LogSink, MetricDatum, MetricSink, World } from "../../simulator/world";

export interface TestWorldOptions {
  /** @default 1 */
  readonly seed?: number;
  /**
   * Milliseconds since the epoch.
   * @default 2026-01-01T00:00:00Z
   */
  readonly start?: number;
  /** @default allows everything */
  readonly iam?: Iam;
}

/** A line that something wrote to CloudWatch Logs. */
export interface WrittenLine {
  readonly logGroup: string;
  readonly logStream: string;
  readonly message: string;
}

/** What went to a sink that the test did not replace. */
export interface Collected {
  readonly lines: WrittenLine[];
  readonly data: MetricDatum[];
  readonly busEvents: BusEvent[];
}

export interface TestWorld extends World {
  readonly collected: Collected;
  /** Puts a real service in a sink's place; services that hold the world see it at once. */
  replace(sinks: { readonly logs?: LogSink; readonly metrics?: MetricSink; readonly bus?: EventSink }): void;
  /** Sends a call as the operator (or another principal) and runs the clock until its reply is there. */
  outcome(service: string, action: string, input?: JsonObject, principal?: Principal): Outcome;
  /** The output of a call that must succeed; its AwsError is thrown otherwise. */
  call<Output = JsonObject>(service: string, action: string, input?: JsonObject, principal?: Principal): Output;
  /** Runs everything, background included, that is due within so many milliseconds, and ends exactly then; counts the clock's steps. */
  run(milliseconds: number): number;
  /** Runs until nothing but background events is left. */
  runUntilQuiet(): void;
}

const allowAll: Iam = { authorize: () => undefined };

export function testWorld(options: TestWorldOptions = {}): TestWorld {
  const clock = new Clock(options.start ?? Date.UTC(2026, 0, 1));
  const random = new Random(options.seed ?? 1);
  const events = new EventLog(clock);
  const faults = new Faults();
  const gateway = new Gateway({ clock, random, events, faults, iam: options.iam ?? allowAll });
  const collected: Collected = { lines: [], data: [], busEvents: [] };
  let sinks: { logs: LogSink; metrics: MetricSink; bus: EventSink } = {
    logs: { write: (logGroup, logStream, message) => void collected.lines.push({ logGroup, logStream, message }) },
    metrics: { put: (datum) => void collected.data.push(datum) },
    bus: { publish: (event) => void collected.busEvents.push(event) },
  };

  const outcome: TestWorld["outcome"] = (service, action, input = {}, principal = { kind: "operator" }) => {
    let answer: Outcome | undefined;
    gateway.call({ service, action, input, principal }, (result) => {
      answer = result;
    });
    while (answer === undefined) {
      if (!clock.step()) throw new Error(`${service}:${action} never answered: no event is left`);
    }
    return answer;
  };

  return {
    accountId: "123456789012",
    region: "eu-west-1",
    clock,
    random,
    events,
    faults,
    gateway,
    internet: new Internet(),
    logs: { write: (...line) => sinks.logs.write(...line) },
    metrics: { put: (datum) => sinks.metrics.put(datum) },
    bus: { publish: (event) => sinks.bus.publish(event) },
    collected,
    replace: (replacements) => {
      sinks = { ...sinks, ...replacements };
    },
    outcome,
    call: <Output>(service: string, action: string, input?: JsonObject, principal?: Principal) => {
      const result = outcome(service, action, input, principal);
      if (!result.ok) throw result.error;
      return result.output as Output;
    },
    run: (milliseconds) => {
      const end = clock.now + milliseconds;
      let steps = 0;
      while (clock.step(end)) steps += 1;
      clock.advanceTo(end);
      return steps;
    },
    runUntilQuiet: () => {
      while (clock.busy && clock.step());
    },
  };
}
