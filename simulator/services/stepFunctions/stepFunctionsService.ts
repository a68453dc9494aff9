// AWS Step Functions: Standard state machines, their executions, and the API around both.
import type {
  CreateStateMachineCommandInput,
  DeleteStateMachineCommandInput,
  DescribeExecutionCommandInput,
  DescribeStateMachineCommandInput,
  GetExecutionHistoryCommandInput,
  ListExecutionsCommandInput,
  ListStateMachinesCommandInput,
  RedriveExecutionCommandInput,
  StartExecutionCommandInput,
  StopExecutionCommandInput,
  UpdateStateMachineCommandInput,
} from "@aws-sdk/client-sfn";
import type { Iam, Roles } from "../../iam";
import {
  type Authorization,
  AwsError,
  type Operation,
  operation,
  type ResourceType,
  type Service,
} from "../../service";
import type { World } from "../../world";
import type { Execution, ExecutionHost, ExecutionStatus } from "./execution";
import { Executions } from "./executions";
import { type HistoryEvent, type RecordedEvent, shownEvent } from "./history";
import { JsonataEngine } from "./jsonata/engine";
import type { HostFunctions } from "./jsonata/functions";
import { logEvent } from "./logging";
import { defaultQuotas, type StepFunctionsQuotas, TokenBucket } from "./quotas";
import { stateMachineResourceType } from "./resourceType";
import { StateMachines } from "./stateMachines";
import { announceStatus } from "./statusEvents";
import { taskOperations } from "./taskOperations";
import { TaskTokens } from "./taskTokens";
import { Tracing } from "./tracing";

/** An execution as a test sees it. */
export interface ExecutionView {
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** JSON text, as are all payloads. */
  readonly input: string;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly stoppedAt: number | undefined;
  /** How often its tasks were scheduled, retries included. */
  readonly attempts: number;
  /** As AWS bills them: states entered, and retries. */
  readonly stateTransitions: number;
  readonly redriveCount: number;
  readonly history: readonly HistoryEvent[];
}

function view(execution: Execution): ExecutionView {
  return {
    arn: execution.arn,
    machineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    input: execution.input.text,
    output: execution.output?.text,
    error: execution.error,
    cause: execution.cause,
    startedAt: execution.startedAt,
    stoppedAt: execution.stoppedAt,
    attempts: execution.attempts,
    stateTransitions: execution.stateTransitions,
    redriveCount: execution.redriveCount,
    get history() {
      return execution.events.map((event) => shownEvent(event, true));
    },
  };
}

function needs(action: string, resource: string | undefined): readonly Authorization[] {
  return [{ action: `states:${action}`, resource: resource ?? "*" }];
}

export class StepFunctionsService implements Service {
  readonly name = "states";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
  private readonly machines: StateMachines;
  private readonly store: Executions;
  private readonly starts: TokenBucket;
  private readonly tracing: Tracing | undefined;
  private readonly redrives: TokenBucket;
  private readonly tokens: TaskTokens;

  /**
   * @param quotas the region's own by default
   * @param access without it roles are not looked at, and nothing is traced
   */
  constructor(
    private readonly world: World,
    quotas: Partial<StepFunctionsQuotas> = {},
    access?: Iam & Roles,
  ) {
    const { startExecutionBucket, startExecutionRefill } = { ...defaultQuotas(world.region), ...quotas };
    this.starts = new TokenBucket(world.clock, startExecutionBucket, startExecutionRefill);
    // The quotas of both are the same (Developer Guide: "Step Functions service quotas").
    this.redrives = new TokenBucket(world.clock, startExecutionBucket, startExecutionRefill);
    const functions: HostFunctions = {
      now: () => world.clock.now,
      random: () => world.random.fraction(),
      uuid: () => world.random.uuid(),
    };
    const engine = new JsonataEngine(functions);
    this.tokens = new TaskTokens(world);
    this.machines = new StateMachines(world, engine, access);
    this.tracing = access === undefined ? undefined : new Tracing(world, access);
    const host: ExecutionHost = {
      world,
      engine,
      functions,
      tokens: this.tokens,
      whenClosed: (executionArn, listener) => this.store.whenClosed(executionArn, listener),
      statusChanged: (execution) => this.statusChanged(execution),
      recorded: (execution, event) => this.recorded(execution, event),
    };
    this.store = new Executions(host);
    this.operations = { ...this.machineOperations(), ...this.executionOperations(), ...taskOperations(this.tokens) };
    this.resourceTypes = {
      "aws:sfn/stateMachine:StateMachine": stateMachineResourceType((input) => this.machines.create(input)),
    };
  }

  /** The executions of a state machine, oldest first; closed ones for 90 days. */
  executions(stateMachineArn: string): readonly ExecutionView[] {
    return this.store.of(stateMachineArn).map(view);
  }

  /** One execution. @throws AwsError where there is none */
  execution(executionArn: string): ExecutionView {
    return view(this.store.find(executionArn));
  }

  private statusChanged(execution: Execution): void {
    if (execution.status !== "RUNNING") {
      this.store.close(execution);
      const { arn } = execution.machine;
      if (this.machines.isTraced(arn)) this.tracing?.ended(execution);
      if (this.machines.isDeleting(arn) && !this.store.isBusy(arn)) this.machines.forget(arn);
    }
    announceStatus(this.world, execution);
  }

  private recorded(execution: Execution, event: RecordedEvent): void {
    const logging = this.machines.loggingOf(execution.machine.arn);
    if (logging !== undefined) logEvent(this.world, logging, execution, event);
  }

  private take(bucket: TokenBucket, action: string): void {
    if (bucket.take()) return;
    const dimensions = { APIName: action };
    this.world.metrics.put({
      namespace: "AWS/States",
      name: "ThrottledEvents",
      dimensions,
      values: [1],
      unit: "Count",
    });
    throw new AwsError("ThrottlingException", "Rate exceeded");
  }

  private machineOperations(): Record<string, Operation> {
    const { machines } = this;
    return {
      CreateStateMachine: operation<CreateStateMachineCommandInput>({
        authorize: ({ name = "" }) => needs("CreateStateMachine", machines.arnOf(name)),
        handle: (input) => {
          const machine = machines.create(input);
          return { stateMachineArn: machine.arn, creationDate: machine.createdAt / 1000 };
        },
      }),
      DescribeStateMachine: operation<DescribeStateMachineCommandInput>({
        authorize: ({ stateMachineArn }) => needs("DescribeStateMachine", stateMachineArn),
        handle: (input) => machines.describe(input),
      }),
      UpdateStateMachine: operation<UpdateStateMachineCommandInput>({
        authorize: ({ stateMachineArn }) => needs("UpdateStateMachine", stateMachineArn),
        handle: (input) => machines.update(input),
      }),
      DeleteStateMachine: operation<DeleteStateMachineCommandInput>({
        authorize: ({ stateMachineArn }) => needs("DeleteStateMachine", stateMachineArn),
        handle: (input) => {
          machines.delete(input, ({ arn }) => this.store.isBusy(arn));
          return {};
        },
      }),
      ListStateMachines: operation<ListStateMachinesCommandInput>({
        authorize: () => needs("ListStateMachines", undefined),
        handle: (input) => machines.list(input),
      }),
    };
  }

  private executionOperations(): Record<string, Operation> {
    const { machines, store } = this;
    return {
      StartExecution: operation<StartExecutionCommandInput>({
        authorize: ({ stateMachineArn }) => needs("StartExecution", stateMachineArn),
        handle: (input) => {
          this.take(this.starts, "StartExecution");
          return store.start(input, machines.find(input.stateMachineArn));
        },
      }),
      DescribeExecution: operation<DescribeExecutionCommandInput>({
        authorize: ({ executionArn }) => needs("DescribeExecution", executionArn),
        handle: (input) => store.describe(input),
      }),
      ListExecutions: operation<ListExecutionsCommandInput>({
        authorize: ({ stateMachineArn }) => needs("ListExecutions", stateMachineArn),
        handle: (input) => store.list(input, machines.find(input.stateMachineArn)),
      }),
      StopExecution: operation<StopExecutionCommandInput>({
        authorize: ({ executionArn }) => needs("StopExecution", executionArn),
        handle: (input) => store.stop(input),
      }),
      RedriveExecution: operation<RedriveExecutionCommandInput>({
        authorize: ({ executionArn }) => needs("RedriveExecution", executionArn),
        handle: (input) => {
          this.take(this.redrives, "RedriveExecution");
          return store.redrive(input);
        },
      }),
      GetExecutionHistory: operation<GetExecutionHistoryCommandInput>({
        authorize: ({ executionArn }) => needs("GetExecutionHistory", executionArn),
        handle: (input) => store.history(input),
      }),
    };
  }
}
