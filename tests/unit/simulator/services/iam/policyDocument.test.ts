// Which policies are taken, and the exact words for the others.
import { describe, expect, it } from "vitest";
import type { PolicyStatement } from "../../../../../simulator/iam";
import { compilePolicy, type PolicyKind } from "../../../../../simulator/services/iam/policyDocument";

const queue = "arn:aws:sqs:eu-west-1:123456789012:orders";

function compile(statement: Record<string, unknown>, kind: PolicyKind = "identity") {
  const document = { Version: "2012-10-17", Statement: [statement as unknown as PolicyStatement] };
  return compilePolicy(document, { kind, policy: "role/policy", accountId: "123456789012" });
}

const allow = { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue };

describe("a policy document", () => {
  it("is read from JSON text, with one statement or a list", () => {
    const options = { kind: "identity", policy: "role/policy", accountId: "123456789012" } as const;
    expect(compilePolicy(JSON.stringify({ Statement: allow }), options).statements).toHaveLength(1);
    expect(() => compilePolicy("{", options)).toThrow("Syntax errors in policy.");
  });

  it.each([
    [{ ...allow, Effect: "allow" }, '[Statement[0].Effect] must be Allow or Deny, got "allow"'],
    [{ Effect: "Allow", Resource: "*" }, "[Statement[0]] must have either Action or NotAction"],
    [{ ...allow, NotAction: "sqs:*" }, "[Statement[0]] must have either Action or NotAction"],
    [{ Effect: "Allow", Action: "sqs:*" }, "[Statement[0]] must have either Resource or NotResource"],
    [
      { ...allow, Action: "SendMessage" },
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc., got "SendMessage" in [Statement[0].Action]',
    ],
    [{ ...allow, Resource: "orders" }, 'Resource orders must be in ARN format or "*".'],
    [{ ...allow, Principal: "*" }, "Policy document should not specify a principal."],
    [
      { ...allow, Resources: "*" },
      "[Statement[0]] has the element Resources, allowed are Sid, Effect, Action, NotAction, Resource, NotResource, Principal, Condition",
    ],
    [
      { ...allow, Resource: "arn:aws:sqs:*:*:$" + "{aws:username}" },
      'the simulator does not have policy variables, got "arn:aws:sqs:*:*:$' +
        '{aws:username}" in [Statement[0].Resource]',
    ],
  ])("refuses %j", (statement, message) => {
    expect(() => compile(statement)).toThrow(expect.objectContaining({ message }));
  });

  it("refuses a condition that it would not evaluate", () => {
    expect(() => compile({ ...allow, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } })).toThrow(
      "the simulator does not have the condition operator IpAddress; it has StringEquals,",
    );
    expect(() => compile({ ...allow, Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } } })).toThrow(
      "the simulator does not have the condition key aws:RequestedRegion; it has aws:SecureTransport, aws:SourceArn, " +
        "aws:SourceAccount, aws:PrincipalArn, lambda:FunctionUrlAuthType, lambda:InvokedViaFunctionUrl",
    );
  });

  it("wants a principal in resource policies, and no resource in trust policies", () => {
    expect(() => compile(allow, "resource")).toThrow("Missing required field Principal");
    expect(() => compile({ ...allow, Principal: { Federated: "x" } }, "resource")).toThrow(
      "the simulator does not have principals of type Federated; it has AWS, Service",
    );
    expect(() => compile({ ...allow, Principal: { AWS: "arn:aws:iam::123456789012:role/*" } }, "resource")).toThrow(
      'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/*"',
    );
    expect(() => compile({ ...allow, Principal: "*" }, "trust")).toThrow("Has prohibited field Resource");
  });
});
