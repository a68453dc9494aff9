// Who may do what: AWS's decision within one account, its words, and which statements were needed.
import { describe, expect, it } from "vitest";
import type { PolicyDocument, PolicyStatement } from "../../../../../simulator/iam";
import { defaultQuotas } from "../../../../../simulator/quotas";
import { type Authorization, AwsError, type Call, type Principal } from "../../../../../simulator/service";
import { AccessControl } from "../../../../../simulator/services/iam/accessControl";

const accountId = "123456789012";
const quotas = defaultQuotas("eu-west-1").iam;
const roleArn = `arn:aws:iam::${accountId}:role/worker`;
const queue = "arn:aws:sqs:eu-west-1:123456789012:orders";
const ruleArn = "arn:aws:events:eu-west-1:123456789012:rule/nightly";
const role: Principal = { kind: "role", roleArn };
const events: Principal = { kind: "service", service: "events.amazonaws.com", sourceArn: ruleArn };

function trust(service: string, condition?: PolicyStatement["Condition"]): string {
  const statement = {
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    Condition: condition,
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

function control(...statements: PolicyStatement[]): AccessControl {
  const access = new AccessControl(accountId, quotas);
  access.createRole({ name: "worker", arn: roleArn, assumeRolePolicy: trust("lambda.amazonaws.com") });
  if (statements.length > 0) access.putRolePolicy("worker", "work", { Statement: statements });
  return access;
}

function call(principal: Principal, options: { secureTransport?: boolean; functionName?: string } = {}): Call {
  const { secureTransport = true, functionName } = options;
  const origin =
    functionName === undefined
      ? {}
      : { origin: { functionName, environmentId: "e", requestId: "r", crash: () => undefined } };
  return { service: "sqs", action: "Any", input: {}, principal, secureTransport, requestId: "aaaa-bbbb", ...origin };
}

function denial(run: () => void): AwsError {
  try {
    run();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  throw new Error("the call was allowed");
}

const send: Authorization = { action: "sqs:SendMessage", resource: queue };
const policy = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: "2012-10-17", Statement });

describe("a role's call", () => {
  it("is denied by default, in AWS's words and with each service's error code", () => {
    const access = control();
    const sqs = denial(() => access.authorize(call(role, { functionName: "charge" }), send));
    expect([sqs.code, sqs.status]).toEqual(["AccessDenied", 403]);
    expect(sqs.message).toBe(
      "User: arn:aws:sts::123456789012:assumed-role/worker/charge is not authorized to perform: sqs:sendmessage " +
        `on resource: ${queue} because no identity-based policy allows the sqs:sendmessage action`,
    );
    const machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders";
    const states = denial(() => access.authorize(call(role), { action: "states:StartExecution", resource: machine }));
    expect([states.code, states.status]).toEqual(["AccessDeniedException", 400]);
    expect(states.message).toBe(
      "User: arn:aws:sts::123456789012:assumed-role/worker/aaaabbbb is not authorized to perform: states:StartExecution " +
        `on resource: ${machine} because no identity-based policy allows the states:StartExecution action`,
    );
    const lambda = denial(() => access.authorize(call(role), { action: "lambda:InvokeFunction", resource: "*" }));
    expect([lambda.code, lambda.status]).toEqual(["AccessDeniedException", 403]);
  });

  it("is allowed by its own policy or by the resource's", () => {
    const own = control({ Effect: "Allow", Action: "sqs:sendmessage", Resource: queue });
    expect(() => own.authorize(call(role), send)).not.toThrow();
    const byResource = policy({ Effect: "Allow", Principal: { AWS: roleArn }, Action: "sqs:*", Resource: queue });
    expect(() => control().authorize(call(role), { ...send, resourcePolicy: byResource })).not.toThrow();
  });

  it("is not allowed by a resource policy that names only its account", () => {
    const root = policy({ Effect: "Allow", Principal: { AWS: accountId }, Action: "sqs:*", Resource: queue });
    expect(denial(() => control().authorize(call(role), { ...send, resourcePolicy: root })).code).toBe("AccessDenied");
  });

  it("is stopped by an explicit Deny on either side", () => {
    const allow: PolicyStatement = { Effect: "Allow", Action: "*", Resource: "*" };
    const own = control(allow, { Effect: "Deny", Action: "sqs:Send*", Resource: "*" });
    expect(denial(() => own.authorize(call(role), send)).message).toMatch(
      / with an explicit deny in an identity-based policy$/,
    );
    const byAccount = policy({
      Effect: "Deny",
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: "sqs:*",
      Resource: queue,
    });
    const message = denial(() => control(allow).authorize(call(role), { ...send, resourcePolicy: byAccount })).message;
    expect(message).toMatch(/ with an explicit deny in a resource-based policy$/);
  });

  it.each([
    ["sqs:*", queue, true],
    ["sqs:SendMessag?", "arn:aws:sqs:*:*:ord*", true],
    ["sqs:SendMessage", "arn:aws:sqs:*:*:order", false],
    ["sqs:Receive*", "*", false],
    ["*", `${queue}?`, false],
  ])("of Action %s and Resource %s", (Action, Resource, allowed) => {
    const run = () => control({ Effect: "Allow", Action, Resource }).authorize(call(role), send);
    if (allowed) expect(run).not.toThrow();
    else expect(run).toThrow(AwsError);
  });

  it("honours NotAction and NotResource", () => {
    const access = control({ Effect: "Allow", NotAction: "sqs:Delete*", NotResource: `${queue}-poison` });
    expect(() => access.authorize(call(role), send)).not.toThrow();
    expect(() => access.authorize(call(role), { ...send, action: "sqs:DeleteMessage" })).toThrow(AwsError);
    expect(() => access.authorize(call(role), { ...send, resource: `${queue}-poison` })).toThrow(AwsError);
  });

  it("follows a policy that changes at once", () => {
    const access = control({ Effect: "Allow", Action: "sqs:*", Resource: "*" });
    access.authorize(call(role), send);
    access.deleteRolePolicy("worker", "work");
    expect(() => access.authorize(call(role), send)).toThrow(AwsError);
  });
});

describe("other callers", () => {
  it("an operator is allowed whatever the resource does not deny", () => {
    expect(() => control().authorize(call({ kind: "operator" }), send)).not.toThrow();
    const insecure: PolicyDocument = policy({
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: queue,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    const authorization = { ...send, resourcePolicy: insecure };
    expect(() => control().authorize(call({ kind: "operator" }), authorization)).not.toThrow();
    const plain = call({ kind: "operator" }, { secureTransport: false });
    expect(denial(() => control().authorize(plain, authorization)).message).toBe(
      "User: arn:aws:iam::123456789012:user/operator is not authorized to perform: sqs:sendmessage " +
        `on resource: ${queue} with an explicit deny in a resource-based policy`,
    );
  });

  it("a service needs the resource's policy, from the source that it names", () => {
    const from = (arn: string): Authorization => ({
      ...send,
      resourcePolicy: policy({
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queue,
        Condition: { ArnLike: { "aws:SourceArn": arn }, StringEquals: { "aws:SourceAccount": accountId } },
      }),
    });
    expect(() => control().authorize(call(events), from(`arn:aws:events:*:${accountId}:rule/night*`))).not.toThrow();
    expect(denial(() => control().authorize(call(events), from(`${ruleArn}-other`))).message).toBe(
      `User: events.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: ${queue} ` +
        "because no resource-based policy allows the sqs:sendmessage action",
    );
    expect(() => control().authorize(call(events), send)).toThrow(AwsError);
  });

  it("an anonymous caller needs a policy for everybody, and the service's own condition keys count", () => {
    const url: Authorization = {
      action: "lambda:InvokeFunctionUrl",
      resource: "arn:aws:lambda:eu-west-1:123456789012:function:provider",
      resourcePolicy: policy({
        Effect: "Allow",
        Principal: "*",
        Action: "lambda:InvokeFunctionUrl",
        Resource: "*",
        Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } },
      }),
    };
    const anonymous = call({ kind: "anonymous" });
    const none = { ...url, conditionKeys: { "lambda:FunctionUrlAuthType": "NONE" } };
    expect(() => control().authorize(anonymous, none)).not.toThrow();
    expect(denial(() => control().authorize(anonymous, url)).message).toMatch(/^User: anonymous is not authorized/);
  });
});

describe("conditions", () => {
  const withCondition = (Condition: PolicyStatement["Condition"]) =>
    control({ Effect: "Allow", Action: "*", Resource: "*", Condition });
  const allowed = (Condition: PolicyStatement["Condition"]) => {
    try {
      withCondition(Condition).authorize(call(role), send);
      return true;
    } catch {
      return false;
    }
  };

  it("hold when one of several values fits, in every operator", () => {
    expect(allowed({ StringLike: { "aws:principalarn": ["x", "arn:aws:iam::*:role/work*"] } })).toBe(true);
    expect(allowed({ StringLike: { "aws:PrincipalArn": "x" }, Bool: { "aws:SecureTransport": true } })).toBe(false);
    expect(allowed({ StringNotEquals: { "aws:PrincipalArn": ["x", roleArn] } })).toBe(false);
  });

  it("with a missing key fail, unless negated or with IfExists", () => {
    expect(allowed({ ArnEquals: { "aws:SourceArn": ruleArn } })).toBe(false);
    expect(allowed({ ArnNotEquals: { "aws:SourceArn": ruleArn } })).toBe(true);
    expect(allowed({ ArnEqualsIfExists: { "aws:SourceArn": ruleArn } })).toBe(true);
    expect(allowed({ StringEqualsIfExists: { "aws:PrincipalArn": "x" } })).toBe(false);
  });
});

describe("a role", () => {
  it("is assumed only by whom it trusts, and the refusal is the asking service's own", () => {
    const access = control();
    expect(() => access.assertAssumable(roleArn, "lambda.amazonaws.com")).not.toThrow();
    const states = denial(() => access.assertAssumable(roleArn, "states.amazonaws.com"));
    expect(states.code).toBe("AccessDeniedException");
    expect(denial(() => access.assertAssumable(`${roleArn}2`, "lambda.amazonaws.com")).message).toBe(
      "The role defined for the function cannot be assumed by Lambda.",
    );
    expect(denial(() => access.assertAssumable(roleArn, "events.amazonaws.com")).message).toBe(
      `Provided role '${roleArn}' cannot be assumed by principal 'events.amazonaws.com'.`,
    );
  });

  it("trusts a service also by its regional name", () => {
    const access = new AccessControl(accountId, quotas);
    access.createRole({ name: "worker", arn: roleArn, assumeRolePolicy: trust("states.eu-west-1.amazonaws.com") });
    expect(() => access.assertAssumable(roleArn, "states.amazonaws.com")).not.toThrow();
  });

  it("may demand the source of the assumption", () => {
    const access = new AccessControl(accountId, quotas);
    const assumeRolePolicy = trust("events.amazonaws.com", { ArnEquals: { "aws:SourceArn": ruleArn } });
    access.createRole({ name: "worker", arn: roleArn, assumeRolePolicy });
    expect(() => access.assertAssumable(roleArn, "events.amazonaws.com", ruleArn)).not.toThrow();
    expect(() => access.assertAssumable(roleArn, "events.amazonaws.com", `${ruleArn}2`)).toThrow(AwsError);
  });

  it("has inline policies of at most 10,240 characters together", () => {
    const access = control({ Effect: "Allow", Action: "sqs:*", Resource: Array(100).fill(queue) });
    const more = policy({ Effect: "Allow", Action: "sqs:*", Resource: Array(150).fill(queue) });
    expect(denial(() => access.putRolePolicy("worker", "more", more)).message).toBe(
      "Maximum policy size of 10240 bytes exceeded for role worker",
    );
  });

  it("takes the AWS managed policies that are written down, and no other", () => {
    const access = control();
    access.attachRolePolicy("worker", "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
    expect(() => access.authorize(call(role), { action: "logs:PutLogEvents", resource: "arn:x" })).not.toThrow();
    expect(() => access.attachRolePolicy("worker", "arn:aws:iam::aws:policy/AdministratorAccess")).toThrow(
      "[policyArn] arn:aws:iam::aws:policy/AdministratorAccess is not in the simulator; it has " +
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole, arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole, " +
        "arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole, arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole, " +
        "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs, arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
    );
  });
});

describe("the record of used statements", () => {
  it("names each Allow with the actions and resources that it was needed for", () => {
    const access = control(
      { Effect: "Allow", Action: ["sqs:SendMessage", "sqs:DeleteMessage"], Resource: queue },
      { Effect: "Allow", Action: "states:*", Resource: "*" },
    );
    access.authorize(call(role), send);
    access.authorize(call(role), send);
    expect(access.usedStatements()).toMatchObject([
      { policy: "worker/work", index: 0, actions: new Set(["sqs:SendMessage"]), resources: new Set([queue]) },
    ]);
    expect(access.roleStatements().map(({ index, actions }) => [index, actions.size])).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });
});
