// IAM policy documents: exactly the statements asked for, and the same text however they were written.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { functionStatements } from "../../../components/functionRole";
import { checkedLength, policyDocument, trustPolicy } from "../../../components/policy";

const known = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => void output.apply(resolve));

describe("policyDocument", () => {
  it("makes each statement an Allow of its own, in order", async () => {
    const document = await known(
      policyDocument([
        { sid: "Send", actions: ["sqs:SendMessage"], resources: [pulumi.output("arn:aws:sqs:eu-west-1:1:orders")] },
        {
          actions: ["states:StartExecution"],
          resources: ["*"],
          conditions: { StringEquals: { "aws:PrincipalAccount": pulumi.output("1") } },
        },
      ]),
    );

    expect(JSON.parse(document)).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Sid: "Send", Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:1:orders" },
        {
          Effect: "Allow",
          Action: "states:StartExecution",
          Resource: "*",
          Condition: { StringEquals: { "aws:PrincipalAccount": "1" } },
        },
      ],
    });
  });

  it("does not depend on the order of actions and resources, nor on repetitions", async () => {
    const one = policyDocument([{ actions: ["sqs:B", "sqs:A"], resources: ["arn:2", "arn:1", "arn:2"] }]);
    const other = policyDocument([{ actions: ["sqs:A", "sqs:B"], resources: ["arn:1", "arn:2"] }]);

    expect(await known(one)).toBe(await known(other));
  });
});

describe("trustPolicy", () => {
  it("trusts one service", () => {
    expect(JSON.parse(trustPolicy("lambda.amazonaws.com"))).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
  });
});

describe("functionStatements", () => {
  const asked = { actions: ["sqs:SendMessage"], resources: ["arn:q"] };
  const statements = async (tracing: "Active" | "PassThrough") =>
    JSON.parse(await known(policyDocument(functionStatements([asked], "arn:logs:group", tracing)))).Statement;
  const logs = {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: "arn:logs:group:*",
  };

  it("adds the log group and X-Ray to what was asked for", async () => {
    expect(await statements("Active")).toEqual([
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:q" },
      logs,
      { Effect: "Allow", Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], Resource: "*" },
    ]);
  });

  it("leaves X-Ray out of a function that is not traced", async () => {
    expect(await statements("PassThrough")).toEqual([
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:q" },
      logs,
    ]);
  });
});

describe("the length of a policy", () => {
  it("is at most what IAM takes", () => {
    const ofLength = (length: number) => ({ Resource: "x".repeat(length - '{"Resource":""}'.length) });
    expect(checkedLength(ofLength(10_240))).toHaveLength(10_240);
    expect(() => checkedLength(ofLength(10_241))).toThrow(
      new Error(
        "the policy of a role must have at most 10240 characters, got 10241: give it fewer [permissions], and of a ReprocessFunction use a second spool, with a ReprocessFunction of its own, for some of its [sources]",
      ),
    );
  });
});
