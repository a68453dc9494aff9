import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ErrorSpool, type ErrorSpoolArgs } from "../../../components/errorSpool";
import { MockedProgram, outputValue } from "./mockedProgram";

const queue = "aws:sqs/queue:Queue";
const queuePolicy = "aws:sqs/queuePolicy:QueuePolicy";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

describe("the queues of a spool", () => {
  it("keep messages of all sizes for 14 days, encrypted by SQS's own key", async () => {
    new ErrorSpool("spool");
    const expected = { messageRetentionSeconds: 1_209_600, maxMessageSize: 1_048_576, sqsManagedSseEnabled: true };
    expect((await program.resource(queue, "spool")).inputs).toEqual(expected);
    expect((await program.resource(queue, "spool-poison")).inputs).toEqual(expected);
  });

  it("keep records for 7 days when asked to, and poison for 14 all the same", async () => {
    const spool = new ErrorSpool("spool", { retention: "7 days" });
    expect((await program.resource(queue, "spool")).inputs.messageRetentionSeconds).toBe(604_800);
    expect((await program.resource(queue, "spool-poison")).inputs.messageRetentionSeconds).toBe(1_209_600);
    expect(await outputValue(spool.retentionSeconds)).toBe(604_800);
  });

  it("take a key of one's own", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";
    new ErrorSpool("spool", { kmsKeyArn });
    for (const name of ["spool", "spool-poison"]) {
      const { inputs } = await program.resource(queue, name);
      expect(inputs).toMatchObject({ kmsMasterKeyId: kmsKeyArn });
      expect(inputs).not.toHaveProperty("sqsManagedSseEnabled");
    }
  });

  it("refuse calls without TLS, and let this spool's rules send", async () => {
    new ErrorSpool("spool");
    const arn = "arn:aws:sqs:eu-west-1:123456789012:spool";
    const { inputs } = await program.resource(queuePolicy, "spool-policy");
    expect(inputs.queueUrl).toBe("https://sqs.eu-west-1.amazonaws.com/123456789012/spool");
    expect(JSON.parse(String(inputs.policy)).Statement).toEqual([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: arn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "SafetyNet",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: arn,
        Condition: {
          ArnLike: {
            "aws:SourceArn": [
              "arn:aws:events:eu-west-1:123456789012:rule/spool-*",
              "arn:aws:events:eu-west-1:123456789012:rule/*/spool-*",
            ],
          },
        },
      },
      {
        Sid: "DeadLettersOfTopics",
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: arn,
        Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:*" } },
      },
    ]);
    const poison = JSON.parse(String((await program.resource(queuePolicy, "spool-poison-policy")).inputs.policy));
    expect(poison.Statement.map((statement: { Effect: string }) => statement.Effect)).toEqual(["Deny"]);
  });

  it("are open to transform", async () => {
    new ErrorSpool("spool", {
      tags: { team: "books" },
      transform: { queue: { delaySeconds: 5 }, poisonAlarm: { evaluationPeriods: 2 } },
    });
    expect((await program.resource(queue, "spool")).inputs).toMatchObject({ delaySeconds: 5, tags: { team: "books" } });
    expect((await program.resource(alarm, "spool-poison-alarm")).inputs).toMatchObject({ evaluationPeriods: 2 });
  });
});

describe("protection", () => {
  const protectionOf = async (options?: { protect?: boolean }) => {
    const seen: Record<string, boolean | undefined> = {};
    const look = (_: object, { protect }: { protect?: boolean }, name: string) => {
      seen[name] = protect;
      return undefined;
    };
    new ErrorSpool("spool", { transform: { queue: look, poisonQueue: look } }, options);
    return seen;
  };

  it("keeps both queues from being deleted", async () => {
    expect(await protectionOf()).toEqual({ spool: true, "spool-poison": true });
  });

  it("can be taken away", async () => {
    expect(await protectionOf({ protect: false })).toEqual({ spool: false, "spool-poison": false });
  });
});

describe("the alarms of a spool", () => {
  it("watch its depth, what is in flight included, without changing while the queue is silent", async () => {
    new ErrorSpool("spool", { alarmActions: ["arn:aws:sns:eu-west-1:123456789012:operators"] });
    const metric = (metricName: string) => ({
      namespace: "AWS/SQS",
      metricName,
      dimensions: { QueueName: "spool" },
      period: 300,
      stat: "Maximum",
    });
    expect((await program.resource(alarm, "spool-depth")).inputs).toMatchObject({
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      evaluationPeriods: 1,
      threshold: 1,
      treatMissingData: "ignore",
      metricQueries: [
        { id: "depth", expression: "visible + FILL(inFlight, 0)", returnData: true },
        { id: "visible", metric: metric("ApproximateNumberOfMessagesVisible"), returnData: false },
        { id: "inFlight", metric: metric("ApproximateNumberOfMessagesNotVisible"), returnData: false },
      ],
      alarmActions: ["arn:aws:sns:eu-west-1:123456789012:operators"],
    });
  });

  it("watch the renewer's age of the oldest record, and its silence", async () => {
    new ErrorSpool("spool", { alarmActions: ["arn:aws:sns:eu-west-1:123456789012:operators"] });
    expect((await program.resource(alarm, "spool-age")).inputs).toMatchObject({
      namespace: "Respool",
      metricName: "OldestRecordAge",
      dimensions: { Spool: "spool" },
      statistic: "Maximum",
      period: 86_400,
      evaluationPeriods: 1,
      threshold: 259_200,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "missing",
      alarmDescription: "The oldest record in the spool has waited for 3 days, or the renewer does not run.",
      alarmActions: ["arn:aws:sns:eu-west-1:123456789012:operators"],
      insufficientDataActions: ["arn:aws:sns:eu-west-1:123456789012:operators"],
    });
  });

  it("watch the poison queue for anything at all", async () => {
    new ErrorSpool("spool");
    expect((await program.resource(alarm, "spool-poison-alarm")).inputs).toMatchObject({
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "spool-poison" },
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
    });
  });

  it("watch the age of work that must be resumed within 14 days, and do not mind where there is none", async () => {
    new ErrorSpool("spool", { alarmActions: ["arn:aws:sns:eu-west-1:123456789012:operators"] });
    expect((await program.resource(alarm, "spool-resumable")).inputs).toMatchObject({
      namespace: "Respool",
      metricName: "ResumableAge",
      dimensions: { Spool: "spool" },
      statistic: "Maximum",
      period: 86_400,
      evaluationPeriods: 1,
      threshold: 864_000,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
      alarmActions: ["arn:aws:sns:eu-west-1:123456789012:operators"],
    });
  });

  it("go off where the program says, or not at all", async () => {
    new ErrorSpool("spool", { alarms: { depth: 20, age: "12 hours", poison: false, resumable: false } });
    expect((await program.all(alarm)).map(({ name, inputs }) => [name, inputs.threshold])).toEqual([
      ["spool-depth", 20],
      ["spool-age", 43_200],
    ]);
    new ErrorSpool("quiet", { alarms: false });
    expect((await program.all(alarm)).filter(({ name }) => name.startsWith("quiet"))).toEqual([]);
  });
});

describe("arguments of a spool", () => {
  it.each<{ args: ErrorSpoolArgs; message: string }>([
    { args: { retention: "15 days" }, message: `[retention] must be from "7 days" to "14 days", got "15 days"` },
    { args: { retention: "6 days" }, message: `[retention] must be from "7 days" to "14 days", got "6 days"` },
    { args: { alarms: { depth: 0 } }, message: "[alarms.depth] must be a whole number from 1 to 1000000000, got 0" },
    {
      args: { alarms: { age: "1 minute" } },
      message: `[alarms.age] must be from "1 hour" to "365 days", got "1 minute"`,
    },
  ])("$message", ({ args, message }) => {
    expect(() => new ErrorSpool("spool", args)).toThrow(new Error(message));
  });
});

describe("a spool of another stack", () => {
  it("is known by its ARNs", async () => {
    const spool = ErrorSpool.fromArn("arn:aws:sqs:eu-west-1:123456789012:spool", {
      poisonArn: "arn:aws-cn:sqs:cn-north-1:123456789012:poison",
      retention: "7 days",
    });
    expect(await outputValue(spool.url)).toBe("https://sqs.eu-west-1.amazonaws.com/123456789012/spool");
    expect(await outputValue(spool.queueName)).toBe("spool");
    expect(await outputValue(spool.retentionSeconds)).toBe(604_800);
    expect(await outputValue(spool.poison.url)).toBe("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/poison");
    expect(spool.kmsKeyArn).toBeUndefined();
  });

  it.each(["arn:aws:sqs:eu-west-1:123456789012:spool.fifo", "arn:aws:sns:eu-west-1:123456789012:spool", "spool"])(
    "refuses %s",
    (arn) => {
      expect(() => ErrorSpool.fromArn(arn, { poisonArn: "arn:aws:sqs:eu-west-1:123456789012:poison" })).toThrow(
        new Error(`[arn] must be the ARN of a standard SQS queue, got "${arn}"`),
      );
    },
  );
});
