// The function of an AutoRedrive: begins a run, and in each round finds out what became of its redrives and says what comes next.
import { createHash } from "node:crypto";
import { parseExecutionArn } from "../records/arn";
import { isObject, own } from "../records/json";
import { type BreakerView, readBreaker } from "./autoRedrive/breaker";
import type { DynamoDbApi } from "./autoRedrive/dynamoDb";
import { checkInput, share } from "./autoRedrive/input";
import { Lease } from "./autoRedrive/lease";
import { beginRamp, decide, type RampRules } from "./autoRedrive/ramp";
import { endOf, type Round, type RoundRequest, replyOf } from "./autoRedrive/round";
import type { RunSettings, RunState } from "./autoRedrive/runState";
import { withAnswer, withOutcomes } from "./autoRedrive/tally";
import type { StepFunctionsApi } from "./aws";
import { errorMessage } from "./awsErrors";
import { ask } from "./outcomes/ask";
import { createPace } from "./reprocess/pace";
import type { Log, Metrics } from "./telemetry";
import { deadlineOf, type RemainingTime } from "./time";
import { positiveNumber, queueUrl, wholeNumber } from "./validate";

/** Configuration of an AutoRedrive's function. */
export interface OutcomesConfig {
  /** The spool that metrics are about. */
  readonly spoolUrl: string;
  /** The table of the lease and the progress. */
  readonly tableName: string;
  /** How long the lease lasts after a round. */
  readonly leaseSeconds: number;
  readonly defaults: RunSettings;
  /** Most redrives that are started and undecided, 1 to 500. */
  readonly window: number;
  /** DescribeExecution calls per second at most. */
  readonly outcomesPerSecond: number;
  /** How long a run waits for any outcome. */
  readonly patienceSeconds: number;
  /** There is a probe closure. */
  readonly probe: boolean;
  /** @default none */
  readonly breaker?: { readonly tableName: string; readonly drains: boolean };
  /** After so many rounds another execution goes on: 25,000 events end one. */
  readonly rounds: number;
}

/** What the function works with. */
export interface OutcomesClients {
  readonly stepFunctions: Pick<StepFunctionsApi, "describeExecution" | "getExecutionHistory">;
  readonly dynamoDb: DynamoDbApi;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A round asks so long at most: what is decided meanwhile should soon be followed by new starts. */
const ASK_SECONDS = 5;
/** Statuses of an execution that has died with its lease. */
const DEAD = ["FAILED", "ABORTED", "TIMED_OUT"];

export type OutcomesHandler = (request: RoundRequest, context: RemainingTime) => Promise<Round>;

/**
 * Makes the handler. All that it does may be repeated: it reads, and writes a lease that is its run's own.
 *
 * @throws Error when the configuration is not valid
 */
export function createOutcomes(config: OutcomesConfig, clients: OutcomesClients): OutcomesHandler {
  checkConfig(config);
  const { breaker, probe, window, patienceSeconds } = config;
  const rules: RampRules = {
    window,
    drains: breaker?.drains === true,
    probe,
    patience: patienceSeconds * 1000,
  };
  const lease = new Lease(clients.dynamoDb, config.tableName, config.leaseSeconds);
  const lookAtBreaker = async (): Promise<BreakerView | undefined> =>
    breaker === undefined ? undefined : readBreaker(clients.dynamoDb, breaker.tableName);

  const begin = async (input: unknown, execution: string): Promise<Round> => {
    const continued = isObject(input) ? own(input, "continued") : undefined;
    if (isObject(continued)) return goOn(continued as unknown as RunState, execution);
    let state: RunState;
    try {
      state = newRun(input, execution, config);
    } catch (error) {
      return { next: "refused", cause: errorMessage(error) };
    }
    if (!(await lease.acquire(state, execution))) {
      const holder = await lease.holder();
      const isDead = holder !== undefined && (await hasDied(holder.execution));
      if (!isDead || !(await lease.takeOver(state, execution, holder))) {
        return { next: "end", report: { stopped: "anotherRun", by: holder?.by, since: holder?.since } };
      }
    }
    return turn(state, execution);
  };

  const goOn = async (state: RunState, execution: string): Promise<Round> => {
    const next = { ...state, rounds: 0, execution: state.execution + 1 };
    if (!(await lease.handOver(next, execution))) return leaseLost(next);
    return turn(next, execution);
  };

  const hasDied = async (executionArn: string): Promise<boolean> => {
    const { status } = await clients.stepFunctions.describeExecution({ executionArn });
    return status !== undefined && DEAD.includes(status);
  };

  const round = async (request: Extract<RoundRequest, { run: RunState }>, context: RemainingTime): Promise<Round> => {
    const { answer, execution } = request;
    const before = { ...request.run, rounds: request.run.rounds + 1 };
    const told = answer === undefined || answer === null ? before : withAnswer(before, answer, Date.now());
    const pace = createPace(config.outcomesPerSecond, Math.min(deadlineOf(context), Date.now() + 30_000));
    const atMost = Math.max(1, Math.floor(config.outcomesPerSecond * ASK_SECONDS));
    const { decided, undecided } = await ask(told.pending, atMost, { ...clients, pace });
    return turn(withOutcomes(told, decided, undecided, Date.now()), execution);
  };

  /** Decides, and shows what was decided. */
  const turn = async (state: RunState, execution: string): Promise<Round> => {
    const view = { now: Date.now(), breaker: await lookAtBreaker() };
    const decided = decide(state, view, rules);
    if (decided.next === "end") return end(decided.state, execution);
    if (!(await lease.renew(decided.state, execution))) return leaseLost(decided.state);
    return replyOf(decided, execution, config.rounds);
  };

  const end = async (state: RunState, execution: string): Promise<Round> => {
    await lease.release(state, execution);
    const because = state.stop?.because ?? "empty";
    const isUsual = because === "empty" || because === "max";
    clients.log.info("automatic redrive ended", { run: state.run, because, counts: state.counts });
    clients.metrics(config.spoolUrl, "Count", { AutoRedriveStopped: isUsual ? 0 : 1 });
    // An event that it opened meanwhile has found this run's lease taken.
    const isOpen = rules.drains && (await lookAtBreaker())?.phase !== "closed";
    const ended = endOf(state);
    return isOpen ? { ...ended, again: againAfter(state) } : ended;
  };

  const leaseLost = (state: RunState): Round => {
    clients.log.error("another run has taken the lease, since this one did not renew it in time", { run: state.run });
    const lost: RunState = { ...state, phase: "settle", stop: { because: "leaseLost" } };
    return endOf(lost);
  };

  return async (request, context) =>
    "run" in request ? round(request, context) : begin(request.input, request.execution);
}

function newRun(input: unknown, execution: string, config: OutcomesConfig): RunState {
  const { by, reason, settings } = checkInput(input, { ...config.defaults, window: config.window });
  const now = Date.now();
  const state: RunState = {
    run: runNameOf(execution),
    by,
    ...(reason !== undefined && { reason }),
    startedAt: now,
    settings,
    phase: "ramp",
    parkedBefore: now,
    window: settings.first,
    good: 0,
    counts: { started: 0, succeeded: 0, failedAgain: 0, held: 0, lost: 0, poisoned: 0 },
    judged: { succeeded: 0, failed: 0, held: 0, failedInARow: 0 },
    failedAgain: {},
    pending: [],
    progressAt: now,
    probed: false,
    asked: 0,
    waited: 0,
    refused: 0,
    restarts: 0,
    rounds: 0,
    execution: 0,
  };
  return beginRamp(state, now, config.breaker !== undefined);
}

/** The run that waits for a breaker which opened while this one ended. */
function againAfter({ run }: RunState): NonNullable<Extract<Round, { next: "end" }>["again"]> {
  const by = `the run ${run}`;
  const name = `${run.slice(0, 40)}-${createHash("sha256").update(run).digest("hex").slice(0, 12)}-again`;
  return { name, input: { by, reason: "its circuit breaker opened while it ended" } };
}

/** What a run's executions are named by; names have at most 80 characters. */
function runNameOf(execution: string): string {
  const { name } = parseExecutionArn(execution) ?? { name: execution };
  return /^[0-9A-Za-z_-]{1,73}$/.test(name) ? name : createHash("sha256").update(name).digest("hex").slice(0, 32);
}

function checkConfig(config: OutcomesConfig): void {
  queueUrl("spoolUrl", config.spoolUrl);
  wholeNumber("window", config.window, 1, 500);
  wholeNumber("first", config.defaults.first, 1, config.window);
  positiveNumber("rate", config.defaults.rate, 1000);
  share("failureLimit", config.defaults.failureLimit);
  positiveNumber("outcomesPerSecond", config.outcomesPerSecond, 1000);
  wholeNumber("patienceSeconds", config.patienceSeconds, 60, 365 * 86_400);
  wholeNumber("leaseSeconds", config.leaseSeconds, 60, 86_400);
  wholeNumber("rounds", config.rounds, 1, 1000);
}
