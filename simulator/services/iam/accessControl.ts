// The account's roles and their policies; decides on every call.

import type { Iam, PolicyDocument, PolicyStatement, Roles } from "../../iam";
import type { IamQuotas } from "../../quotas";
import { type Authorization, AwsError, type Call } from "../../service";
import { accessDenied } from "./accessDenied";
import { assumptionRefused } from "./assumptionRefused";
import type { ConditionKeys } from "./conditions";
import { managedPolicy } from "./managedPolicies";
import { type CompiledPolicy, type CompiledStatement, compilePolicy } from "./policyDocument";
import { type AccessRequest, evaluate } from "./policyEvaluation";
import type { Caller } from "./principals";

/** A role as it was created. */
export interface RoleDescription {
  readonly name: string;
  readonly arn: string;
  readonly assumeRolePolicy: string | PolicyDocument;
}

interface Role extends RoleDescription {
  readonly trust: CompiledPolicy;
  readonly inline: Map<string, CompiledPolicy>;
  readonly managed: Map<string, CompiledPolicy>;
  /** All of them, in order. */
  policies: readonly CompiledPolicy[];
}

/** An Allow statement and the calls that it was needed for. */
export interface StatementUse {
  /** "<role name>/<policy name>", or "resource policy of <ARN>". */
  readonly policy: string;
  /** Place in its policy, from 0. */
  readonly index: number;
  readonly statement: PolicyStatement;
  readonly actions: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
}

interface RecordedUse extends StatementUse {
  readonly actions: Set<string>;
  readonly resources: Set<string>;
}

/** IAM's data and its decisions. The gateway asks it; the IAM service changes it. New policies hold at once. */
export class AccessControl implements Iam, Roles {
  private readonly roles = new Map<string, Role>();
  private readonly rolesByArn = new Map<string, Role>();
  private readonly resourcePolicies = new WeakMap<PolicyDocument, CompiledPolicy>();
  private readonly uses = new Map<CompiledStatement, RecordedUse>();

  constructor(
    private readonly accountId: string,
    private readonly quotas: IamQuotas,
  ) {}

  authorize(call: Call, authorization: Authorization): void {
    const { action, resource, resourcePolicy } = authorization;
    const caller = this.callerOf(call);
    const request: AccessRequest = { action, resource, caller, keys: this.keysOf(call, authorization) };
    const identity =
      call.principal.kind === "role" ? (this.rolesByArn.get(call.principal.roleArn)?.policies ?? []) : [];
    const decision = evaluate(request, identity, this.compiledResourcePolicy(resource, resourcePolicy));
    if (!decision.allowed) throw accessDenied(request, decision);
    if (decision.by !== undefined) this.recordUse(decision.by, request);
  }

  assertAssumable(roleArn: string, servicePrincipal: string, sourceArn?: string): void {
    const trust = this.rolesByArn.get(roleArn)?.trust;
    const request: AccessRequest = {
      action: "sts:AssumeRole",
      resource: roleArn,
      caller: { kind: "service", service: servicePrincipal },
      keys: { "aws:sourcearn": sourceArn, "aws:sourceaccount": this.accountId, "aws:securetransport": "true" },
    };
    if (trust === undefined || !evaluate(request, [], trust).allowed)
      throw assumptionRefused(roleArn, servicePrincipal);
  }

  /** Every Allow statement that a call was allowed by, in the order of first use. */
  usedStatements(): readonly StatementUse[] {
    return [...this.uses.values()];
  }

  /** Every Allow statement of every role, with what it was used for; empty sets where it never was. */
  roleStatements(): readonly StatementUse[] {
    return [...this.roles.values()].flatMap((role) =>
      role.policies.flatMap((policy) =>
        policy.statements
          .filter((statement) => statement.allows)
          .map((statement) => this.uses.get(statement) ?? emptyUse(statement)),
      ),
    );
  }

  createRole(description: RoleDescription): void {
    const { name, arn, assumeRolePolicy } = description;
    if (this.roles.has(name)) throw new AwsError("EntityAlreadyExists", `Role with name ${name} already exists.`, 409);
    const trust = compilePolicy(assumeRolePolicy, {
      kind: "trust",
      policy: `${name}/trust`,
      accountId: this.accountId,
    });
    const size = characters(trust.document);
    if (size > this.quotas.trustPolicyCharacters) {
      throw new AwsError(
        "LimitExceeded",
        `Cannot exceed quota for ACLSizePerRole: ${this.quotas.trustPolicyCharacters}`,
        409,
      );
    }
    const role: Role = { ...description, trust, inline: new Map(), managed: new Map(), policies: [] };
    this.roles.set(name, role);
    this.rolesByArn.set(arn, role);
  }

  /** @throws AwsError NoSuchEntity */
  role(name: string): RoleDescription {
    return this.find(name);
  }

  inlinePolicies(roleName: string): ReadonlyMap<string, PolicyDocument> {
    return new Map([...this.find(roleName).inline].map(([name, policy]) => [name, policy.document]));
  }

  putRolePolicy(roleName: string, policyName: string, policy: string | PolicyDocument): void {
    const role = this.find(roleName);
    const compiled = compilePolicy(policy, {
      kind: "identity",
      policy: `${roleName}/${policyName}`,
      accountId: this.accountId,
    });
    const others = [...role.inline].filter(([name]) => name !== policyName).map(([, other]) => other.document);
    const size = [...others, compiled.document].reduce((sum, document) => sum + characters(document), 0);
    if (size > this.quotas.inlinePolicyCharacters) {
      const limit = this.quotas.inlinePolicyCharacters;
      throw new AwsError("LimitExceeded", `Maximum policy size of ${limit} bytes exceeded for role ${roleName}`, 409);
    }
    role.inline.set(policyName, compiled);
    refresh(role);
  }

  deleteRolePolicy(roleName: string, policyName: string): void {
    const role = this.find(roleName);
    if (!role.inline.delete(policyName)) {
      throw new AwsError("NoSuchEntity", `The role policy with name ${policyName} cannot be found.`, 404);
    }
    refresh(role);
  }

  attachRolePolicy(roleName: string, policyArn: string): void {
    const role = this.find(roleName);
    const name = policyArn.slice(policyArn.lastIndexOf("/") + 1);
    const options = { kind: "identity", policy: `${roleName}/${name}`, accountId: this.accountId } as const;
    const compiled = compilePolicy(managedPolicy(policyArn), options);
    if (!role.managed.has(policyArn) && role.managed.size >= this.quotas.managedPoliciesPerRole) {
      throw new AwsError(
        "LimitExceeded",
        `Cannot exceed quota for PoliciesPerRole: ${this.quotas.managedPoliciesPerRole}`,
        409,
      );
    }
    role.managed.set(policyArn, compiled);
    refresh(role);
  }

  private find(name: string): Role {
    const role = this.roles.get(name);
    if (role === undefined) throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
    return role;
  }

  private compiledResourcePolicy(resource: string, document: PolicyDocument | undefined): CompiledPolicy | undefined {
    if (document === undefined) return undefined;
    let compiled = this.resourcePolicies.get(document);
    if (compiled === undefined) {
      const policy = `resource policy of ${resource}`;
      compiled = compilePolicy(document, { kind: "resource", policy, accountId: this.accountId });
      this.resourcePolicies.set(document, compiled);
    }
    return compiled;
  }

  private callerOf(call: Call): Caller {
    const { principal } = call;
    switch (principal.kind) {
      case "role":
        return { kind: "role", arn: principal.roleArn, sessionArn: this.sessionArn(call, principal.roleArn) };
      case "service":
        return { kind: "service", service: principal.service };
      case "operator":
        return { kind: "operator", arn: `arn:aws:iam::${this.accountId}:user/operator` };
      default:
        return { kind: "anonymous" };
    }
  }

  private sessionArn(call: Call, roleArn: string): string {
    const roleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
    const session = call.origin?.functionName ?? call.requestId.replaceAll("-", "");
    return `arn:aws:sts::${this.accountId}:assumed-role/${roleName}/${session}`;
  }

  private keysOf(call: Call, authorization: Authorization): ConditionKeys {
    const { principal } = call;
    const keys: Record<string, string | undefined> = { "aws:securetransport": String(call.secureTransport) };
    if (principal.kind === "role") keys["aws:principalarn"] = principal.roleArn;
    if (principal.kind === "operator") keys["aws:principalarn"] = `arn:aws:iam::${this.accountId}:user/operator`;
    if (principal.kind === "service") {
      keys["aws:sourcearn"] = principal.sourceArn;
      keys["aws:sourceaccount"] = principal.sourceArn.split(":")[4] || this.accountId;
    }
    for (const [key, value] of Object.entries(authorization.conditionKeys ?? {})) keys[key.toLowerCase()] = value;
    return keys;
  }

  private recordUse(statement: CompiledStatement, request: AccessRequest): void {
    let use = this.uses.get(statement);
    if (use === undefined) {
      use = emptyUse(statement);
      this.uses.set(statement, use);
    }
    use.actions.add(request.action);
    use.resources.add(request.resource);
  }
}

function emptyUse({ policy, index, statement }: CompiledStatement): RecordedUse {
  return { policy, index, statement, actions: new Set(), resources: new Set() };
}

function refresh(role: Role): void {
  role.policies = [...role.inline.values(), ...role.managed.values()];
}

/** IAM leaves out white space when it counts. */
function characters(document: PolicyDocument): number {
  return JSON.stringify(document).length;
}
