// Pulumi's IAM resources: roles, their inline policies, and attached AWS managed policies.

import type { PolicyDocument } from "../../iam";
import type { JsonObject } from "../../json";
import { AwsError, type ResourceType } from "../../service";
import type { World } from "../../world";
import type { AccessControl } from "./accessControl";

interface RoleArguments {
  readonly name?: string;
  readonly assumeRolePolicy?: string | PolicyDocument;
  readonly description?: string;
  readonly path?: string;
  readonly maxSessionDuration?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly inlinePolicies?: readonly { readonly name?: string; readonly policy?: string }[];
  readonly managedPolicyArns?: readonly string[];
  readonly forceDetachPolicies?: boolean;
  readonly permissionsBoundary?: string;
}

interface RolePolicyArguments {
  readonly name?: string;
  readonly role?: string;
  readonly policy?: string | PolicyDocument;
}

interface RolePolicyAttachmentArguments {
  readonly role?: string;
  readonly policyArn?: string;
}

const maximumNameCharacters = 64;

function invalid(message: string): AwsError {
  return new AwsError("ValidationError", message);
}

function required<Value>(value: Value | undefined, argument: string): Value {
  if (value === undefined || value === "") throw invalid(`[${argument}] is required`);
  return value;
}

function text(policy: string | PolicyDocument): string {
  return typeof policy === "string" ? policy : JSON.stringify(policy);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
function checkRole(name: string, path: string, maxSessionDuration: number, inputs: RoleArguments): void {
  if (!/^[\w+=,.@-]+$/.test(name) || name.length > maximumNameCharacters) {
    throw invalid(`[name] must be 1 to 64 characters of letters, digits and _+=,.@-, got "${name}"`);
  }
  if (!/^\/([!-~]+\/)?$/.test(path)) throw invalid(`[path] must begin and end with "/", got "${path}"`);
  if (!Number.isInteger(maxSessionDuration) || maxSessionDuration < 3_600 || maxSessionDuration > 43_200) {
    throw invalid(`[maxSessionDuration] must be a whole number from 3600 to 43200, got ${maxSessionDuration}`);
  }
  if (inputs.permissionsBoundary !== undefined) {
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `[permissionsBoundary] the simulator does not have permissions boundaries, got "${inputs.permissionsBoundary}"`,
    );
  }
}

function roleType(world: World, access: AccessControl): ResourceType {
  return {
    knownArguments: [
      "name",
      "assumeRolePolicy",
      "description",
      "path",
      "maxSessionDuration",
      "tags",
      "inlinePolicies",
      "managedPolicyArns",
      "forceDetachPolicies",
      "permissionsBoundary",
    ],
    create: (given: JsonObject, physicalName) => {
      const inputs = given as unknown as RoleArguments;
      const { name = physicalName, path = "/", maxSessionDuration = 3_600, tags = {} } = inputs;
      checkRole(name, path, maxSessionDuration, inputs);
      const assumeRolePolicy = required(inputs.assumeRolePolicy, "assumeRolePolicy");
      const arn = `arn:aws:iam::${world.accountId}:role${path}${name}`;
      access.createRole({ name, arn, assumeRolePolicy });
      for (const [index, inline] of (inputs.inlinePolicies ?? []).entries()) {
        const policyName = required(inline.name, `inlinePolicies[${index}].name`);
        access.putRolePolicy(name, policyName, required(inline.policy, `inlinePolicies[${index}].policy`));
      }
      for (const policyArn of inputs.managedPolicyArns ?? []) access.attachRolePolicy(name, policyArn);
      return {
        id: name,
        state: {
          ...given,
          arn,
          name,
          path,
          maxSessionDuration,
          assumeRolePolicy: text(assumeRolePolicy),
          createDate: `${new Date(world.clock.now).toISOString().slice(0, 19)}Z`,
          uniqueId: `AROA${world.random.hex(17).toUpperCase()}`,
          namePrefix: "",
          forceDetachPolicies: inputs.forceDetachPolicies ?? false,
          inlinePolicies: given.inlinePolicies ?? [],
          managedPolicyArns: given.managedPolicyArns ?? [],
          tagsAll: tags,
        },
      };
    },
  };
}

function rolePolicyType(access: AccessControl): ResourceType {
  return {
    knownArguments: ["name", "role", "policy"],
    create: (given: JsonObject, physicalName) => {
      const inputs = given as unknown as RolePolicyArguments;
      const name = inputs.name ?? physicalName;
      const role = required(inputs.role, "role");
      const policy = required(inputs.policy, "policy");
      access.putRolePolicy(role, name, policy);
      return { id: `${role}:${name}`, state: { name, role, policy: text(policy), namePrefix: "" } };
    },
  };
}

function rolePolicyAttachmentType(access: AccessControl): ResourceType {
  return {
    knownArguments: ["role", "policyArn"],
    create: (given: JsonObject) => {
      const inputs = given as unknown as RolePolicyAttachmentArguments;
      const role = required(inputs.role, "role");
      const policyArn = required(inputs.policyArn, "policyArn");
      access.attachRolePolicy(role, policyArn);
      return { id: `${role}/${policyArn}`, state: { role, policyArn } };
    },
  };
}

export function roleResourceTypes(world: World, access: AccessControl): Record<string, ResourceType> {
  return {
    "aws:iam/role:Role": roleType(world, access),
    "aws:iam/rolePolicy:RolePolicy": rolePolicyType(access),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachmentType(access),
  };
}
