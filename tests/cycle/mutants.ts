// Takes away one permission at a time from what a program deploys.
import type { Json, JsonObject, NewResource } from "@respool/simulator";

/** A program with one permission less. */
export interface Mutant {
  /** Such as "charge-policy: sqs:SendMessage on arn:...". */
  readonly name: string;
  readonly action: string;
  /** May hold "*". */
  readonly resource: string;
  /** Whose policy it is, as IAM's evaluation names it: "<role>/..." or "resource policy of <ARN>". */
  readonly policy: string;
  change(resource: NewResource): NewResource | undefined;
}

/** A program with one Deny less. */
export type Denial = Pick<Mutant, "name" | "change">;

interface Statement extends JsonObject {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** Where the policies of a resource type stand, and whose they are. */
const policies: Readonly<Record<string, (inputs: JsonObject) => string>> = {
  "aws:iam/rolePolicy:RolePolicy": ({ role }) => `${String(role)}/`,
  "aws:sqs/queuePolicy:QueuePolicy": ({ policy }) =>
    `resource policy of ${String((JSON.parse(String(policy)) as Policy).Statement[0]?.Resource)}`,
};

/** Every Allow of the program as pairs of one action and one resource, each taken away on its own; a policy without statements is left out. */
export function withoutOnePermission(resources: readonly NewResource[]): readonly Mutant[] {
  return resources.flatMap((resource) => [...policyMutants(resource), ...permissionMutants(resource)]);
}

/** Each Deny of the program taken away on its own; a policy without statements is left out as a whole. */
export function withoutEachDeny(resources: readonly NewResource[]): readonly Denial[] {
  return resources
    .filter(({ type }) => type in policies)
    .flatMap(({ type, name, inputs }) => {
      const { Version, Statement: statements } = JSON.parse(String(inputs.policy)) as Policy;
      const denials = statements.filter(({ Effect }) => Effect === "Deny");
      return denials.map((denial): Denial => {
        const left = statements.filter((statement) => statement !== denial);
        const policy = JSON.stringify({ Version, Statement: left });
        return {
          name: `${name}: ${String(denial.Sid)}`,
          change: (changed) => {
            if (changed.type !== type || changed.name !== name) return changed;
            return left.length === 0 ? undefined : withInputs(changed, { policy });
          },
        };
      });
    });
}

function policyMutants({ type, name, inputs }: NewResource): readonly Mutant[] {
  const owner = policies[type];
  if (owner === undefined) return [];
  const { Version, Statement: statements } = JSON.parse(String(inputs.policy)) as Policy;
  return statements.flatMap((statement, index) =>
    allowedPairs(statement).map(([action, resource]): Mutant => {
      const left = statements.toSpliced(index, 1, ...without(statement, action, resource));
      const policy = JSON.stringify({ Version, Statement: left });
      return {
        name: `${name}: ${action} on ${resource}`,
        action,
        resource,
        policy: owner(inputs),
        change: (changed) => {
          if (changed.type !== type || changed.name !== name) return changed;
          return left.length === 0 ? undefined : withInputs(changed, { policy });
        },
      };
    }),
  );
}

/** Every role as one that another service is trusted with. */
export function withoutTrust(resources: readonly NewResource[]): readonly Pick<Mutant, "name" | "change">[] {
  return resources
    .filter(({ type }) => type === "aws:iam/role:Role")
    .map(({ type, name, inputs }) => {
      const assumeRolePolicy = String(inputs.assumeRolePolicy).replace(/[a-z]+\.amazonaws\.com/, "ec2.amazonaws.com");
      return {
        name,
        change: (changed) =>
          changed.type === type && changed.name === name ? withInputs(changed, { assumeRolePolicy }) : changed,
      };
    });
}

/** A function's permission is an Allow of its own resource policy. */
function permissionMutants({ type, name, inputs }: NewResource): readonly Mutant[] {
  if (type !== "aws:lambda/permission:Permission") return [];
  const resource = `arn:*:function:${String(inputs.function)}`;
  return [
    {
      name: `${name}: ${String(inputs.action)} by ${String(inputs.principal)}`,
      action: String(inputs.action),
      resource,
      policy: "resource policy of ",
      change: (changed) => (changed.type === type && changed.name === name ? undefined : changed),
    },
  ];
}

function allowedPairs({ Effect, Action, Resource }: Statement): readonly (readonly [string, string])[] {
  if (Effect !== "Allow") return [];
  return listOf(Action).flatMap((action) => listOf(Resource).map((resource) => [action, resource] as const));
}

/** The statement without one pair of action and resource: two statements, as far as there is anything left for them. */
function without(statement: Statement, action: string, resource: string): readonly Statement[] {
  const otherActions = listOf(statement.Action).filter((other) => other !== action);
  const otherResources = listOf(statement.Resource).filter((other) => other !== resource);
  return [
    { ...statement, Action: otherActions },
    { ...statement, Action: [action], Resource: otherResources },
  ].filter(({ Action, Resource }) => Action.length > 0 && Resource.length > 0);
}

function withInputs(resource: NewResource, inputs: Readonly<Record<string, Json>>): NewResource {
  return { ...resource, inputs: { ...resource.inputs, ...inputs } };
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
