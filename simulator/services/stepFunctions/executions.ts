// All executions of an account: started, found, listed and stopped; closed ones are forgotten after 90 days.
import type {
  DescribeExecutionCommandInput,
  GetExecutionHistoryCommandInput,
  ListExecutionsCommandInput,
  RedriveExecutionCommandInput,
  StartExecutionCommandInput,
  StopExecutionCommandInput,
} from "@aws-sdk/client-sfn";
import type { Timer } from "../../clock";
import type { Json, JsonObject } from "../../json";
import { AwsError } from "../../service";
import { arn } from "../../world";
import { checkName, executionAlreadyExists, executionDoesNotExist, pageSize, pageToken, tokenOf } from "./errors";
import { Execution, type ExecutionHost } from "./execution";
import { executionFilter } from "./executionFilter";
import { parseInput } from "./executionInput";
import { describedExecution, listedExecution } from "./executionShapes";
import { shownEvent } from "./history";
import { checkedToken, longestExecution, notRedrivable, tokenLife } from "./redrive";
import { checkActive, type StateMachine } from "./stateMachines";

const day = 24 * 60 * 60 * 1000;
/** Developer Guide: "Step Functions service quotas", execution history retention time. */
const retention = 90 * day;

interface Numbered {
  readonly execution: Execution;
  /** Counts up over all executions; newer ones have higher numbers. */
  readonly number: number;
}

export class Executions {
  private readonly byArn = new Map<string, Execution>();
  private readonly byMachine = new Map<string, Numbered[]>();
  /** By time of their start, so that one timer serves the limit of a year. */
  private readonly running = new Set<Execution>();
  /** By time of their end; one that was redriven is in it once for every end. */
  private readonly closed: { readonly execution: Execution; readonly at: number | undefined }[] = [];
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly redriveTokens = new WeakMap<
    Execution,
    { readonly token: string | undefined; readonly at: number }
  >();
  private forgotten = 0;
  private started = 0;
  private yearTimer: Timer | undefined;

  constructor(private readonly host: ExecutionHost) {}

  start(input: StartExecutionCommandInput, machine: StateMachine): JsonObject {
    this.forgetOld();
    const { world } = this.host;
    const name = input.name ?? world.random.uuid();
    checkName(name);
    const payload = parseInput(input.input ?? "{}");
    const executionArn = arn(world, "states", `execution:${machine.name}:${name}`);
    const known = this.byArn.get(executionArn);
    if (known !== undefined) {
      if (known.status !== "RUNNING" || known.input.text !== payload.text) throw executionAlreadyExists(executionArn);
      return { executionArn, startDate: known.startedAt / 1000 };
    }
    checkActive(machine);
    const snapshot = {
      arn: machine.arn,
      name: machine.name,
      roleArn: machine.roleArn,
      definition: machine.definition,
    };
    const execution = new Execution(this.host, snapshot, executionArn, name, payload);
    this.add(execution);
    execution.start();
    return { executionArn, startDate: execution.startedAt / 1000 };
  }

  /** RedriveExecution. */
  redrive(input: RedriveExecutionCommandInput): JsonObject {
    const { world } = this.host;
    const execution = this.find(input.executionArn);
    const token = checkedToken(input.clientToken);
    const last = this.redriveTokens.get(execution);
    const known = token !== undefined && last?.token === token && world.clock.now < last.at + tokenLife;
    if (!known) {
      const reason = notRedrivable(execution, world.clock.now);
      if (reason !== undefined) throw new AwsError("ExecutionNotRedrivable", reason);
      this.redriveTokens.set(execution, { token, at: world.clock.now });
      this.reopen(execution);
      execution.redrive();
    }
    return { redriveDate: (execution.redrivenAt ?? world.clock.now) / 1000 };
  }

  /** Its status is no longer RUNNING. */
  close(execution: Execution): void {
    this.running.delete(execution);
    this.closed.push({ execution, at: execution.stoppedAt });
    const listeners = this.listeners.get(execution.arn);
    this.listeners.delete(execution.arn);
    for (const listener of listeners ?? []) listener();
  }

  /** Calls back when an execution has ended; the result takes that back. */
  whenClosed(executionArn: string, listener: () => void): () => void {
    if (this.byArn.get(executionArn)?.status !== "RUNNING") {
      listener();
      return () => undefined;
    }
    const listeners = this.listeners.get(executionArn) ?? new Set();
    this.listeners.set(executionArn, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Executions of a machine that still run. */
  isBusy(machineArn: string): boolean {
    for (const execution of this.running) if (execution.machine.arn === machineArn) return true;
    return false;
  }

  /** All executions of a machine that are remembered, oldest first. */
  of(machineArn: string): readonly Execution[] {
    this.forgetOld();
    return (this.byMachine.get(machineArn) ?? []).map(({ execution }) => execution);
  }

  find(executionArn: string | undefined): Execution {
    this.forgetOld();
    const execution = this.byArn.get(executionArn ?? "");
    if (execution !== undefined) return execution;
    if (executionArn === undefined || !executionArn.startsWith("arn:")) {
      throw new AwsError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${executionArn}'`);
    }
    throw executionDoesNotExist(executionArn);
  }

  describe(input: DescribeExecutionCommandInput): JsonObject {
    const withData = input.includedData !== "METADATA_ONLY";
    return describedExecution(this.find(input.executionArn), withData, this.host.world.clock.now);
  }

  /** Newest first. */
  list(input: ListExecutionsCommandInput, machine: StateMachine): JsonObject {
    this.forgetOld();
    const matches = executionFilter(input);
    const size = pageSize(input.maxResults);
    const below = pageToken(input.nextToken) ?? Number.POSITIVE_INFINITY;
    const all = this.byMachine.get(machine.arn) ?? [];
    const executions: Json[] = [];
    let nextToken: string | undefined;
    let last = below;
    for (let index = all.length - 1; index >= 0; index -= 1) {
      const { execution, number } = all[index] as Numbered;
      if (number >= below || !matches(execution)) continue;
      if (executions.length === size) {
        nextToken = tokenOf(last);
        break;
      }
      last = number;
      executions.push(listedExecution(execution));
    }
    return { executions, ...(nextToken === undefined ? {} : { nextToken }) };
  }

  stop(input: StopExecutionCommandInput): JsonObject {
    const execution = this.find(input.executionArn);
    if (execution.status === "RUNNING") execution.abort(input.error, input.cause);
    return { stopDate: (execution.stoppedAt ?? this.host.world.clock.now) / 1000 };
  }

  history(input: GetExecutionHistoryCommandInput): JsonObject {
    const { events } = this.find(input.executionArn);
    const size = pageSize(input.maxResults);
    const start = pageToken(input.nextToken) ?? 0;
    const order = input.reverseOrder === true ? events.toReversed() : events;
    const page = order.slice(start, start + size).map((event) => shownEvent(event, input.includeExecutionData ?? true));
    const next = start + size;
    return { events: page, ...(next < events.length ? { nextToken: tokenOf(next) } : {}) } as unknown as JsonObject;
  }

  private add(execution: Execution): void {
    this.byArn.set(execution.arn, execution);
    this.running.add(execution);
    const { arn: machineArn } = execution.machine;
    const list = this.byMachine.get(machineArn) ?? [];
    if (list.length === 0) this.byMachine.set(machineArn, list);
    this.started += 1;
    list.push({ execution, number: this.started });
    this.watchYear();
  }

  /** It runs again, in its place by the time of its start. */
  private reopen(execution: Execution): void {
    const all = [...this.running, execution].sort((left, right) => left.startedAt - right.startedAt);
    this.running.clear();
    for (const one of all) this.running.add(one);
    this.yearTimer?.cancel();
    this.yearTimer = undefined;
    this.watchYear();
  }

  /** One timer for the oldest running execution: a timer each would fill the clock for a year. */
  private watchYear(): void {
    const [oldest] = this.running;
    if (this.yearTimer !== undefined || oldest === undefined) return;
    const { clock } = this.host.world;
    const expire = () => {
      this.yearTimer = undefined;
      for (const execution of this.running) {
        if (execution.startedAt + longestExecution > clock.now) break;
        execution.timeOut();
      }
      this.watchYear();
    };
    this.yearTimer = clock.at(oldest.startedAt + longestExecution, expire, { background: true });
  }

  private forgetOld(): void {
    const limit = this.host.world.clock.now - retention;
    const machines = new Set<string>();
    for (let first = this.closed[this.forgotten]; first !== undefined; first = this.closed[this.forgotten]) {
      const { execution, at = limit } = first;
      if (at > limit - 1) break;
      this.forgotten += 1;
      // Redriven since then.
      if (execution.stoppedAt !== at) continue;
      this.byArn.delete(execution.arn);
      machines.add(execution.machine.arn);
    }
    for (const machineArn of machines) {
      const kept = (this.byMachine.get(machineArn) ?? []).filter(
        ({ execution }) => this.byArn.get(execution.arn) === execution,
      );
      this.byMachine.set(machineArn, kept);
    }
    if (this.forgotten > 1000) {
      this.closed.splice(0, this.forgotten);
      this.forgotten = 0;
    }
  }
}
