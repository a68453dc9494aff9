// Pulumi's IAM resources and the operations on a running simulation's roles.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { defaultQuotas } from "../../../../../simulator/quotas";
import { AccessControl } from "../../../../../simulator/services/iam/accessControl";
import { IamService } from "../../../../../simulator/services/iam/iamService";
import { testWorld } from "../../../../support/simulatorWorld";

const assumeRolePolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const allowSend = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }],
});

function setUp() {
  const access = new AccessControl("123456789012", defaultQuotas("eu-west-1").iam);
  const world = testWorld({ iam: access });
  const service = new IamService(world, access);
  world.gateway.add(service);
  const create = (type: string, inputs: JsonObject) => service.resourceTypes[type]?.create(inputs, "charge-1a2b3c4");
  return { access, world, create };
}

describe("aws:iam/role:Role", () => {
  it("gives the provider's outputs", () => {
    const { create, access } = setUp();
    const created = create("aws:iam/role:Role", { assumeRolePolicy, path: "/orders/", tags: { team: "shop" } });
    expect(created).toMatchObject({
      id: "charge-1a2b3c4",
      state: {
        arn: "arn:aws:iam::123456789012:role/orders/charge-1a2b3c4",
        name: "charge-1a2b3c4",
        maxSessionDuration: 3600,
        createDate: "2026-01-01T00:00:00Z",
        uniqueId: expect.stringMatching(/^AROA[0-9A-F]{17}$/),
        tagsAll: { team: "shop" },
      },
    });
    const roleArn = "arn:aws:iam::123456789012:role/orders/charge-1a2b3c4";
    expect(() => access.assertAssumable(roleArn, "lambda.amazonaws.com")).not.toThrow();
  });

  it.each([
    [{}, "[assumeRolePolicy] is required"],
    [{ assumeRolePolicy, name: "a b" }, '[name] must be 1 to 64 characters of letters, digits and _+=,.@-, got "a b"'],
    [{ assumeRolePolicy, path: "x" }, '[path] must begin and end with "/", got "x"'],
    [
      { assumeRolePolicy, maxSessionDuration: 60 },
      "[maxSessionDuration] must be a whole number from 3600 to 43200, got 60",
    ],
    [
      { assumeRolePolicy, permissionsBoundary: "arn:b" },
      '[permissionsBoundary] the simulator does not have permissions boundaries, got "arn:b"',
    ],
    [{ assumeRolePolicy: "{}" }, "[Statement] must have at least one statement"],
  ])("refuses %j", (inputs: JsonObject, message) => {
    expect(() => setUp().create("aws:iam/role:Role", inputs)).toThrow(expect.objectContaining({ message }));
  });

  it("takes inline and managed policies", () => {
    const { create, access } = setUp();
    const managedPolicyArns = ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"];
    create("aws:iam/role:Role", {
      assumeRolePolicy,
      inlinePolicies: [{ name: "send", policy: allowSend }],
      managedPolicyArns,
    });
    expect(access.roleStatements().map(({ policy }) => policy)).toEqual([
      "charge-1a2b3c4/send",
      "charge-1a2b3c4/AWSXRayDaemonWriteAccess",
    ]);
  });
});

describe("policies of a role", () => {
  it("come by aws:iam/rolePolicy:RolePolicy and aws:iam/rolePolicyAttachment:RolePolicyAttachment", () => {
    const { create, access } = setUp();
    create("aws:iam/role:Role", { assumeRolePolicy, name: "worker" });
    const inline = create("aws:iam/rolePolicy:RolePolicy", { role: "worker", policy: allowSend });
    expect(inline).toEqual({
      id: "worker:charge-1a2b3c4",
      state: { name: "charge-1a2b3c4", role: "worker", policy: allowSend, namePrefix: "" },
    });
    const policyArn = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";
    create("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: "worker", policyArn });
    expect(access.roleStatements()).toHaveLength(2);
    expect(() => create("aws:iam/rolePolicy:RolePolicy", { role: "nobody", policy: allowSend })).toThrow(
      "The role with name nobody cannot be found.",
    );
  });

  it("can be replaced and deleted while a simulation runs", () => {
    const { create, world } = setUp();
    create("aws:iam/role:Role", { assumeRolePolicy, name: "worker" });
    world.call("iam", "PutRolePolicy", { RoleName: "worker", PolicyName: "send", PolicyDocument: allowSend });
    expect(world.call("iam", "ListRolePolicies", { RoleName: "worker" })).toMatchObject({ PolicyNames: ["send"] });
    world.call("iam", "DeleteRolePolicy", { RoleName: "worker", PolicyName: "send" });
    const again = world.outcome("iam", "DeleteRolePolicy", { RoleName: "worker", PolicyName: "send" });
    expect(again).toMatchObject({ ok: false, error: { code: "NoSuchEntity", status: 404 } });
  });
});
