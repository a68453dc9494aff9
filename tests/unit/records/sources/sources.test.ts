// The list of sources, and the permissions that derive from it.
import { describe, expect, it } from "vitest";
import {
  bucketPermissionsOf,
  payloadPermissionsOf,
  permissionsOf,
  recordSources,
  replayPermissionsOf,
  resumePermissionsOf,
} from "../../../../records/sources/sources";
import { commandFailure } from "../../../support/commandFailures";
import { NOTIFY_ARN, ORDERS_QUEUE_ARN, STREAM_ARN, TABLE_STREAM_ARN } from "../../../support/foreignFailures";
import { executionOf, ORDERS_ARN, recordBody, recordByReference, statusChangeEvent } from "../../../support/records";

const received = (body: object) => ({
  message: { Body: JSON.stringify(body) },
  text: JSON.stringify(body),
  json: { ...body },
  attribute: {},
  direct: true,
});

describe("the sources", () => {
  it.each([
    [recordBody("order-1"), "Step Functions record by value"],
    [recordByReference("order-1"), "Step Functions record by reference"],
    [statusChangeEvent("order-1"), "Step Functions status-change event with input"],
    [statusChangeEvent("order-1", { input: null }), "Step Functions status-change event without input"],
    [commandFailure(), "command failure"],
  ])("recognise each form once (%#)", (body, name) => {
    const found = recordSources.filter((source) => source.recognise(received(body), {}));
    expect(found.map((source) => source.name)).toEqual([name]);
  });
});

describe("permissionsOf", () => {
  it("names each action once, on this state machine and its executions only", () => {
    expect(permissionsOf(ORDERS_ARN)).toEqual([
      { actions: ["states:StartExecution"], resources: [ORDERS_ARN] },
      { actions: ["states:DescribeExecution", "states:GetExecutionHistory"], resources: [executionOf("*")] },
    ]);
  });
});

describe("resumePermissionsOf", () => {
  it("names what lets executions go on: redriving them, and answering their machine's task tokens", () => {
    expect(resumePermissionsOf(ORDERS_ARN)).toEqual([
      { actions: ["states:DescribeExecution", "states:RedriveExecution"], resources: [executionOf("*")] },
      { actions: ["states:SendTaskFailure", "states:SendTaskSuccess"], resources: [ORDERS_ARN] },
    ]);
  });
});

describe("replayPermissionsOf", () => {
  const bucketArn = "arn:aws:s3:::spool-bucket";

  it("names what a replay does, on what the source stands for only", () => {
    expect(replayPermissionsOf({ functionArn: NOTIFY_ARN, bucketArn, streamArn: STREAM_ARN })).toEqual([
      { actions: ["lambda:InvokeFunction"], resources: [NOTIFY_ARN] },
      { actions: ["s3:GetObject"], resources: [`${bucketArn}/*`] },
      { actions: ["s3:ListBucket"], resources: [bucketArn] },
      { actions: ["kinesis:GetRecords", "kinesis:GetShardIterator"], resources: [STREAM_ARN] },
    ]);
    expect(replayPermissionsOf({ streamArn: TABLE_STREAM_ARN })).toEqual([
      { actions: ["dynamodb:GetRecords", "dynamodb:GetShardIterator"], resources: [TABLE_STREAM_ARN] },
    ]);
    const queueArn = `${ORDERS_QUEUE_ARN}.fifo`;
    expect(replayPermissionsOf({ queueArn })).toEqual([{ actions: ["sqs:SendMessage"], resources: [queueArn] }]);
  });
});

describe("every source that the launcher replays", () => {
  it("says how, and what that takes", () => {
    const launched = recordSources.filter(({ name }) => !name.startsWith("Step Functions"));
    expect(launched).toHaveLength(10);
    expect(launched.filter(({ replay, replayPermissions }) => !replay || !replayPermissions)).toEqual([]);
  });
});

describe("the permissions on the spool's bucket", () => {
  it("read all of it, and write payloads only", () => {
    const bucketArn = "arn:aws:s3:::spool-bucket";
    expect(bucketPermissionsOf(bucketArn)).toEqual([
      { actions: ["s3:GetObject"], resources: [`${bucketArn}/*`] },
      { actions: ["s3:ListBucket"], resources: [bucketArn] },
    ]);
    expect(payloadPermissionsOf(bucketArn)).toEqual([
      { actions: ["s3:PutObject"], resources: [`${bucketArn}/respool/payloads/*`] },
    ]);
  });
});
