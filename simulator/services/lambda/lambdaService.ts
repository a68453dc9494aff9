// AWS Lambda: functions that run in sandboxes, synchronously and asynchronously invoked.
import type { Iam, Roles } from "../../iam";
import type { JsonObject } from "../../json";
import type { LambdaQuotas } from "../../quotas";
import {
  AwsError,
  type Call,
  Deferred,
  type Operation,
  operation,
  type ResourceType,
  type Service,
} from "../../service";
import { arn, type World } from "../../world";
import { AsyncInvocations } from "./asyncInvocations";
import type { InvocationResult } from "./executionEnvironment";
import { checkConfiguration, type FunctionConfiguration } from "./functionConfiguration";
import { LambdaFunction } from "./lambdaFunction";
import { lambdaResources } from "./resources";

interface FunctionInput {
  readonly FunctionName: string;
}

interface InvokeInput extends FunctionInput {
  readonly InvocationType?: string;
  /** JSON text. */
  readonly Payload?: string;
}

interface UpdateInput extends FunctionInput {
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

export class LambdaService implements Service {
  readonly name = "lambda";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
  readonly asynchronous: AsyncInvocations;
  private readonly functions = new Map<string, LambdaFunction>();

  constructor(
    private readonly world: World,
    private readonly access: Iam & Roles,
    private readonly quotas: LambdaQuotas,
  ) {
    this.asynchronous = new AsyncInvocations(world, (name, requestId, payload, done) =>
      this.start(this.named(name), requestId, payload, done),
    );
    this.operations = this.createOperations();
    this.resourceTypes = lambdaResources(world, this);
  }

  /** For resources. */
  create(configuration: FunctionConfiguration, reservedConcurrency: number | undefined): LambdaFunction {
    if (this.functions.has(configuration.name)) {
      throw new AwsError("ResourceConflictException", `Function already exist: ${configuration.name}`, 409);
    }
    checkConfiguration(configuration, this.quotas);
    this.access.assertAssumable(configuration.role, "lambda.amazonaws.com");
    const created = new LambdaFunction(this.world, this.access, configuration);
    created.reservedConcurrency = reservedConcurrency;
    this.functions.set(configuration.name, created);
    return created;
  }

  /** @param name name, ARN or partial ARN; the only version is $LATEST */
  named(name: string): LambdaFunction {
    const simple = /^(?:arn:aws:lambda:[^:]+:\d+:function:|\d+:function:)?([^:]+)(?::\$LATEST)?$/.exec(name)?.[1];
    const found = simple === undefined ? undefined : this.functions.get(simple);
    if (found !== undefined) return found;
    const wanted = name.startsWith("arn:") ? name : arn(this.world, "lambda", `function:${name}`);
    throw new AwsError("ResourceNotFoundException", `Function not found: ${wanted}`, 404);
  }

  /**
   * Ends the execution environments of a function at once: out of memory, or a host that failed. What runs fails with
   * `Runtime.ExitError`.
   */
  crash(name: string, reason = "signal: killed"): void {
    this.named(name).crashEnvironments(reason);
  }

  /** Starts an invocation, or throws when it is throttled. */
  start(target: LambdaFunction, requestId: string, payload: string, done: (result: InvocationResult) => void): void {
    const all = [...this.functions.values()];
    const reserved = all.reduce((sum, each) => sum + (each.reservedConcurrency ?? 0), 0);
    const unreserved = all.filter((each) => each.reservedConcurrency === undefined);
    const shared = unreserved.reduce((sum, each) => sum + each.concurrency, 0);
    const free =
      target.reservedConcurrency === undefined
        ? this.quotas.concurrentExecutions - reserved - shared
        : target.reservedConcurrency - target.concurrency;
    if (free <= 0) throw target.throttled();
    target.run(requestId, payload, done);
  }

  private authorize(action: string, name: string) {
    const simple = name.split(":").at(-1) === "$LATEST" ? name.slice(0, -8) : name;
    const resource = simple.startsWith("arn:") ? simple : arn(this.world, "lambda", `function:${simple}`);
    const resourcePolicy = this.functions.get(simple.split(":").at(-1) as string)?.policy;
    return [{ action, resource, resourcePolicy }];
  }

  private invoke(input: InvokeInput, call: Call): object | Deferred {
    const payload = input.Payload === undefined || input.Payload === "" ? "{}" : input.Payload;
    const type = input.InvocationType ?? "RequestResponse";
    const target = this.named(input.FunctionName);
    const limit = type === "Event" ? this.quotas.asynchronousPayloadBytes : this.quotas.synchronousPayloadBytes;
    if (Buffer.byteLength(payload) > limit) {
      throw new AwsError(
        "RequestTooLargeException",
        `${Buffer.byteLength(payload)} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
        413,
      );
    }
    try {
      JSON.parse(payload);
    } catch {
      throw new AwsError(
        "InvalidRequestContentException",
        "Could not parse request body into json: Could not parse payload into json",
        400,
      );
    }
    if (type === "DryRun") return { StatusCode: 204, Payload: "" };
    if (type === "Event") {
      this.asynchronous.accept(target.configuration.name, call.requestId, payload);
      return { StatusCode: 202, Payload: "" };
    }
    if (type !== "RequestResponse") {
      throw new AwsError(
        "InvalidParameterValueException",
        `[InvocationType] must be RequestResponse, Event or DryRun, got ${type}`,
      );
    }
    const deferred = new Deferred();
    this.start(target, call.requestId, payload, (result) => deferred.resolve(this.output(call.requestId, result)));
    return deferred;
  }

  private output(requestId: string, result: InvocationResult): JsonObject {
    const common = { StatusCode: 200, ExecutedVersion: "$LATEST" };
    if (!result.ok) return { ...common, FunctionError: "Unhandled", Payload: result.payload };
    const limit = this.quotas.synchronousPayloadBytes;
    if (Buffer.byteLength(result.payload) <= limit) return { ...common, Payload: result.payload };
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${limit} bytes). RequestId: ${requestId}`;
    const payload = JSON.stringify({ errorType: "Function.ResponseSizeTooLarge", errorMessage });
    return { ...common, FunctionError: "Unhandled", Payload: payload };
  }

  private createOperations(): Record<string, Operation> {
    const read = (action: string, handle: (target: LambdaFunction) => object) =>
      operation<FunctionInput>({
        authorize: (input) => this.authorize(`lambda:${action}`, input.FunctionName),
        handle: (input) => handle(this.named(input.FunctionName)),
      });
    return {
      Invoke: operation<InvokeInput>({
        authorize: (input) => this.authorize("lambda:InvokeFunction", input.FunctionName),
        handle: (input, call) => this.invoke(input, call),
      }),
      GetFunction: read("GetFunction", (target) => ({
        Configuration: describe(target.configuration),
        Concurrency: { ReservedConcurrentExecutions: target.reservedConcurrency },
      })),
      GetFunctionConfiguration: read("GetFunctionConfiguration", (target) => describe(target.configuration)),
      UpdateFunctionConfiguration: operation<UpdateInput>({
        authorize: (input) => this.authorize("lambda:UpdateFunctionConfiguration", input.FunctionName),
        handle: (input) => {
          const target = this.named(input.FunctionName);
          const configuration = updated(target.configuration, input);
          checkConfiguration(configuration, this.quotas);
          target.configure(configuration);
          return describe(configuration);
        },
      }),
      PutFunctionConcurrency: operation<FunctionInput & { readonly ReservedConcurrentExecutions: number }>({
        authorize: (input) => this.authorize("lambda:PutFunctionConcurrency", input.FunctionName),
        handle: (input) => {
          const { ReservedConcurrentExecutions: reserved } = input;
          const highest = this.quotas.concurrentExecutions - this.quotas.minimumUnreservedConcurrency;
          if (!Number.isInteger(reserved) || reserved < 0 || reserved > highest) {
            throw new AwsError(
              "InvalidParameterValueException",
              `[ReservedConcurrentExecutions] must be a whole number from 0 to ${highest}, got ${reserved}`,
            );
          }
          this.named(input.FunctionName).reservedConcurrency = reserved;
          return { ReservedConcurrentExecutions: reserved };
        },
      }),
      DeleteFunctionConcurrency: read("DeleteFunctionConcurrency", (target) => {
        target.reservedConcurrency = undefined;
        return {};
      }),
    };
  }
}

function updated(configuration: FunctionConfiguration, input: UpdateInput): FunctionConfiguration {
  const known = ["FunctionName", "Timeout", "MemorySize", "Environment"];
  const unknown = Object.keys(input).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `the simulator's UpdateFunctionConfiguration takes ${known.join(", ")}, got ${unknown.join(", ")}`,
    );
  }
  return {
    ...configuration,
    timeout: input.Timeout ?? configuration.timeout,
    memorySize: input.MemorySize ?? configuration.memorySize,
    environment: input.Environment === undefined ? configuration.environment : (input.Environment.Variables ?? {}),
  };
}

function describe(configuration: FunctionConfiguration): object {
  const {
    name,
    arn: functionArn,
    role,
    handler,
    runtime,
    timeout,
    memorySize,
    environment,
    logGroup,
    tracing,
    architecture,
  } = configuration;
  return {
    FunctionName: name,
    FunctionArn: functionArn,
    Role: role,
    Handler: handler,
    Runtime: runtime,
    Timeout: timeout,
    MemorySize: memorySize,
    Environment: { Variables: environment },
    LoggingConfig: { LogFormat: "Text", LogGroup: logGroup },
    TracingConfig: { Mode: tracing },
    Architectures: [architecture],
    State: "Active",
    LastUpdateStatus: "Successful",
    Version: "$LATEST",
  };
}
