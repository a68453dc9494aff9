// What a program may say of an ApiFunction.
import type * as aws from "@pulumi/aws";
import type { ApiRequest } from "../handlers/middleware/apiRequest";
import type { ApiAlarms } from "./apiAlarms";
import type { ApiThrottling, ClientErrors } from "./apiSettings";
import type { ClosureFunctionTransform } from "./closureFunction";
import type { AlarmSettings, AlarmTransforms } from "./createAlarms";
import type { Duration } from "./duration";
import type { HandlerArgs, OtherMiddleware } from "./middlewareFunction";
import type { MiddlewareSettings } from "./middlewareSettings";
import type { ApiAuthorization } from "./openApi/authorization";
import type { ApiOperationShape, JsonSchema } from "./openApi/operation";
import type { Transform } from "./transform";

/** Changes to the resources that an ApiFunction creates; those of functions are for each of them. */
export interface ApiFunctionTransform extends ClosureFunctionTransform {
  readonly restApi?: Transform<aws.apigateway.RestApiArgs>;
  readonly deployment?: Transform<aws.apigateway.DeploymentArgs>;
  readonly stage?: Transform<aws.apigateway.StageArgs>;
  readonly methodSettings?: Transform<aws.apigateway.MethodSettingsArgs>;
  readonly accessLogGroup?: Transform<aws.cloudwatch.LogGroupArgs>;
  readonly permission?: Transform<aws.lambda.PermissionArgs>;
  readonly alarms?: AlarmTransforms<keyof ApiAlarms>;
}

/** An operation, and its own handler where it has one. */
export interface ApiOperation<Request extends ApiRequest = ApiRequest, Result = unknown>
  extends ApiOperationShape,
    Pick<HandlerArgs<Request, Result>, "callback" | "callbackFactory"> {}

/** Arguments of an ApiFunction: these, and the settings of its functions as a ClosureFunction has them. */
export interface ApiFunctionArgs<Request extends ApiRequest = ApiRequest, Result = unknown>
  extends Omit<HandlerArgs<Request, Result>, "transform">,
    MiddlewareSettings,
    AlarmSettings<ApiAlarms> {
  /**
   * What the API can do. An operation with a handler of its own has a function of its own; the others share the one of the component's
   * handler, which is told the operation's id.
   *
   * @example `operations: [{ method: "GET", path: "/books/{bookId}", operationId: "getBook" }]`
   */
  readonly operations: readonly ApiOperation<Request, Result>[];
  /**
   * Who may call: AWS identities that may `execute-api:Invoke`, with signed requests (`"AWS_IAM"`); anybody (`"NONE"`); users of Cognito; or
   * whoever a function of one's own lets in.
   *
   * @default "AWS_IAM"
   * @example `authorization: { userPoolArns: [pool.arn], scopes: ["bookshop/orders.write"] }`
   */
  readonly authorization?: ApiAuthorization;
  /**
   * Errors that are the client's own fault, by their names: answered with this status and title, and no failure of the function. The
   * error's message goes to the log alone; a text in its member `detail` goes to the client.
   *
   * @default none
   * @example `clientErrors: { BookNotFoundError: { status: 404, title: "Book not found" } }`
   */
  readonly clientErrors?: ClientErrors;
  /** What each operation takes; more is answered with 429. @default see each */
  readonly throttling?: ApiThrottling;
  /** When clients are told to try again after a server error, 1 second to 1 hour. @default "10 seconds" */
  readonly retryAfter?: Duration;
  /** 1 to 28 seconds: API Gateway waits for 29. @default "25 seconds" */
  readonly timeout?: HandlerArgs["timeout"];
  /** The first part of the API's path: up to 128 letters, digits and `_`. @default "v1" */
  readonly stageName?: string;
  /** The version that the OpenAPI document states. @default "1.0.0" */
  readonly version?: string;
  /**
   * Whether requests are logged, one line of JSON each, in a log group of the API's own. API Gateway writes logs with one role for the
   * account and region, which must be there before; this component does not touch what other stacks share. Where nobody has set it:
   *
   * ```
   * const role = new aws.iam.Role("api-gateway-logs", {
   *   assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "apigateway.amazonaws.com" }),
   * });
   * new aws.iam.RolePolicyAttachment("api-gateway-logs", {
   *   role: role.name,
   *   policyArn: "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
   * });
   * const account = new aws.apigateway.Account("api-gateway", { cloudwatchRoleArn: role.arn });
   * new ApiFunction("books", { ... }, { dependsOn: [account] });
   * ```
   *
   * Without it AWS says "CloudWatch Logs role ARN must be set in account settings to enable logging".
   *
   * @default true
   */
  readonly accessLog?: boolean;
  /** Changes to the resources that this component creates. @default none */
  readonly transform?: ApiFunctionTransform;
  /** For components that are made of this one. @internal */
  readonly middleware?: OtherMiddleware;
  /** What the operations' `responses` refer to, by their names below `#/components/schemas`. @internal */
  readonly responseSchemas?: Readonly<Record<string, JsonSchema>>;
}
