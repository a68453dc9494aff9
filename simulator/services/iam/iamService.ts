// AWS Identity and Access Management: roles with inline and AWS managed policies.

import { type Operation, operation, type ResourceType, type Service } from "../../service";
import type { World } from "../../world";
import type { AccessControl } from "./accessControl";
import { roleResourceTypes } from "./roleResources";

interface RoleInput {
  readonly RoleName: string;
}

interface RolePolicyInput extends RoleInput {
  readonly PolicyName: string;
}

interface PutRolePolicyInput extends RolePolicyInput {
  readonly PolicyDocument: string;
}

/** What an operator may do to roles of a running simulation; policies that change hold from the next call on. */
function roleOperations(world: World, access: AccessControl): Record<string, Operation> {
  const on = (action: string) => (input: RoleInput) => [
    { action: `iam:${action}`, resource: `arn:aws:iam::${world.accountId}:role/${input.RoleName}` },
  ];
  return {
    GetRole: operation<RoleInput>({
      authorize: on("GetRole"),
      handle: ({ RoleName }) => {
        const { name, arn, assumeRolePolicy } = access.role(RoleName);
        const text = typeof assumeRolePolicy === "string" ? assumeRolePolicy : JSON.stringify(assumeRolePolicy);
        return { Role: { RoleName: name, Arn: arn, AssumeRolePolicyDocument: encodeURIComponent(text) } };
      },
    }),
    ListRolePolicies: operation<RoleInput>({
      authorize: on("ListRolePolicies"),
      handle: ({ RoleName }) => ({
        PolicyNames: [...access.inlinePolicies(RoleName).keys()].sort(),
        IsTruncated: false,
      }),
    }),
    PutRolePolicy: operation<PutRolePolicyInput>({
      authorize: on("PutRolePolicy"),
      handle: ({ RoleName, PolicyName, PolicyDocument }) => {
        access.putRolePolicy(RoleName, PolicyName, PolicyDocument);
        return {};
      },
    }),
    DeleteRolePolicy: operation<RolePolicyInput>({
      authorize: on("DeleteRolePolicy"),
      handle: ({ RoleName, PolicyName }) => {
        access.deleteRolePolicy(RoleName, PolicyName);
        return {};
      },
    }),
  };
}

/** The service that changes what {@link AccessControl} decides by. */
export class IamService implements Service {
  readonly name = "iam";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;

  constructor(world: World, access: AccessControl) {
    this.operations = roleOperations(world, access);
    this.resourceTypes = roleResourceTypes(world, access);
  }
}
