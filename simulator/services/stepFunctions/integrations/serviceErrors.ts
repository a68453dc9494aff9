// How Step Functions names the errors of the services that it calls, and the metadata it adds to their answers.
import type { JsonObject } from "../../../json";
import type { AwsError } from "../../../service";
import type { World } from "../../../world";
import type { Failure } from "../failure";

/** A service as the AWS SDK behind an integration knows it. */
export interface SdkService {
  /** The prefix of its error names: "Lambda", "SQS". */
  readonly prefix: string;
  /** As the SDK calls it in messages: "AWSLambda", "AmazonSQS". */
  readonly client: string;
  /** The name of the errors that its model does not list: "AWSLambdaException", "AmazonSQSException". */
  readonly generic: string;
  /** The errors that its model lists, by the codes they have on the wire. */
  readonly modelled: Readonly<Record<string, string>>;
}

/** Failures below HTTP: the SDK got no answer. */
const clientSide = /^(NetworkingError|TimeoutError|RequestTimeout|SdkClientException|E[A-Z]{4,})$/;

/** An error of an optimised integration, in the form of the AWS SDK for Java 1. */
export function optimisedFailure(service: SdkService, error: AwsError, world: World): Failure {
  const { code, message, status } = error;
  if (clientSide.test(code)) {
    return { error: `${service.prefix}.SdkClientException`, cause: `Unable to execute HTTP request: ${message}` };
  }
  const details = [
    `Service: ${service.client}`,
    `Status Code: ${status}`,
    `Error Code: ${code}`,
    `Request ID: ${world.random.uuid()}`,
    "Proxy: null",
  ];
  const name = service.modelled[code] ?? service.generic;
  return { error: `${service.prefix}.${name}`, cause: `${message} (${details.join("; ")})` };
}

/** An error of an aws-sdk integration, in the form of the AWS SDK for Java 2. @param prefix such as "DynamoDb" */
export function sdkFailure(prefix: string, service: SdkService, error: AwsError, world: World): Failure {
  const { code, message, status } = error;
  const name = service.modelled[code] ?? `${prefix}Exception`;
  const details = `Service: ${prefix}, Status Code: ${status}, Request ID: ${world.random.uuid()}`;
  return { error: `${prefix}.${name}`, cause: `${message} (${details}) (SDK Attempt Count: 1)` };
}

/** What optimised integrations add to an answer. */
export function sdkMetadata(
  world: World,
  contentType: string,
  contentLength: number,
  headers: Readonly<Record<string, string>> = {},
): JsonObject {
  const requestId = world.random.uuid();
  const all: Record<string, string> = {
    ...headers,
    Connection: "keep-alive",
    "x-amzn-RequestId": requestId,
    "Content-Length": String(contentLength),
    Date: new Date(world.clock.now).toUTCString(),
    "Content-Type": contentType,
  };
  const lists: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(all)) lists[name] = [value];
  return {
    SdkHttpMetadata: { AllHttpHeaders: lists, HttpHeaders: all, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
