// Redrives a spool by itself, gently: a probe, a first few, then more and more at once, and an end when it fails again.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { OutcomesConfig } from "../handlers/outcomes";
import type { ReprocessFilter } from "../handlers/reprocess/request";
import { executionArn } from "../records/arn";
import { autoRedriveDefinition, type CalledFunction } from "./asl/autoRedriveDefinition";
import { autoRedriveAlarms, checkedSettings, startingRules } from "./autoRedriveSettings";
import { ClosureFunction, type ClosureFunctionArgs } from "./closureFunction";
import { type AlarmSettings, type AlarmTransforms, createAlarms } from "./createAlarms";
import type { Duration } from "./duration";
import { libraryFunction } from "./libraryFunction";
import { createMachineRules, type MachineRulesTransform } from "./machineRules";
import { functionLogGroup, type Observed, type ObservedParts } from "./observed";
import { type PermissionStatement, policyDocument, trustPolicy } from "./policy";
import type { ReprocessFunction } from "./reprocessFunction";
import { type Transform, transformed } from "./transform";
import { checkArgs } from "./validate";

/** A circuit breaker, as an AutoRedrive needs it. */
export interface BreakerReference {
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;
}

/** When the alarms of an AutoRedrive go off. */
export interface AutoRedriveAlarms {
  /** Runs that stopped before all was redriven, within five minutes. @default 1 */
  readonly stopped?: number | false;
  /** Executions that failed, within five minutes. @default 1 */
  readonly failed?: number | false;
}

/** Changes to the resources that an AutoRedrive creates; the probe's own are in `probe.transform`. */
export interface AutoRedriveTransform extends AlarmTransforms<"stopped" | "failed"> {
  readonly stateMachine?: Transform<aws.sfn.StateMachineArgs>;
  readonly role?: Transform<aws.iam.RoleArgs>;
  readonly policy?: Transform<aws.iam.RolePolicyArgs>;
  readonly table?: Transform<aws.dynamodb.TableArgs>;
  /** The function that decides. */
  readonly function?: ClosureFunctionArgs["transform"];
  readonly starter?: MachineRulesTransform;
}

/** Arguments of an AutoRedrive. */
export interface AutoRedriveArgs extends AlarmSettings<AutoRedriveAlarms> {
  /** What starts the redrives. */
  readonly reprocess: ReprocessFunction;
  /**
   * The circuit breaker before the work: runs begin with one redrive, and look at it in each round.
   *
   * @default none
   */
  readonly breaker?: BreakerReference;
  /**
   * Throws while the dependency is down; called before anything is redriven.
   *
   * @default none
   * @example `probe: { callback: async () => { if (!(await fetch("https://payments.example/health")).ok) throw new Error("down"); } }`
   */
  readonly probe?: ClosureFunctionArgs;
  /** Redrives of the first step, whose outcomes must all be known before more are started: 1 to `window`. @default 5 */
  readonly first?: number;
  /** Starts per second at most: more than 0, at most 1000. @default the reprocess function's */
  readonly rate?: pulumi.Input<number>;
  /**
   * Most redrives that are started and undecided, 1 to 500. It is to exceed what the dependency works on at once by so many as it does in the
   * time in which outcomes are asked about, `window / outcomesPerSecond`.
   *
   * @default 500
   */
  readonly window?: number;
  /**
   * A run stops when more than this share of its outcomes has failed again, 0 to 1: of `first` outcomes as long as fewer are known. It stops, too,
   * when twice `first`, or 10, have failed in a row.
   *
   * @default 0.2
   */
  readonly failureLimit?: number;
  /** Only records that match. @default all */
  readonly filter?: ReprocessFilter;
  /**
   * How many outcomes are asked for per second, more than 0, at most 1000: over a long run no more is redriven. DescribeExecution's quota is 10 to
   * 15 a second for the whole account in a region, and can be raised
   * (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
   *
   * @default 8
   */
  readonly outcomesPerSecond?: number;
  /** A run ends when it hears of no outcome for so long. @default "1 hour" */
  readonly outcomeWithin?: Duration;
  /**
   * Starts a run by itself, as EventBridge writes schedules.
   *
   * @default only when somebody, or the breaker, starts one
   * @example `schedule: "rate(1 hour)"`
   */
  readonly schedule?: string;
  /** Starts a run when the breaker has closed. @default true with a `breaker` */
  readonly startOnClosed?: boolean;
  /**
   * Starts a run when the breaker has opened: it waits until the breaker lets a probe through, redrives one record as that probe, and so on
   * until the breaker is closed; then it ramps up. Every run waits so for a breaker that opens.
   *
   * @default true with a `breaker`
   */
  readonly startOnOpened?: boolean;
  /** Tags of every resource that has tags. @default none */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Changes to the resources that this component creates. @default none */
  readonly transform?: AutoRedriveTransform;
}

/** Events of a round, with retries, come to 30 at most; an execution's history to 25,000. */
const roundsOfExecution = 500;
const outcomesTimeout = 60;
/** What a round can take beside the reprocess function: waits, other calls, and their retries. */
const roundSeconds = 1_800;
const lambdaTimeout = 3;

/**
 * A Standard state machine that an operator, a schedule or a circuit breaker starts. It redrives a first few records, waits for their
 * outcomes, and then keeps a window of undecided redrives filled, which doubles with good outcomes. It stops when too many fail again,
 * and leaves the rest in the spool. The history of its execution tells who started it, when, how many were redriven, and what failed again.
 *
 * One run at a time: another one ends at once. Stopping the execution stops the reprocess function at its next batch.
 *
 * Its input is an `AutoRedriveInput`, such as `{ "by": "ada", "reason": "provider is back", "max": 500 }`, its output a `RunReport`.
 *
 * @example `new AutoRedrive("recover", { reprocess, schedule: "rate(1 hour)", alarmActions: [topic.arn] })`
 * @throws when an argument is not allowed
 */
export class AutoRedrive extends pulumi.ComponentResource implements Observed {
  readonly stateMachine: aws.sfn.StateMachine;
  /** Start executions of it. */
  readonly arn: pulumi.Output<string>;
  /** The state machine's role. */
  readonly role: aws.iam.Role;
  /** The lease and the progress, in the item whose `key` is `"run"`. */
  readonly table: aws.dynamodb.Table;
  readonly tableName: pulumi.Output<string>;
  /** The function that decides. */
  readonly function: aws.lambda.Function;
  /** Undefined without a probe. */
  readonly probe?: ClosureFunction;
  readonly alarms: readonly aws.cloudwatch.MetricAlarm[];
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;

  constructor(name: string, args: AutoRedriveArgs, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:AutoRedrive", name, {}, opts);
    checkArgs(args, "reprocess");
    const { reprocess, breaker, tags, transform = {} } = args;
    const { spool } = reprocess;
    const child = { parent: this };
    const { defaults, ...settings } = checkedSettings(args);
    const rules = startingRules(name, args);
    const reprocessTimeout = reprocess.function.timeout.apply((seconds) => seconds ?? lambdaTimeout);
    this.table = new aws.dynamodb.Table(
      ...transformed(
        transform.table,
        `${name}-run`,
        { billingMode: "PAY_PER_REQUEST", hashKey: "key", attributes: [{ name: "key", type: "S" }], tags },
        child,
      ),
    );
    this.tableName = this.table.name;
    const drains = breaker !== undefined && (args.startOnOpened ?? true);
    const outcomes = libraryFunction(
      `${name}-outcomes`,
      {
        entry: "outcomes",
        description: "Finds out what became of redrives, and says how many come next",
        timeout: `${outcomesTimeout} seconds`,
        permissions: outcomesStatements(this.table, reprocess, breaker),
        config: pulumi
          .all([spool.url, this.table.name, reprocessTimeout, defaults, pulumi.output(breaker?.tableName)])
          .apply(
            ([spoolUrl, tableName, seconds, runDefaults, breakerTable]): OutcomesConfig => ({
              spoolUrl,
              tableName,
              leaseSeconds: seconds + roundSeconds,
              defaults: runDefaults,
              ...settings,
              probe: args.probe !== undefined,
              ...(breakerTable === undefined ? {} : { breaker: { tableName: breakerTable, drains } }),
              rounds: roundsOfExecution,
            }),
          ),
        tags,
        transform: transform.function,
      },
      this,
    );
    this.function = outcomes.function;
    this.probe =
      args.probe === undefined ? undefined : new ClosureFunction(`${name}-probe`, { tags, ...args.probe }, child);

    this.role = new aws.iam.Role(
      ...transformed(
        transform.role,
        `${name}-role`,
        {
          assumeRolePolicy: trustPolicy("states.amazonaws.com"),
          description: `Execution role of the state machine ${name}`,
          tags,
        },
        child,
      ),
    );
    const called = [outcomes.arn, reprocess.arn, ...(this.probe === undefined ? [] : [this.probe.arn])];
    const policy = this.allow(`${name}-policy`, this.role, transform.policy, [
      { actions: ["lambda:InvokeFunction"], resources: called },
    ]);
    const definition = pulumi
      .all([
        calledFunction(this.function),
        calledFunction(reprocess.function),
        pulumi.output(this.probe && calledFunction(this.probe.function)),
      ])
      .apply(([decides, starts, probes]) =>
        autoRedriveDefinition({
          outcomes: decides,
          reprocess: starts,
          ...(probes === undefined ? {} : { probe: probes }),
        }),
      );
    this.stateMachine = new aws.sfn.StateMachine(
      ...transformed(
        transform.stateMachine,
        name,
        {
          type: "STANDARD",
          roleArn: this.role.arn,
          definition: definition.apply((known) => JSON.stringify(known, undefined, 2)),
          tags,
        },
        { ...child, dependsOn: [policy] },
      ),
    );
    this.arn = this.stateMachine.arn;
    // What needs the machine's own ARN comes after it: the functions exist before the machine that calls them.
    const asksForRuns = [
      { actions: ["states:DescribeExecution"], resources: [this.arn.apply((arn) => executionArn(arn, "*"))] },
    ];
    const own = [
      this.allow(`${name}-own-policy`, this.role, undefined, [
        { actions: ["states:StartExecution"], resources: [this.arn] },
      ]),
      this.allow(`${name}-outcomes-own-policy`, outcomes.role, undefined, asksForRuns),
      this.allow(`${name}-reprocess-policy`, reprocess.role, undefined, asksForRuns),
    ];
    createMachineRules(
      name,
      { stateMachineArn: this.arn, rules, tags, transform: transform.starter, dependsOn: own },
      this,
    );
    const { stopped, failed } = transform;
    const alarmTransforms: AlarmTransforms<"stopped" | "failed"> = { stopped, failed };
    this.alarms = createAlarms(
      name,
      {
        alarms: autoRedriveAlarms(args.alarms, this.arn, spool.queueName),
        alarmActions: args.alarmActions,
        tags,
        transform: alarmTransforms,
      },
      this,
    );
    this.observed = {
      kind: "task",
      title: name,
      stateMachineArn: this.arn,
      functionName: this.function.name,
      logGroupNames: [functionLogGroup(this.function)],
      alarmArns: this.alarms.map(({ arn }) => arn),
    };
    this.registerOutputs({ arn: this.arn, tableName: this.tableName });
  }

  private allow(
    name: string,
    role: aws.iam.Role,
    transform: Transform<aws.iam.RolePolicyArgs> | undefined,
    statements: readonly PermissionStatement[],
  ): aws.iam.RolePolicy {
    const args = { role: role.name, policy: policyDocument(statements) };
    return new aws.iam.RolePolicy(...transformed(transform, name, args, { parent: this }));
  }
}

function calledFunction({ arn, timeout }: aws.lambda.Function): pulumi.Output<CalledFunction> {
  return pulumi
    .all([arn, timeout])
    .apply(([known, seconds]) => ({ arn: known, timeoutSeconds: seconds ?? lambdaTimeout }));
}

/** Its lease, what became of redrives, and the circuit breaker. */
function outcomesStatements(
  table: aws.dynamodb.Table,
  reprocess: ReprocessFunction,
  breaker: BreakerReference | undefined,
): PermissionStatement[] {
  const executions = reprocess.stateMachineArns.map((machine) => machine.apply((arn) => executionArn(arn, "*")));
  return [
    { actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: [table.arn] },
    ...(breaker === undefined ? [] : [{ actions: ["dynamodb:GetItem"], resources: [breaker.tableArn] }]),
    { actions: ["states:DescribeExecution", "states:GetExecutionHistory"], resources: executions },
  ];
}
