// The $context variables of access logs and gateway responses, as far as the simulator has them.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
import { unsupported } from "./errors";

const names = [
  ...[
    "accountId",
    "apiId",
    "authorizer.claims.sub",
    "authorizer.principalId",
    "awsEndpointRequestId",
    "deploymentId",
    "domainName",
    "domainPrefix",
  ],
  ...["error.message", "error.messageString", "error.responseType", "error.validationErrorString"],
  ...["extendedRequestId", "httpMethod", "identity.accountId", "identity.caller", "identity.sourceIp", "identity.user"],
  ...["identity.userAgent", "identity.userArn", "integration.error", "integration.integrationStatus"],
  ...["integration.latency", "integration.requestId", "integration.status", "integrationErrorMessage"],
  ...["integrationLatency", "integrationStatus", "path", "protocol", "requestId", "requestTime", "requestTimeEpoch"],
  ...["resourceId", "resourcePath", "responseLatency", "responseLength", "stage", "status", "xrayTraceId"],
] as const;

export type ContextVariable = (typeof names)[number];

/** What is known of a request so far. */
export type ContextVariables = Map<ContextVariable, string | number>;

const reference = /\$context\.([A-Za-z]\w*(?:\.\w+)*)/g;

function isKnown(name: string): name is ContextVariable {
  return names.some((known) => known === name);
}

export function checkVariable(where: string, name: string): ContextVariable {
  if (!isKnown(name))
    throw unsupported(where, `$context.${name}`, names.map((known) => `$context.${known}`).join(", "));
  return name;
}

/** Refuses references that the simulator cannot fill. */
export function checkTemplate(where: string, template: string): void {
  for (const [, name = ""] of template.matchAll(reference)) checkVariable(where, name);
  const other = /\$(?!context\.)[A-Za-z]\w*[\w.]*/.exec(template)?.[0];
  if (other !== undefined) throw unsupported(where, other, "$context.* alone");
}

/**
 * Fills a template: the template is JSON, so values are escaped for the inside of a JSON text; `error.messageString` is a JSON
 * text by itself.
 * @param absent what stands for a variable without a value
 */
export function filled(template: string, variables: ContextVariables, absent: string): string {
  return template.replaceAll(reference, (_whole, name: string) => {
    const value = isKnown(name) ? variables.get(name) : undefined;
    if (value === undefined) return absent;
    return name === "error.messageString" ? String(value) : JSON.stringify(String(value)).slice(1, -1);
  });
}
