// AWS's limits, with the document that each comes from.

/** Limits of AWS Step Functions, Standard workflows. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export interface StepFunctionsQuotas {
  /** StartExecution's token bucket. "Quotas related to API action throttling" */
  readonly startExecutionBucket: number;
  /** Tokens a second. */
  readonly startExecutionRefill: number;
  /** Input or result of a task, state or execution, in bytes of UTF-8. */
  readonly maximumPayloadBytes: number;
  readonly maximumHistoryEvents: number;
  readonly maximumExecutionSeconds: number;
  readonly maximumNameLength: number;
  /** How long an execution's history and name are kept after it closed. */
  readonly retentionDays: number;
  /** How long after it closed an execution can be redriven. */
  readonly redrivableDays: number;
}

/** Limits of AWS Lambda. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export interface LambdaQuotas {
  readonly concurrentExecutions: number;
  /** Reserved concurrency must leave this many unreserved. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
  readonly minimumUnreservedConcurrency: number;
  readonly maximumTimeoutSeconds: number;
  readonly minimumMemoryMegabytes: number;
  readonly maximumMemoryMegabytes: number;
  /** Request and response each. */
  readonly synchronousPayloadBytes: number;
  readonly asynchronousPayloadBytes: number;
  readonly environmentVariablesBytes: number;
}

/** Limits of Amazon SQS. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export interface SqsQuotas {
  /** One message, and all messages of one batch together. */
  readonly maximumMessageBytes: number;
  readonly maximumBatchEntries: number;
  readonly maximumMessageAttributes: number;
  readonly minimumRetentionSeconds: number;
  readonly maximumRetentionSeconds: number;
  readonly maximumVisibilitySeconds: number;
  readonly maximumDelaySeconds: number;
  readonly maximumWaitSeconds: number;
  readonly maximumInFlight: number;
}

/** Limits of Amazon EventBridge. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export interface EventBridgeQuotas {
  readonly putEventsEntries: number;
  /** All entries of one PutEvents call. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
  readonly putEventsBytes: number;
  readonly rulesPerBus: number;
  readonly targetsPerRule: number;
  readonly patternCharacters: number;
  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
  readonly maximumRetryAttempts: number;
  readonly minimumEventAgeSeconds: number;
  readonly maximumEventAgeSeconds: number;
}

/** Limits of Amazon API Gateway. https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export interface ApiGatewayQuotas {
  /** All REST APIs of the account and region together. */
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly payloadBytes: number;
}

/** Limits of IAM. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export interface IamQuotas {
  /** All inline policies of a role together; white space does not count. */
  readonly inlinePolicyCharacters: number;
  readonly trustPolicyCharacters: number;
  readonly managedPoliciesPerRole: number;
  readonly roleNameCharacters: number;
}

export interface Quotas {
  readonly stepFunctions: StepFunctionsQuotas;
  readonly lambda: LambdaQuotas;
  readonly sqs: SqsQuotas;
  readonly eventBridge: EventBridgeQuotas;
  readonly iam: IamQuotas;
  readonly apiGateway: ApiGatewayQuotas;
}

/** Replacements for single limits, such as `{ stepFunctions: { startExecutionBucket: 1 } }`. */
export type QuotaOverrides = { readonly [Service in keyof Quotas]?: Partial<Quotas[Service]> };

const largeStepFunctionsRegions: ReadonlySet<string> = new Set(["us-east-1", "us-west-2", "eu-west-1"]);

/** What an account has that never asked for more. */
export function defaultQuotas(region: string): Quotas {
  const large = largeStepFunctionsRegions.has(region);
  return {
    stepFunctions: {
      startExecutionBucket: large ? 1_300 : 800,
      startExecutionRefill: large ? 300 : 150,
      maximumPayloadBytes: 262_144,
      maximumHistoryEvents: 25_000,
      maximumExecutionSeconds: 31_536_000,
      maximumNameLength: 80,
      retentionDays: 90,
      redrivableDays: 14,
    },
    lambda: {
      concurrentExecutions: 1_000,
      minimumUnreservedConcurrency: 100,
      maximumTimeoutSeconds: 900,
      minimumMemoryMegabytes: 128,
      maximumMemoryMegabytes: 10_240,
      synchronousPayloadBytes: 6_291_456,
      asynchronousPayloadBytes: 1_048_576,
      environmentVariablesBytes: 4_096,
    },
    sqs: {
      maximumMessageBytes: 1_048_576,
      maximumBatchEntries: 10,
      maximumMessageAttributes: 10,
      minimumRetentionSeconds: 60,
      maximumRetentionSeconds: 1_209_600,
      maximumVisibilitySeconds: 43_200,
      maximumDelaySeconds: 900,
      maximumWaitSeconds: 20,
      maximumInFlight: 120_000,
    },
    eventBridge: {
      putEventsEntries: 10,
      putEventsBytes: 262_144,
      rulesPerBus: 300,
      targetsPerRule: 5,
      patternCharacters: 4_096,
      maximumRetryAttempts: 185,
      minimumEventAgeSeconds: 60,
      maximumEventAgeSeconds: 86_400,
    },
    iam: {
      inlinePolicyCharacters: 10_240,
      trustPolicyCharacters: 2_048,
      managedPoliciesPerRole: 10,
      roleNameCharacters: 64,
    },
    apiGateway: { requestsPerSecond: 10_000, burst: 5_000, payloadBytes: 10_485_760 },
  };
}

/**
 * The quotas with some limits replaced.
 * @throws RangeError when a replacement names no limit, or is not a number of at least 0
 */
export function withQuotas(quotas: Quotas, overrides: QuotaOverrides): Quotas {
  const replace = <Limits extends object>(
    name: keyof Quotas,
    limits: Limits,
    changes: Partial<Limits> = {},
  ): Limits => {
    for (const [limit, value] of Object.entries(changes)) {
      if (!(limit in limits)) {
        throw new RangeError(`[${name}.${limit}] is no quota, allowed are ${Object.keys(limits).join(", ")}`);
      }
      if (typeof value !== "number" || !(value >= 0)) {
        throw new RangeError(`[${name}.${limit}] must be a number of at least 0, got ${value}`);
      }
    }
    return { ...limits, ...changes };
  };
  return {
    stepFunctions: replace("stepFunctions", quotas.stepFunctions, overrides.stepFunctions),
    lambda: replace("lambda", quotas.lambda, overrides.lambda),
    sqs: replace("sqs", quotas.sqs, overrides.sqs),
    eventBridge: replace("eventBridge", quotas.eventBridge, overrides.eventBridge),
    iam: replace("iam", quotas.iam, overrides.iam),
    apiGateway: replace("apiGateway", quotas.apiGateway, overrides.apiGateway),
  };
}
