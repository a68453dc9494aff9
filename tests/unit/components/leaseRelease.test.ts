// What frees leases: the rule, the state machine that it starts, and what each of them may do.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLeaseRelease, type LeaseReleaseArgs } from "../../../components/leaseRelease";
import { Semaphore } from "../../../components/semaphore";
import type { JsonObject } from "../../../simulator/json";
import { testPattern } from "../../../simulator/services/eventBridge/eventPattern";
import { MockedProgram } from "./mockedProgram";

const machineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:charge-card";
const arnOf = (kind: string, name: string) => `arn:aws:${kind}:${name}`;

let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

function create(more: Partial<LeaseReleaseArgs> = {}) {
  const semaphore = new Semaphore("payments", { limit: 5 });
  const uses = [{ semaphore, key: "customer.id", holdSeconds: pulumi.output(40) }];
  createLeaseRelease("charge-card-leases", { stateMachineArn: machineArn, uses, ...more }, semaphore);
}

async function documentOf(name: string): Promise<unknown> {
  const { inputs } = await program.resource("aws:iam/rolePolicy:RolePolicy", name);
  return JSON.parse(String(inputs.policy)).Statement;
}

describe("what frees leases", () => {
  it("is started by each execution that ended without giving its lease back", async () => {
    create();
    const { inputs } = await program.resource("aws:cloudwatch/eventRule:EventRule", "charge-card-leases-rule");
    expect(JSON.parse(String(inputs.eventPattern))).toEqual({
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: {
        status: ["ABORTED", "FAILED", "TIMED_OUT"],
        stateMachineArn: [machineArn],
        error: [{ "anything-but": ["Respool.Spooled", "Respool.SpoolFailed"] }, null, { exists: false }],
      },
    });
    const target = await program.resource("aws:cloudwatch/eventTarget:EventTarget", "charge-card-leases-target");
    expect(target.inputs).toEqual({
      rule: "charge-card-leases-rule",
      arn: arnOf("states:eu-west-1:123456789012", "stateMachine:charge-card-leases"),
      roleArn: arnOf("iam:", "123456789012:role/charge-card-leases-rule-role"),
    });
    expect(await documentOf("charge-card-leases-rule-policy")).toEqual([
      {
        Effect: "Allow",
        Action: "states:StartExecution",
        Resource: arnOf("states:eu-west-1:123456789012", "stateMachine:charge-card-leases"),
      },
    ]);
  });

  it("leaves out executions that wait at a gate, where failed work is resumed", async () => {
    create({ resumes: true });
    const { inputs } = await program.resource("aws:cloudwatch/eventRule:EventRule", "charge-card-leases-rule");
    const { detail: pattern } = JSON.parse(String(inputs.eventPattern));
    const starts = (detail: JsonObject) => testPattern(JSON.stringify({ detail: pattern }), { detail });
    const failed = { status: "FAILED", stateMachineArn: machineArn, error: "States.Runtime" };
    const at = (state: string) =>
      `An error occurred while executing the state '${state}' (entered at the event id #9). Failed to transition out of the state.`;
    expect(starts({ ...failed, cause: at("Charge: Gate") })).toBe(false);
    expect(starts({ ...failed, cause: at("Charge") })).toBe(true);
    expect(starts({ ...failed, error: "Respool.Spooled", cause: "{}" })).toBe(false);
    expect(starts({ ...failed, status: "ABORTED", error: null, cause: null })).toBe(true);
  });

  it("is a Standard state machine that may read and change the semaphores' tables, and report traces", async () => {
    create({ tags: { team: "books" } });
    const { inputs } = await program.resource("aws:sfn/stateMachine:StateMachine", "charge-card-leases");
    expect(inputs).toMatchObject({
      type: "STANDARD",
      tracingConfiguration: { enabled: true },
      tags: { team: "books" },
    });
    const { States: states } = JSON.parse(String(inputs.definition));
    expect(states.Look.Arguments.TableName).toBe("payments");
    expect(states.Wait.Seconds).toContain("+ 40,");
    expect(await documentOf("charge-card-leases-policy")).toMatchObject([
      {
        Action: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
        Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/payments",
      },
      { Action: expect.arrayContaining(["xray:PutTraceSegments"]), Resource: "*" },
    ]);
  });

  it("can do without traces, and be changed", async () => {
    create({ tracing: false, transform: { rule: { description: "mine" }, ruleRole: { path: "/rules/" } } });
    expect(await documentOf("charge-card-leases-policy")).toHaveLength(1);
    const rule = await program.resource("aws:cloudwatch/eventRule:EventRule", "charge-card-leases-rule");
    expect(rule.inputs).toMatchObject({ description: "mine" });
    const role = await program.resource("aws:iam/role:Role", "charge-card-leases-rule-role");
    expect(role.inputs).toMatchObject({ path: "/rules/" });
  });
});
