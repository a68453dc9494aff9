// Runs a handler under fake timers, with fakes for AWS, and gives back all that it reported.
import { vi } from "vitest";
import type { Log, Metrics } from "../../handlers/telemetry";
import { Calls, FakeDynamoDb, FakeS3, FakeSqs, FakeStepFunctions } from "./awsFakes";

export const SPOOL = "https://sqs.eu-west-1.amazonaws.com/123456789012/spool";
export const POISON = "https://sqs.eu-west-1.amazonaws.com/123456789012/poison";

/** One line of a log. */
export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly details: { readonly [name: string]: unknown };
}

/** The clients of a handler, and what it did with them. */
export function fakeClients() {
  const calls = new Calls();
  const lines: LogLine[] = [];
  const reported: { queueUrl: string; unit: string; [metric: string]: string | number }[] = [];
  const line = (level: LogLine["level"]) => (message: string, details: LogLine["details"]) => {
    lines.push({ level, message, details });
  };
  const log: Log = { info: line("info"), warn: line("warn"), error: line("error") };
  const metrics: Metrics = (queueUrl, unit, values) => {
    reported.push({ queueUrl, unit, ...values });
  };
  const [sqs, stepFunctions, s3] = [new FakeSqs(calls), new FakeStepFunctions(calls), new FakeS3(calls)];
  const dynamoDb = new FakeDynamoDb(calls);
  return { calls, sqs, stepFunctions, s3, dynamoDb, log, lines, metrics, reported };
}

/** Lambda's context for a function that has this many seconds left from now. */
export function secondsLeft(seconds: number) {
  const end = Date.now() + seconds * 1000;
  return { getRemainingTimeInMillis: () => end - Date.now() };
}

/** Lets all timers run, in virtual time, until the promise is settled. */
export async function finish<T>(promise: Promise<T>): Promise<T> {
  const settled = promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await vi.runAllTimersAsync();
  const result = await settled;
  if ("error" in result) throw result.error;
  return result.value;
}

/**
 * Has a run crash after so many more calls. Afterwards everything answers again, and the messages that it held are visible.
 *
 * @returns how many calls were made
 */
export async function crash(run: () => Promise<unknown>, calls: Calls, after: number): Promise<number> {
  calls.crashAfter(after);
  run().catch(() => undefined);
  await vi.runAllTimersAsync();
  const made = calls.made.length;
  calls.recover();
  vi.advanceTimersByTime(400_000);
  return made;
}
