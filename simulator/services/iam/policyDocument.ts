// Reads a policy, refuses what AWS or the simulator does not take, and compiles it for evaluation.

import type { PolicyDocument, PolicyStatement } from "../../iam";
import { AwsError } from "../../service";
import { type Condition, compileCondition } from "./conditions";
import { malformed } from "./malformedPolicy";
import { compilePrincipal, type PrincipalMatcher } from "./principals";
import { compileWildcard } from "./wildcard";

/** What carries a policy: a role ("identity"), a resource, or a role's trust ("trust"). */
export type PolicyKind = "identity" | "resource" | "trust";

export interface CompiledStatement {
  /** Where the statement stands, such as the name of its policy. */
  readonly policy: string;
  readonly index: number;
  readonly statement: PolicyStatement;
  readonly allows: boolean;
  appliesTo(action: string, resource: string): boolean;
  readonly principal: PrincipalMatcher | undefined;
  readonly condition: Condition;
}

export interface CompiledPolicy {
  readonly document: PolicyDocument;
  readonly statements: readonly CompiledStatement[];
}

const documentElements = ["Version", "Id", "Statement"];
const statementElements = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition"];

function refuseUnknown(value: object, allowed: readonly string[], where: string): void {
  const unknown = Object.keys(value).find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    throw malformed(`[${where}] has the element ${unknown}, allowed are ${allowed.join(", ")}`);
}

function strings(value: unknown, where: string): string[] {
  const entries = Array.isArray(value) ? value : [value];
  for (const entry of entries) {
    if (typeof entry !== "string")
      throw malformed(`[${where}] must be a string or a list of strings, got ${JSON.stringify(entry)}`);
    if (entry.includes("${")) {
      throw new AwsError(
        "SimulatorUnsupportedPolicyVariable",
        `the simulator does not have policy variables, got "${entry}" in [${where}]`,
      );
    }
  }
  return entries as string[];
}

function any(matchers: readonly ((text: string) => boolean)[]): (text: string) => boolean {
  const [only] = matchers;
  if (matchers.length === 1 && only !== undefined) return only;
  return (text) => matchers.some((matches) => matches(text));
}

function compileActions(statement: PolicyStatement, where: string): (action: string) => boolean {
  const negated = statement.NotAction !== undefined;
  if (negated === (statement.Action !== undefined)) throw malformed(`[${where}] must have either Action or NotAction`);
  const name = negated ? "NotAction" : "Action";
  const patterns = strings(negated ? statement.NotAction : statement.Action, `${where}.${name}`);
  const bare = patterns.find((pattern) => pattern !== "*" && !/^[\w-]+:[\w*?]+$/.test(pattern));
  if (bare !== undefined)
    throw malformed(
      `Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc., got "${bare}" in [${where}.${name}]`,
    );
  const matches = any(patterns.map((pattern) => compileWildcard(pattern, { ignoreCase: true })));
  return negated ? (action) => !matches(action) : matches;
}

function compileResources(statement: PolicyStatement, kind: PolicyKind, where: string): (resource: string) => boolean {
  const negated = statement.NotResource !== undefined;
  const given = negated ? statement.NotResource : statement.Resource;
  if (kind === "trust") {
    if (given !== undefined) throw malformed("Has prohibited field Resource");
    return () => true;
  }
  if (negated === (statement.Resource !== undefined))
    throw malformed(`[${where}] must have either Resource or NotResource`);
  const patterns = strings(given, `${where}.${negated ? "NotResource" : "Resource"}`);
  const noArn = patterns.find((pattern) => pattern !== "*" && !/^arn:/.test(pattern));
  if (noArn !== undefined) throw malformed(`Resource ${noArn} must be in ARN format or "*".`);
  const matches = any(patterns.map((pattern) => compileWildcard(pattern)));
  return negated ? (resource) => !matches(resource) : matches;
}

function compileStatement(
  given: unknown,
  index: number,
  options: { readonly kind: PolicyKind; readonly policy: string; readonly accountId: string },
): CompiledStatement {
  const where = `Statement[${index}]`;
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw malformed(`[${where}] must be an object`);
  refuseUnknown(given, statementElements, where);
  const statement = given as PolicyStatement;
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
    throw malformed(`[${where}.Effect] must be Allow or Deny, got ${JSON.stringify(statement.Effect)}`);
  }
  const { kind, policy, accountId } = options;
  const needsPrincipal = kind !== "identity";
  if (needsPrincipal !== (statement.Principal !== undefined)) {
    throw malformed(
      needsPrincipal ? "Missing required field Principal" : "Policy document should not specify a principal.",
    );
  }
  const matchesAction = compileActions(statement, where);
  const matchesResource = compileResources(statement, kind, where);
  return {
    policy,
    index,
    statement,
    allows: statement.Effect === "Allow",
    appliesTo: (action, resource) => matchesAction(action) && matchesResource(resource),
    principal: statement.Principal === undefined ? undefined : compilePrincipal(statement.Principal, accountId),
    condition: compileCondition(statement.Condition),
  };
}

/**
 * Reads a policy as JSON text or as an object.
 *
 * @throws AwsError MalformedPolicyDocument as IAM does, or SimulatorUnsupported... for what the simulator does not evaluate
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function compilePolicy(
  policy: string | PolicyDocument,
  options: { readonly kind: PolicyKind; readonly policy: string; readonly accountId: string },
): CompiledPolicy {
  let document: unknown = policy;
  if (typeof policy === "string") {
    try {
      document = JSON.parse(policy);
    } catch {
      throw malformed("Syntax errors in policy.");
    }
  }
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw malformed("Syntax errors in policy.");
  refuseUnknown(document, documentElements, "policy");
  const { Version: version, Statement: given } = document as PolicyDocument;
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17") {
    throw malformed(`[Version] must be 2012-10-17 or 2008-10-17, got ${JSON.stringify(version)}`);
  }
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (given === undefined || statements.length === 0) throw malformed("[Statement] must have at least one statement");
  return {
    document: document as PolicyDocument,
    statements: statements.map((statement, index) => compileStatement(statement, index, options)),
  };
}
