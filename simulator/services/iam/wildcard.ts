// IAM's wildcards: * stands for any characters, ? for exactly one.

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards */
export function compileWildcard(
  pattern: string,
  options: { readonly ignoreCase?: boolean } = {},
): (text: string) => boolean {
  const ignoreCase = options.ignoreCase ?? false;
  if (pattern === "*") return () => true;
  if (!/[*?]/.test(pattern)) {
    if (!ignoreCase) return (text) => text === pattern;
    const lower = pattern.toLowerCase();
    return (text) => text.toLowerCase() === lower;
  }
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^]*")
    .replaceAll("?", "[^]");
  const expression = new RegExp(`^${source}$`, ignoreCase ? "i" : "");
  return (text) => expression.test(text);
}

const arnParts = 6;

function splitArn(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, arnParts - 1), parts.slice(arnParts - 1).join(":")];
}

/**
 * ArnEquals and ArnLike: each of an ARN's six parts, divided by colons, is matched by itself.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function compileArnPattern(pattern: string): (arn: string) => boolean {
  const parts = splitArn(pattern);
  if (parts.length < arnParts) return compileWildcard(pattern);
  const matchers = parts.map((part) => compileWildcard(part));
  return (arn) => {
    const candidate = splitArn(arn);
    return candidate.length === arnParts && matchers.every((matches, index) => matches(candidate[index] ?? ""));
  };
}
