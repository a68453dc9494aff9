// What an AutoRedrive makes of its arguments: checked values, rules and alarms, no resources.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RunSettings } from "../handlers/autoRedrive/runState";
import { checkFilter } from "../handlers/reprocess/request";
import { alarmCount } from "./alarmSettings";
import type { AutoRedriveAlarms, AutoRedriveArgs } from "./autoRedrive";
import { toSeconds } from "./duration";
import type { MachineRule } from "./machineRules";
import { scheduleExpression } from "./schedule";
import { inWords, validated, wholeNumber } from "./validate";

/** Undecided redrives are part of each state of the machine, about 300 bytes each, and a state may have 256 KiB. */
const largestWindow = 500;

const fiveMinutes = 300;
const day = 86_400;

/** The numbers of the arguments, with defaults. */
export function checkedSettings(args: AutoRedriveArgs) {
  const window = wholeNumber("window", args.window ?? largestWindow, { minimum: 1, maximum: largestWindow });
  const first = wholeNumber("first", args.first ?? Math.min(5, window), { minimum: 1, maximum: window });
  const failureLimit = share("failureLimit", args.failureLimit ?? 0.2);
  const filter = args.filter === undefined ? {} : { filter: checkFilter(args.filter) };
  return {
    window,
    patienceSeconds: toSeconds("outcomeWithin", args.outcomeWithin ?? "1 hour", { minimum: 60, maximum: 30 * day }),
    outcomesPerSecond: perSecond("outcomesPerSecond", args.outcomesPerSecond ?? 8),
    defaults: pulumi
      .output(validated(args.rate ?? args.reprocess.rate, (rate) => perSecond("rate", rate)))
      .apply((rate): RunSettings => ({ rate, first, failureLimit, ...filter })),
  };
}

/** @throws when an option needs a breaker, and there is none */
export function startingRules(name: string, args: AutoRedriveArgs): MachineRule[] {
  const { breaker, schedule, startOnClosed = breaker !== undefined, startOnOpened = breaker !== undefined } = args;
  for (const [argument, value] of Object.entries({ startOnClosed, startOnOpened })) {
    if (value && breaker === undefined) {
      throw new Error(`[${argument}] must be false without [breaker], got true`);
    }
  }
  const on = (phase: "open" | "closed"): MachineRule[] =>
    breaker === undefined
      ? []
      : [
          {
            name: phase === "open" ? "on-opened" : "on-closed",
            description: `Starts ${name} when its circuit breaker is ${phase}`,
            eventPattern: breaker.tableName.apply((table) => breakerPattern(table, phase)),
          },
        ];
  return [
    ...(schedule === undefined
      ? []
      : [{ name: "schedule", description: `Starts ${name}`, schedule: scheduleExpression("schedule", schedule) }]),
    ...(startOnClosed ? on("closed") : []),
    ...(startOnOpened ? on("open") : []),
  ];
}

/** The events of a circuit breaker, which its table tells apart. */
function breakerPattern(table: string, phase: "open" | "closed"): string {
  return JSON.stringify({
    source: ["respool.breaker"],
    "detail-type": ["Circuit Breaker State Change"],
    detail: { table: [table], phase: [phase] },
  });
}

/** What the alarms watch. */
export function autoRedriveAlarms(
  alarms: AutoRedriveAlarms | false | undefined,
  stateMachineArn: pulumi.Output<string>,
  spoolQueueName: pulumi.Input<string>,
) {
  const { stopped, failed }: AutoRedriveAlarms = alarms === false ? { stopped: false, failed: false } : (alarms ?? {});
  const count = (
    argument: string,
    value: number | false | undefined,
    watched: Pick<aws.cloudwatch.MetricAlarmArgs, "namespace" | "metricName" | "dimensions" | "alarmDescription">,
  ): aws.cloudwatch.MetricAlarmArgs | undefined => {
    const threshold = alarmCount(argument, value, 1);
    return threshold === undefined
      ? undefined
      : {
          ...watched,
          comparisonOperator: "GreaterThanOrEqualToThreshold",
          evaluationPeriods: 1,
          threshold,
          treatMissingData: "notBreaching",
          period: fiveMinutes,
          statistic: "Sum",
        };
  };
  return {
    stopped: count("alarms.stopped", stopped, {
      alarmDescription: "An automatic redrive has stopped, and left the rest in the spool: its output says why.",
      namespace: "Respool",
      metricName: "AutoRedriveStopped",
      dimensions: { Spool: spoolQueueName },
    }),
    failed: count("alarms.failed", failed, {
      alarmDescription: "An automatic redrive could not be begun, or not go on: its execution's cause says why.",
      namespace: "AWS/States",
      metricName: "ExecutionsFailed",
      dimensions: { StateMachineArn: stateMachineArn },
    }),
  };
}

function share(argument: string, value: number): number {
  if (!(typeof value === "number" && value >= 0 && value <= 1)) {
    throw new Error(`[${argument}] must be a number from 0 to 1, got ${inWords(value)}`);
  }
  return value;
}

function perSecond(argument: string, value: number): number {
  if (!(typeof value === "number" && value > 0 && value <= 1_000)) {
    throw new Error(`[${argument}] must be more than 0 and at most 1000, got ${inWords(value)}`);
  }
  return value;
}
