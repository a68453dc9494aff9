// What a ReprocessFunction brings along: the reconciler, the renewer and the edit function.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ErrorSpool } from "../../../components/errorSpool";
import { Reconciler } from "../../../components/reconciler";
import { Renewer, renewBeforeSeconds } from "../../../components/renewer";
import { ReprocessFunction } from "../../../components/reprocessFunction";
import { retentionRange } from "../../../components/spoolReference";
import { MockedProgram } from "./mockedProgram";
import { chargeCardArn, queueUrl, reprocess, sqs, states } from "./reprocessProgram";

const lambda = "aws:lambda/function:Function";
let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

describe("the reconciler", () => {
  it("looks back over two of its intervals, and 15 minutes for what is late", async () => {
    reprocess({ reconciler: { every: "1 hour" } });
    expect(await program.config("reprocess-reconciler")).toEqual({
      spoolUrl: `${queueUrl}/spool`,
      sources: { "charge-card": { stateMachineArn: chargeCardArn, longestExecutionSeconds: 31_536_000 } },
      windowSeconds: 7_200 + 900,
    });
  });

  it("may list and read executions, and write to the spool", async () => {
    reprocess();
    expect(await program.ownGrants("reprocess-reconciler")).toEqual([
      ["sqs:SendMessage", `${sqs}:spool`],
      ["states:ListExecutions", chargeCardArn],
      ["states:DescribeExecution", `${states}:execution:charge-card:*`],
    ]);
  });

  it("may look once a week, within what its handler takes", async () => {
    reprocess({ reconciler: { every: "7 days" } });
    const { windowSeconds } = await program.config("reprocess-reconciler");
    expect(windowSeconds).toBe(14 * 86_400 + 900);
    expect(windowSeconds).toBeLessThanOrEqual(15 * 86_400);
  });

  it.each([
    { every: "30 seconds" as const, message: `[every] must be from "1 minute" to "7 days", got "30 seconds"` },
    { every: "90 seconds" as const, message: `[every] must be a whole number of minutes, got "90 seconds"` },
  ])("$message", ({ every, message }) => {
    const args = { spool: new ErrorSpool("spool"), sources: { "charge-card": chargeCardArn }, every };
    expect(() => new Reconciler("reconciler", args)).toThrow(new Error(message));
  });
});

describe("the renewer", () => {
  it("renews what has five days left", async () => {
    reprocess({ spool: new ErrorSpool("spool", { retention: "7 days" }), renewer: { every: "6 hours" } });
    expect(await program.config("reprocess-renewer")).toMatchObject({
      spoolUrl: `${queueUrl}/spool`,
      poisonUrl: `${queueUrl}/spool-poison`,
      retentionSeconds: 604_800,
      poisonRetentionSeconds: 1_209_600,
      renewBeforeSeconds: 432_000,
    });
  });

  it("renews in time with the longest interval and the shortest retention, though runs fail and the alarm needs three days", () => {
    const longestInterval = 86_400;
    const alarmWithoutData = 3 * 86_400;
    expect(renewBeforeSeconds).toBeGreaterThan(longestInterval + alarmWithoutData);
    expect(retentionRange.minimum - renewBeforeSeconds).toBeGreaterThan(longestInterval);
  });

  it("may use both queues and ask for executions", async () => {
    reprocess();
    expect(await program.ownGrants("reprocess-renewer")).toEqual([
      [
        [
          "sqs:ChangeMessageVisibility",
          "sqs:DeleteMessage",
          "sqs:GetQueueAttributes",
          "sqs:ReceiveMessage",
          "sqs:SendMessage",
        ],
        [`${sqs}:spool`, `${sqs}:spool-poison`],
      ],
      ["states:DescribeExecution", `${states}:execution:charge-card:*`],
    ]);
  });

  it("does not come so seldom that the age alarm would miss it", () => {
    const args = {
      spool: new ErrorSpool("spool"),
      sources: { "charge-card": chargeCardArn },
      every: "25 hours" as const,
    };
    expect(() => new Renewer("renewer", args)).toThrow(
      new Error(`[every] must be from "1 hour" to "1 day", got "25 hours"`),
    );
  });
});

describe("the edit function", () => {
  it("is told its queues, its sources and the spool's bucket, and has five minutes unless told otherwise", async () => {
    reprocess();
    expect(await program.config("reprocess-edit")).toEqual({
      spoolUrl: `${queueUrl}/spool`,
      poisonUrl: `${queueUrl}/spool-poison`,
      sources: { "charge-card": { stateMachineArn: chargeCardArn, longestExecutionSeconds: 31_536_000 } },
      bucket: "spool-payloads",
    });
    expect((await program.resource(lambda, "reprocess-edit")).inputs).toMatchObject({ timeout: 300 });
  });

  it("may use the queues, start what is declared, keep edits in the bucket, and nothing else", async () => {
    const former = `${states}:stateMachine:charge-card-old`;
    reprocess({ sources: { "charge-card": { stateMachineArn: chargeCardArn, formerStateMachineArns: [former] } } });
    expect(await program.ownGrants("reprocess-edit")).toEqual([
      [
        ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"],
        [`${sqs}:spool`, `${sqs}:spool-poison`],
      ],
      ["states:StartExecution", chargeCardArn],
      ["states:DescribeExecution", [`${states}:execution:charge-card-old:*`, `${states}:execution:charge-card:*`]],
      ["s3:PutObject", "arn:aws:s3:::spool-payloads/respool/edits/*"],
      ["s3:GetObject", "arn:aws:s3:::spool-payloads/respool/edits/*"],
      ["s3:ListBucket", "arn:aws:s3:::spool-payloads"],
    ]);
  });

  it("is left out where the spool has no bucket, and refused where it is asked for", async () => {
    const spool = new ErrorSpool("spool", { bucket: false });
    expect(reprocess({ spool }).editor).toBeUndefined();
    expect(
      () => new ReprocessFunction("second", { spool, sources: { "charge-card": chargeCardArn }, edit: {} }),
    ).toThrow(
      new Error("[spool] must have a bucket, where each edit is kept with the original input, got one without"),
    );
  });
});
