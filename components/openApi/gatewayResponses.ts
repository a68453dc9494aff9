// What API Gateway answers by itself: problem details (RFC 9457) that say whether to try again, and nothing of what lies behind.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
import type { DeployedAuthorization } from "./authorization";

/** One entry of x-amazon-apigateway-gateway-responses. */
export interface GatewayResponse {
  readonly statusCode?: string;
  readonly responseParameters: Readonly<Record<string, string>>;
  readonly responseTemplates: { readonly "application/json": string };
}

interface ProblemTemplate {
  /** Absent where the response type keeps the status that it has. */
  readonly status?: number;
  readonly title: string;
  /** Inserted as it is: a JSON text, or a variable whose value is one. */
  readonly detail: string;
  /** Seconds; absent where another attempt cannot help. */
  readonly retryAfter?: number;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#context-variable-reference */
const requestId = "$context.requestId";
/** A JSON text by itself, quotes included. */
const message = "$context.error.messageString";
/** No quotes of its own. */
const validationError = '"$context.error.validationErrorString"';

function problem({ status, title, detail, retryAfter }: ProblemTemplate): GatewayResponse {
  const members = [
    '"type":"about:blank"',
    `"title":${JSON.stringify(title)}`,
    ...(status === undefined ? [] : [`"status":${status}`]),
    `"detail":${detail}`,
    `"instance":"urn:uuid:${requestId}"`,
    `"retryable":${retryAfter !== undefined}`,
  ];
  const header = (name: string, value: string) => [`gatewayresponse.header.${name}`, value] as const;
  return {
    ...(status === undefined ? {} : { statusCode: String(status) }),
    responseParameters: Object.fromEntries([
      header("Content-Type", "'application/problem+json'"),
      header("x-request-id", "context.requestId"),
      ...(retryAfter === undefined ? [] : [header("Retry-After", `'${retryAfter}'`)]),
    ]),
    // The template's own content type decides nothing but which of several is taken.
    responseTemplates: { "application/json": `{${members.join(",")}}` },
  };
}

const text = (detail: string) => JSON.stringify(detail);

/**
 * A function that throws, times out or answers nonsense is a 502 of API Gateway's, one that Lambda does not start a 500
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#services-apigateway-errors). Neither has a type of its own that
 * documents name, so the fallback of all server errors makes both the same 500.
 *
 * @param retryAfterSeconds when a server error may be over
 * @param authorization where requests need not be signed, a missing signature can only mean that there is no such operation
 */
export function gatewayResponses(
  retryAfterSeconds: number,
  authorization: DeployedAuthorization["kind"],
): Readonly<Record<string, GatewayResponse>> {
  return {
    DEFAULT_4XX: problem({ title: "Request Refused", detail: message }),
    DEFAULT_5XX: problem({
      status: 500,
      title: "Internal Server Error",
      detail: text("The request could not be completed. It may succeed later."),
      retryAfter: retryAfterSeconds,
    }),
    INTEGRATION_TIMEOUT: problem({
      status: 504,
      title: "Gateway Timeout",
      detail: text("The request took too long. It may have been completed nevertheless."),
      retryAfter: retryAfterSeconds,
    }),
    THROTTLED: problem({
      status: 429,
      title: "Too Many Requests",
      detail: text("There are more requests than the API takes at once."),
      retryAfter: 1,
    }),
    BAD_REQUEST_BODY: problem({ status: 400, title: "Bad Request", detail: validationError }),
    BAD_REQUEST_PARAMETERS: problem({ status: 400, title: "Bad Request", detail: message }),
    ACCESS_DENIED: problem({ status: 403, title: "Forbidden", detail: text("The caller may not do this.") }),
    // Nobody but an authorizer answers so.
    UNAUTHORIZED: problem({
      status: 401,
      title: "Unauthorized",
      detail: text("The request has no token, or none that is taken."),
    }),
    MISSING_AUTHENTICATION_TOKEN:
      authorization === "iam"
        ? problem({
            status: 403,
            title: "Forbidden",
            detail: text("The request is not signed, or there is no such operation."),
          })
        : problem({ status: 404, title: "Not Found", detail: text("There is no such operation.") }),
  };
}
