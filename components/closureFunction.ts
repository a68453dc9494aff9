// A Lambda function made of a TypeScript closure, with a role of its own that may do what was asked for and nothing else.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { packageClosure } from "../packaging/packageClosure";
import {
  type Architecture,
  checkedSource,
  environmentOf,
  functionSettings,
  type LogRetention,
  logGroupName,
} from "./closureFunctionSettings";
import type { Duration } from "./duration";
import { functionStatements, type TracingMode } from "./functionRole";
import { type PermissionStatement, policyDocument, trustPolicy } from "./policy";
import { type Transform, transformed } from "./transform";
import { checkArgs } from "./validate";

/** What Lambda calls. nodejs24.x takes no third parameter: a handler returns its result or a promise of it. */
export type FunctionHandler<Event = never, Result = unknown, Context = never> = (
  event: Event,
  context: Context,
) => Result;

/** Changes to the resources that a ClosureFunction creates. */
export interface ClosureFunctionTransform {
  readonly function?: Transform<aws.lambda.FunctionArgs>;
  readonly role?: Transform<aws.iam.RoleArgs>;
  readonly policy?: Transform<aws.iam.RolePolicyArgs>;
  readonly logGroup?: Transform<aws.cloudwatch.LogGroupArgs>;
}

/** Code that is packaged already. */
export interface PackagedCode {
  readonly archive: pulumi.Input<pulumi.asset.Archive>;
  /** File and export, such as `"index.handler"`. */
  readonly handler: string;
}

/** Exactly one of `callback`, `callbackFactory` and `code` must be given. */
export interface ClosureFunctionArgs<Event = never, Result = unknown, Context = never> {
  /**
   * The handler. It runs in Lambda with a copy of what it captures, as it was when the program ran. Annotate its first parameter, or
   * TypeScript infers `never` for it, and takes no use of it ("Property 'x' does not exist on type 'never'").
   *
   * @example `callback: async (order: Order) => charge(order)`
   */
  readonly callback?: FunctionHandler<Event, Result, Context>;
  /**
   * Makes the handler, once per execution environment: the place for clients, loggers and anything else that cannot be copied. Annotate
   * the handler's first parameter, as that of `callback`.
   *
   * @example `callbackFactory: () => { const sqs = new SQSClient({}); return async (event: Order) => sqs.send(...); }`
   */
  readonly callbackFactory?: () => FunctionHandler<Event, Result, Context>;
  /**
   * Code that is packaged already.
   *
   * @example `code: { archive: new pulumi.asset.FileArchive("build"), handler: "index.handler" }`
   */
  readonly code?: PackagedCode;
  /**
   * What the code may do, one Allow each. The function's log group and X-Ray are added.
   *
   * @default none
   */
  readonly permissions?: readonly PermissionStatement[];
  /** Environment variables. @default none */
  readonly environment?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
  /** MiB, 128 to 10240. CPU grows with it. @default 256 */
  readonly memorySize?: pulumi.Input<number>;
  /** 1 second to 15 minutes. @default "30 seconds" */
  readonly timeout?: pulumi.Input<Duration>;
  /** How many run at once at most; 0 stops the function. @default as many as the account allows */
  readonly reservedConcurrency?: pulumi.Input<number>;
  /** X-Ray. @default "Active" */
  readonly tracing?: TracingMode;
  /** How long CloudWatch keeps what the function logs: one of its own periods, or `"forever"`. @default "30 days" */
  readonly logRetention?: pulumi.Input<LogRetention>;
  /**
   * Packages the AWS SDK's clients, instead of using those of the Lambda runtime, whose version changes without notice.
   *
   * @default false
   */
  readonly bundleSdk?: boolean;
  /** @default "arm64" */
  readonly architecture?: Architecture;
  /** @default none */
  readonly description?: pulumi.Input<string>;
  /** Tags of every resource that has tags. @default none */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Changes to the resources that this component creates. @default none */
  readonly transform?: ClosureFunctionTransform;
}

/**
 * A Lambda function on nodejs24.x, its role and its log group.
 *
 * A closure is serialized as Pulumi does it
 * (https://www.pulumi.com/docs/iac/concepts/functions/function-serialization/) and bundled by esbuild into one file, the same
 * bytes on every machine.
 *
 * @throws when an argument is not allowed; and when the program runs, an error that names the captured variable and what to do
 *   instead if the closure cannot be serialized
 */
export class ClosureFunction<Event = never, Result = unknown> extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  readonly role: aws.iam.Role;
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly arn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: ClosureFunctionArgs<Event, Result>, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:ClosureFunction", name, {}, opts);
    checkArgs(args, "callback");
    const source = checkedSource(args);
    const settings = functionSettings(args);
    const { tags, transform = {}, tracing = "Active" } = args;
    const child = { parent: this };

    this.logGroup = new aws.cloudwatch.LogGroup(
      ...transformed(
        transform.logGroup,
        `${name}-logs`,
        { name: logGroupName(name), retentionInDays: settings.retentionInDays, tags },
        child,
      ),
    );

    this.role = new aws.iam.Role(
      ...transformed(
        transform.role,
        `${name}-role`,
        {
          assumeRolePolicy: trustPolicy("lambda.amazonaws.com"),
          description: `Execution role of the function ${name}`,
          tags,
        },
        child,
      ),
    );

    const policy = new aws.iam.RolePolicy(
      ...transformed(
        transform.policy,
        `${name}-policy`,
        {
          role: this.role.name,
          policy: policyDocument(functionStatements(args.permissions ?? [], this.logGroup.arn, tracing)),
        },
        child,
      ),
    );

    const code =
      source.kind === "packaged"
        ? source.code
        : packageClosure(source.closure, {
            factory: source.kind === "factory",
            bundleSdk: args.bundleSdk ?? false,
            component: name,
            resource: this,
          });

    this.function = new aws.lambda.Function(
      ...transformed(
        transform.function,
        name,
        {
          code: code.archive,
          handler: code.handler,
          runtime: aws.lambda.Runtime.NodeJS24dX,
          architectures: [settings.architecture],
          role: this.role.arn,
          memorySize: settings.memorySize,
          timeout: settings.timeout,
          reservedConcurrentExecutions: settings.reservedConcurrency,
          environment: environmentOf(args.environment),
          tracingConfig: { mode: tracing },
          loggingConfig: { logFormat: "Text", logGroup: this.logGroup.name },
          description: args.description,
          tags,
        },
        // Without the policy a first invocation could not log.
        { ...child, dependsOn: [policy] },
      ),
    );

    this.arn = this.function.arn;
    this.functionName = this.function.name;
    this.registerOutputs({ arn: this.arn, functionName: this.functionName });
  }
}
