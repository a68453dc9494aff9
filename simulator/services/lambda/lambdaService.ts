// AWS Lambda: functions that run in sandboxes, synchronously and asynchronously invoked.
import type { Iam, Roles } from "../../iam";
import type { Json, JsonObject } from "../../json";
import type { LambdaQuotas } from "../../quotas";
import {
  type Authorization,
  AwsError,
  type Call,
  Deferred,
  type Operation,
  operation,
  type ResourceType,
  type Service,
} from "../../service";
import { arn, type World } from "../../world";
import { AsyncInvocations, type Start } from "./asyncInvocations";
import { Deliveries } from "./deliveries";
import { eventInvokeConfigOperations } from "./eventInvokeConfigOperations";
import { EventSourceMappings } from "./eventSources/eventSourceMappings";
import { mappingOperations } from "./eventSources/mappingOperations";
import { noQueues, type QueueSource } from "./eventSources/queueSource";
import { noStreams, type StreamSource } from "./eventSources/streamSource";
import { errorPayload, type FunctionInvocation, type InvocationResult } from "./executionEnvironment";
import { checkConfiguration, type FunctionConfiguration } from "./functionConfiguration";
import { functionOperations } from "./functionOperations";
import { LambdaFunction } from "./lambdaFunction";
import { lambdaResources } from "./resources";

interface InvokeInput {
  readonly FunctionName: string;
  readonly InvocationType?: string;
  /** JSON text. */
  readonly Payload?: string;
  /** JSON in base 64; synchronous invocations alone hand it on. */
  readonly ClientContext?: string;
  readonly LogType?: string;
  readonly Qualifier?: string;
}

/** "Up to 3,583 bytes of base64-encoded data", API Invoke. */
const clientContextBytes = 3_583;

/** @returns JSON text */
function decodedClientContext(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  const decoded = Buffer.from(text, "base64").toString("utf8");
  try {
    const value = JSON.parse(decoded) as Json;
    if (typeof value === "object" && value !== null && text.length <= clientContextBytes) return decoded;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const wanted =
    text.length > clientContextBytes
      ? `[ClientContext] must be at most ${clientContextBytes} bytes of base 64, got ${text.length}`
      : "Client context must be a valid Base64-encoded JSON object.";
  throw new AwsError("InvalidRequestContentException", wanted);
}

function checkInvokeOptions({ LogType, Qualifier }: InvokeInput, type: string): void {
  if (LogType !== undefined && LogType !== "None" && (LogType !== "Tail" || type !== "RequestResponse")) {
    const allowed = "None, or Tail for RequestResponse";
    throw new AwsError("InvalidParameterValueException", `[LogType] must be ${allowed}, got ${LogType} for ${type}`);
  }
  if (Qualifier === undefined || Qualifier === "$LATEST") return;
  const got = `[Qualifier] must be $LATEST in the simulator, got ${Qualifier}`;
  throw new AwsError("SimulatorUnsupportedArgument", got);
}

/** The response may be that much larger than the documented 6 MB: 6,291,556 bytes, as recorded on AWS. */
const responseAllowance = 100;

export class LambdaService implements Service {
  readonly name = "lambda";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
  readonly asynchronous: AsyncInvocations;
  readonly eventSources: EventSourceMappings;
  private readonly functions = new Map<string, LambdaFunction>();

  /**
   * @param queues where event source mappings hear of messages; without it, no queue can be an event source
   * @param streams the same for streams
   */
  constructor(
    private readonly world: World,
    private readonly access: Iam & Roles,
    private readonly quotas: LambdaQuotas,
    queues: QueueSource = noQueues,
    streams: StreamSource = noStreams,
  ) {
    const start: Start = (target, requestId, payload, done) => this.start(target, { requestId, payload }, done);
    const deliveries = new Deliveries(world);
    this.asynchronous = new AsyncInvocations(world, start, deliveries);
    this.eventSources = new EventSourceMappings({ world, iam: access, queues, streams, deliveries, start });
    this.operations = {
      Invoke: operation<InvokeInput>({
        authorize: (input) => this.authorization("lambda:InvokeFunction", input.FunctionName),
        handle: (input, call) => this.invoke(input, call),
      }),
      ...functionOperations(this, quotas),
      ...eventInvokeConfigOperations(this, access),
      ...mappingOperations(this),
    };
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
    return this.find(name) ?? this.notFound(name);
  }

  private find(name: string): LambdaFunction | undefined {
    const simple = /^(?:arn:aws:lambda:[^:]+:\d+:function:|\d+:function:)?([^:]+)(?::\$LATEST)?$/.exec(name)?.[1];
    return simple === undefined ? undefined : this.functions.get(simple);
  }

  private notFound(name: string): never {
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
  start(target: LambdaFunction, invocation: FunctionInvocation, done: (result: InvocationResult) => void): void {
    const { requestId, payload } = invocation;
    const functionName = target.configuration.name;
    const all = [...this.functions.values()];
    const reserved = all.reduce((sum, each) => sum + (each.reservedConcurrency ?? 0), 0);
    const unreserved = all.filter((each) => each.reservedConcurrency === undefined);
    const shared = unreserved.reduce((sum, each) => sum + each.concurrency, 0);
    const free =
      target.reservedConcurrency === undefined
        ? this.quotas.concurrentExecutions - reserved - shared
        : target.reservedConcurrency - target.concurrency;
    if (free <= 0) throw target.throttled();
    const fault = this.world.faults.forInvocation({ functionName, requestId, payload });
    if (fault?.kind === "throttle") throw target.throttled();
    target.run({ ...invocation, fault }, done);
  }

  /** What a call on a function needs; its own policy counts, too. */
  authorization(action: string, name: string): readonly Authorization[] {
    const simple = name.split(":").at(-1) === "$LATEST" ? name.slice(0, -8) : name;
    const resource = simple.startsWith("arn:") ? simple : arn(this.world, "lambda", `function:${simple}`);
    const resourcePolicy = this.functions.get(simple.split(":").at(-1) as string)?.policy;
    return [{ action, resource, resourcePolicy }];
  }

  private invoke(input: InvokeInput, call: Call): object | Deferred {
    const payload = input.Payload === undefined || input.Payload === "" ? "{}" : input.Payload;
    const type = input.InvocationType ?? "RequestResponse";
    // Invoke names the version, too, as recorded on AWS; the other operations do not.
    const target =
      this.find(input.FunctionName) ?? this.notFound(`${input.FunctionName.replace(/:\$LATEST$/, "")}:$LATEST`);
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
    const clientContext = decodedClientContext(input.ClientContext);
    checkInvokeOptions(input, type);
    if (type === "DryRun") return { StatusCode: 204, Payload: "" };
    if (type === "Event") {
      this.asynchronous.accept(target, call.requestId, payload);
      return { StatusCode: 202, Payload: "" };
    }
    if (type !== "RequestResponse") {
      throw new AwsError(
        "InvalidParameterValueException",
        `[InvocationType] must be RequestResponse, Event or DryRun, got ${type}`,
      );
    }
    const deferred = new Deferred();
    const invocation = { requestId: call.requestId, payload, clientContext };
    this.start(target, invocation, (result) => deferred.resolve(this.output(result, input.LogType === "Tail")));
    return deferred;
  }

  private output(result: InvocationResult, showsLog: boolean): JsonObject {
    const log = showsLog ? { LogResult: Buffer.from(result.log ?? "").toString("base64") } : {};
    const common = { StatusCode: 200, ExecutedVersion: "$LATEST", ...log };
    if (!result.ok) return { ...common, FunctionError: "Unhandled", Payload: result.payload };
    const limit = this.quotas.synchronousPayloadBytes + responseAllowance;
    if (Buffer.byteLength(result.payload) <= limit) return { ...common, Payload: result.payload };
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${limit} bytes).`;
    return {
      ...common,
      FunctionError: "Unhandled",
      Payload: errorPayload("Function.ResponseSizeTooLarge", errorMessage),
    };
  }
}
