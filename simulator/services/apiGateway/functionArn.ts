// The function that an integration's or an authorizer's URI names.
import { unsupported } from "./errors";

/** @throws AwsError for everything but the invoke ARN of a function */
export function functionArnOf(where: string, uri: string): string {
  const match =
    /^arn:aws:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(arn:aws:lambda:[^/]+)\/invocations$/.exec(uri);
  if (match?.[1] === undefined) throw unsupported(where, uri, "the invoke ARN of a function");
  return match[1];
}
