// All executions of an account: started, found, listed and stopped; closed ones are forgotten after 90 days.
import type {
  DescribeExecutionCommandInput,
  GetExecutionHistoryCommandInput,
  ListExecutionsCommandInput,
  StartExecutionCommandInput,
  StopExecutionCommandInput,
} from "@aws-sdk/client-sfn";
import type { Json, JsonObject } from "../../json";
import { AwsError } from "../../service";
import { arn } from "../../world";
import {
  checkName,
  executionAlreadyExists,
  executionDoesNotExist,
  pageSize,
  pageToken,
  tokenOf,
  validation,
} from "./errors";
import { Execution, type ExecutionHost, type ExecutionStatus } from "./execution";
import { shownEvent } from "./history";
import { Payload, payloadLimit } from "./payload";
import { checkActive, type StateMachine } from "./stateMachines";
import { redriveStatus } from "./statusEvents";

const day = 24 * 60 * 60 * 1000;
/** Developer Guide: "Step Functions service quotas", execution history retention time. */
const retention = 90 * day;
/** Developer Guide: "Step Functions service quotas", maximum execution time. */
const longestExecution = 365 * day;

const statuses = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"];

function parseInput(text: string): Payload {
  const payload = new Payload(text);
  if (payload.exceedsLimit) throw validation("input", text, `have length less than or equal to ${payloadLimit}`);
  try {
    void payload.value;
  } catch {
    throw new AwsError("InvalidExecutionInput", "Invalid State Machine Execution Input: 'it is not valid JSON'");
  }
  return payload;
}

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
  private readonly closed: Execution[] = [];
  private forgotten = 0;
  private started = 0;
  private yearTimer = false;

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

  /** Its status is no longer RUNNING. */
  close(execution: Execution): void {
    this.running.delete(execution);
    this.closed.push(execution);
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
    const execution = this.find(input.executionArn);
    const { output, error, cause, stoppedAt } = execution;
    const withData = input.includedData !== "METADATA_ONLY";
    const redrive = redriveStatus(execution.status);
    return {
      executionArn: execution.arn,
      stateMachineArn: execution.machine.arn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startedAt / 1000,
      ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt / 1000 }),
      ...(withData ? { input: execution.input.text } : {}),
      inputDetails: { included: withData },
      ...(output !== undefined && withData ? { output: output.text } : {}),
      ...(output === undefined ? {} : { outputDetails: { included: withData } }),
      redriveCount: 0,
      redriveStatus: redrive.redriveStatus,
      ...(redrive.redriveStatusReason === null ? {} : { redriveStatusReason: redrive.redriveStatusReason }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
  }

  /** Newest first. */
  list(input: ListExecutionsCommandInput, machine: StateMachine): JsonObject {
    this.forgetOld();
    const { statusFilter: filter } = input;
    if (filter !== undefined && !statuses.includes(filter)) {
      throw validation("statusFilter", filter, `be one of [${statuses.join(", ")}]`);
    }
    const size = pageSize(input.maxResults);
    const below = pageToken(input.nextToken) ?? Number.POSITIVE_INFINITY;
    const all = this.byMachine.get(machine.arn) ?? [];
    const executions: Json[] = [];
    let nextToken: string | undefined;
    let last = below;
    for (let index = all.length - 1; index >= 0; index -= 1) {
      const { execution, number } = all[index] as Numbered;
      if (number >= below || (filter !== undefined && execution.status !== (filter as ExecutionStatus))) continue;
      if (executions.length === size) {
        nextToken = tokenOf(last);
        break;
      }
      last = number;
      executions.push(this.listed(execution));
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

  private listed(execution: Execution): JsonObject {
    const { stoppedAt } = execution;
    return {
      executionArn: execution.arn,
      stateMachineArn: execution.machine.arn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startedAt / 1000,
      ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt / 1000 }),
      redriveCount: 0,
    };
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

  /** One timer for the oldest running execution: a timer each would fill the clock for a year. */
  private watchYear(): void {
    const [oldest] = this.running;
    if (this.yearTimer || oldest === undefined) return;
    this.yearTimer = true;
    const { clock } = this.host.world;
    const expire = () => {
      this.yearTimer = false;
      for (const execution of this.running) {
        if (execution.startedAt + longestExecution > clock.now) break;
        execution.timeOut();
      }
      this.watchYear();
    };
    clock.at(oldest.startedAt + longestExecution, expire, { background: true });
  }

  private forgetOld(): void {
    const limit = this.host.world.clock.now - retention;
    const machines = new Set<string>();
    for (let first = this.closed[this.forgotten]; first !== undefined; first = this.closed[this.forgotten]) {
      if ((first.stoppedAt ?? limit) > limit - 1) break;
      this.byArn.delete(first.arn);
      machines.add(first.machine.arn);
      this.forgotten += 1;
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
