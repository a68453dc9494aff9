// The Condition element of a policy statement.

import type { PolicyStatement } from "../../iam";
import { AwsError } from "../../service";
import { malformed } from "./malformedPolicy";
import { compileArnPattern, compileWildcard } from "./wildcard";

/** The values of a request's condition keys, by the key's name in lower case. */
export type ConditionKeys = Readonly<Record<string, string | undefined>>;
export type Condition = (keys: ConditionKeys) => boolean;

const supportedKeys = [
  "aws:SecureTransport",
  "aws:SourceArn",
  "aws:SourceAccount",
  "aws:PrincipalArn",
  "lambda:FunctionUrlAuthType",
  "lambda:InvokedViaFunctionUrl",
  "s3:prefix",
  "s3:x-amz-server-side-encryption",
];
const supportedKeysInLowerCase = new Set(supportedKeys.map((key) => key.toLowerCase()));

interface Operator {
  readonly compile: (value: string) => (actual: string) => boolean;
  /** A negated operator is true when no value matches, and when the key is missing. */
  readonly negated?: boolean;
}

const equals: Operator["compile"] = (value) => (actual) => actual === value;
const equalsIgnoringCase: Operator["compile"] = (value) => {
  const lower = value.toLowerCase();
  return (actual) => actual.toLowerCase() === lower;
};
const like: Operator["compile"] = (value) => compileWildcard(value);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators: Readonly<Record<string, Operator>> = {
  StringEquals: { compile: equals },
  StringNotEquals: { compile: equals, negated: true },
  StringEqualsIgnoreCase: { compile: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { compile: equalsIgnoringCase, negated: true },
  StringLike: { compile: like },
  StringNotLike: { compile: like, negated: true },
  ArnEquals: { compile: compileArnPattern },
  ArnNotEquals: { compile: compileArnPattern, negated: true },
  ArnLike: { compile: compileArnPattern },
  ArnNotLike: { compile: compileArnPattern, negated: true },
  Bool: { compile: equalsIgnoringCase },
};

function unsupported(message: string): AwsError {
  return new AwsError("SimulatorUnsupportedCondition", message);
}

function values(operator: string, key: string, given: unknown): string[] {
  const list = Array.isArray(given) ? given : [given];
  return list.map((value) => {
    if (typeof value !== "string" && typeof value !== "boolean") {
      throw malformed(
        `[Condition.${operator}.${key}] must be a string, true, false or a list of these, got ${JSON.stringify(value)}`,
      );
    }
    const text = String(value);
    if (text.includes("${"))
      throw unsupported(
        `the simulator does not have policy variables, got "${text}" in [Condition.${operator}.${key}]`,
      );
    return text;
  });
}

function compileTest(name: string, key: string, given: unknown): Condition {
  const ifExists = name.endsWith("IfExists");
  const operator = operators[ifExists ? name.slice(0, -"IfExists".length) : name];
  if (operator === undefined) {
    const known = Object.keys(operators).join(", ");
    throw unsupported(
      `the simulator does not have the condition operator ${name}; it has ${known}, each also with IfExists`,
    );
  }
  const lowerKey = key.toLowerCase();
  if (!supportedKeysInLowerCase.has(lowerKey)) {
    throw unsupported(`the simulator does not have the condition key ${key}; it has ${supportedKeys.join(", ")}`);
  }
  const tests = values(name, key, given).map(operator.compile);
  const negated = operator.negated ?? false;
  return (keys) => {
    const actual = keys[lowerKey];
    if (actual === undefined) return ifExists || negated;
    return tests.some((test) => test(actual)) !== negated;
  };
}

/**
 * All operators and keys must hold; of several values of one key, one.
 *
 * @throws AwsError SimulatorUnsupportedCondition for an operator or key that the simulator does not evaluate
 */
export function compileCondition(condition: PolicyStatement["Condition"]): Condition {
  if (condition === undefined) return () => true;
  if (typeof condition !== "object" || condition === null) throw malformed("[Condition] must be an object");
  const tests = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, given]) => compileTest(operator, key, given)),
  );
  return (keys) => tests.every((test) => test(keys));
}
