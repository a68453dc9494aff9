// IAM roles and their inline policies, created by the AWS SDK.
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { given, type LiveResourceTypes, liveType } from "./resourceType";

interface RoleArguments {
  readonly name?: string;
  readonly assumeRolePolicy: string;
  readonly description?: string;
}

interface RolePolicyArguments {
  readonly name?: string;
  readonly role: string;
  readonly policy: string;
}

export function roleTypes(iam: IAMClient): LiveResourceTypes {
  return {
    "aws:iam/role:Role": liveType<RoleArguments>({
      knownArguments: ["name", "assumeRolePolicy", "description"],
      async create({ name = "", assumeRolePolicy, description }, physicalName) {
        const RoleName = name || physicalName;
        const { Role } = await iam.send(
          new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: assumeRolePolicy, Description: description }),
        );
        return {
          id: RoleName,
          state: { name: RoleName, arn: given("Role.Arn", Role?.Arn), uniqueId: given("Role.RoleId", Role?.RoleId) },
          remove: () => iam.send(new DeleteRoleCommand({ RoleName })),
        };
      },
    }),
    "aws:iam/rolePolicy:RolePolicy": liveType<RolePolicyArguments>({
      knownArguments: ["name", "role", "policy"],
      async create({ name = "", role, policy }, physicalName) {
        const names = { RoleName: role, PolicyName: name || physicalName };
        await iam.send(new PutRolePolicyCommand({ ...names, PolicyDocument: policy }));
        return {
          id: `${role}:${names.PolicyName}`,
          state: { name: names.PolicyName },
          remove: () => iam.send(new DeleteRolePolicyCommand(names)),
        };
      },
    }),
  };
}
