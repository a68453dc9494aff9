// A REST API and the functions behind its operations: somebody waits for each answer, and learns whether to try again.
import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ApiRequest } from "../handlers/middleware/apiRequest";
import { apiAlarms } from "./apiAlarms";
import type { ApiFunctionArgs } from "./apiFunctionArgs";
import { checkHandlers, createApiHandlers } from "./apiHandlers";
import {
  accessLogFormat,
  accessLogGroupName,
  checkedClientErrors,
  checkedStageName,
  checkedThrottling,
} from "./apiSettings";
import type { ClosureFunction } from "./closureFunction";
import { checkedRetention } from "./closureFunctionSettings";
import { createAlarms } from "./createAlarms";
import { toSeconds } from "./duration";
import { functionLogGroup, type Observed, type ObservedParts } from "./observed";
import { authorizerFunction, deployedAuthorization } from "./openApi/authorization";
import { clientDocument, gatewayDocument, type OpenApiArgs } from "./openApi/openApiDocument";
import { transformed } from "./transform";
import { checkArgs, matching, validated } from "./validate";

/**
 * A REST API of API Gateway, traced, throttled and validated by one OpenAPI document, whose operations are functions. Nobody but the client
 * tries again: so every error is a problem (RFC 9457) that says whether that makes sense. What is the client's own fault is a
 * result of the function; what is the server's fails the function's invocation, and the client gets a 500 that tells nothing of it.
 *
 * With `idempotency`, requests that carry the same `Idempotency-Key` are done once.
 *
 * @example
 * ```
 * const books = new ApiFunction("books", {
 *   operations: [{ method: "GET", path: "/books/{bookId}", operationId: "getBook" }],
 *   callback: async ({ pathParameters }: ApiRequest) => findBook(pathParameters.bookId),
 *   clientErrors: { BookNotFoundError: { status: 404, title: "Book not found" } },
 * });
 * export const booksUrl = books.url;
 * ```
 * @throws when an argument is not allowed
 */
export class ApiFunction<Request extends ApiRequest = ApiRequest, Result = unknown>
  extends pulumi.ComponentResource
  implements Observed
{
  readonly restApi: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** The functions by the ids of the operations that they serve. */
  readonly functions: Readonly<Record<string, ClosureFunction<Request, Result>>>;
  /** Where the API is, stage included. */
  readonly url: pulumi.Output<string>;
  /** The API's ARN. */
  readonly arn: pulumi.Output<string>;
  /** What policies on `execute-api:Invoke` name: the stage's ARN, to be followed by method and path. */
  readonly executionArn: pulumi.Output<string>;
  /** The OpenAPI 3.1 document for clients, as JSON. */
  readonly openApi: pulumi.Output<string>;
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;

  constructor(name: string, args: ApiFunctionArgs<Request, Result>, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:ApiFunction", name, {}, opts);
    checkArgs(args, "operations");
    const { operations, tags, transform = {}, tracing = "Active", accessLog = true } = args;
    const child = { parent: this };
    checkHandlers(args);
    const authorization = deployedAuthorization(args.authorization ?? "AWS_IAM");
    const throttling = checkedThrottling(args.throttling);
    const clientErrors = checkedClientErrors(args.clientErrors);
    const stageName = checkedStageName(args.stageName);
    const retryAfterSeconds = toSeconds("retryAfter", args.retryAfter ?? "10 seconds", { minimum: 1, maximum: 3_600 });
    const version = matching("version", args.version ?? "1.0.0", /^.{1,64}$/, "1 to 64 characters");

    const handlers = createApiHandlers(name, args, clientErrors, this);
    this.functions = handlers.byOperation;
    const described = pulumi
      .all([authorization, pulumi.all(operations.map((operation) => handlers.of(operation).function.invokeArn))])
      .apply(
        ([authorization, invokeArns]): OpenApiArgs => ({
          title: name,
          version,
          operations: operations.map(({ callback, callbackFactory, ...shape }, index) => ({
            ...shape,
            invokeArn: invokeArns[index] ?? "",
          })),
          authorization,
          clientErrors,
          retryAfterSeconds,
          responseSchemas: args.responseSchemas,
        }),
      );
    const body = described.apply((known) => JSON.stringify(gatewayDocument(known)));
    this.restApi = new aws.apigateway.RestApi(
      ...transformed(transform.restApi, name, { body, endpointConfiguration: { types: "REGIONAL" }, tags }, child),
    );
    const deployment = new aws.apigateway.Deployment(
      ...transformed(
        transform.deployment,
        `${name}-deployment`,
        // A deployment is a snapshot: a new one for each document.
        { restApi: this.restApi.id, triggers: { body: body.apply(sha256) } },
        child,
      ),
    );
    this.stage = new aws.apigateway.Stage(
      ...transformed(
        transform.stage,
        `${name}-stage`,
        {
          restApi: this.restApi.id,
          deployment: deployment.id,
          stageName,
          xrayTracingEnabled: tracing === "Active",
          accessLogSettings: accessLog ? this.accessLogSettings(name, args) : undefined,
          tags,
        },
        child,
      ),
    );
    new aws.apigateway.MethodSettings(
      ...transformed(
        transform.methodSettings,
        `${name}-settings`,
        {
          restApi: this.restApi.id,
          stageName: this.stage.stageName,
          methodPath: "*/*",
          settings: {
            metricsEnabled: true,
            throttlingRateLimit: throttling.rateLimit,
            throttlingBurstLimit: throttling.burstLimit,
          },
        },
        child,
      ),
    );
    for (const [functionName, made] of handlers.functions) {
      new aws.lambda.Permission(
        ...transformed(
          transform.permission,
          `${functionName}-permission`,
          {
            action: "lambda:InvokeFunction",
            function: made.functionName,
            principal: "apigateway.amazonaws.com",
            sourceArn: pulumi.interpolate`${this.restApi.executionArn}/${stageName}/*`,
          },
          child,
        ),
      );
    }
    const authorizer = authorizerFunction(args.authorization ?? "AWS_IAM");
    if (authorizer !== undefined) {
      new aws.lambda.Permission(
        ...transformed(
          transform.permission,
          `${name}-authorizer-permission`,
          {
            action: "lambda:InvokeFunction",
            function: authorizer.name,
            principal: "apigateway.amazonaws.com",
            // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
            sourceArn: pulumi.interpolate`${this.restApi.executionArn}/authorizers/*`,
          },
          child,
        ),
      );
    }
    const watched = apiAlarms({ apiName: this.restApi.name, stageName }, args.alarms);
    const alarms = createAlarms(name, { ...args, alarms: watched, transform: transform.alarms }, this);

    this.url = this.stage.invokeUrl;
    this.arn = this.restApi.arn;
    this.executionArn = this.stage.executionArn;
    this.openApi = pulumi
      .all([described, this.url])
      .apply(([known, url]) => JSON.stringify(clientDocument(known, url)));
    const made = [...handlers.functions.values()].map((handler) => handler.function);
    this.observed = {
      kind: "api",
      title: name,
      apiName: this.restApi.name,
      stageName: this.stage.stageName,
      functionName: made.length === 1 ? made[0]?.name : undefined,
      middleware: { service: args.service ?? name, namespace: args.namespace },
      logGroupNames: made.map(functionLogGroup),
      alarmArns: alarms.map(({ arn }) => arn),
    };
    this.registerOutputs({ url: this.url, arn: this.arn, openApi: this.openApi });
  }

  private accessLogSettings(
    name: string,
    { logRetention = "30 days", tags, transform = {} }: ApiFunctionArgs<Request, Result>,
  ) {
    const group = new aws.cloudwatch.LogGroup(
      ...transformed(
        transform.accessLogGroup,
        `${name}-access-log`,
        { name: accessLogGroupName(name), retentionInDays: validated(logRetention, checkedRetention), tags },
        { parent: this },
      ),
    );
    return { destinationArn: group.arn, format: accessLogFormat };
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
