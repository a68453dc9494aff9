// What an AWS service is to the simulator: operations that callers reach through the gateway, and resource types that
// a Pulumi program creates.
import type { PolicyDocument } from "./iam";
import type { JsonObject } from "./json";

/** An error as AWS answers it. */
export class AwsError extends Error {
  /**
   * @param code AWS's name of the error, such as "ResourceNotFoundException"
   * @param message AWS's text
   * @param status the HTTP status; 500 and above are faults of the service
   * @param members what the error carries besides, such as CancellationReasons
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    readonly members: JsonObject = {},
  ) {
    super(message);
    this.name = code;
  }
}

/** What a call came to. */
export type Outcome =
  | { readonly ok: true; readonly output: JsonObject }
  | { readonly ok: false; readonly error: AwsError };
/** `requestId` is the call's own, as in AWS's x-amzn-requestid. */
export type Reply = (outcome: Outcome, requestId: string) => void;

/** Who calls. An operator is the account's administrator: a test, the demo, the command line. */
export type Principal =
  | { readonly kind: "operator" }
  | { readonly kind: "role"; readonly roleArn: string }
  | { readonly kind: "service"; readonly service: string; readonly sourceArn: string }
  | { readonly kind: "anonymous" };

/** Where in a Lambda function a call comes from; faults can crash that place. */
export interface Origin {
  readonly functionName: string;
  readonly environmentId: string;
  /** The invocation's request id. */
  readonly requestId: string;
  /** Ends the execution environment at once, as a crash of the runtime would. */
  crash(): void;
}

/** One API call on its way to a service. */
export interface Call {
  /** The service's name, as in IAM actions: "sqs", "states", "lambda". */
  readonly service: string;
  /** The operation, such as "SendMessage". */
  readonly action: string;
  readonly input: JsonObject;
  readonly principal: Principal;
  /** aws:SecureTransport. */
  readonly secureTransport: boolean;
  readonly requestId: string;
  readonly origin?: Origin;
}

/** A reply that comes later in virtual time, as that of a long poll does. */
export class Deferred {
  private outcome: Outcome | undefined;
  private listener: ((outcome: Outcome) => void) | undefined;

  resolve(output: JsonObject): void {
    this.settle({ ok: true, output });
  }

  reject(error: AwsError): void {
    this.settle({ ok: false, error });
  }

  onSettled(listener: (outcome: Outcome) => void): void {
    this.listener = listener;
    if (this.outcome !== undefined) listener(this.outcome);
  }

  private settle(outcome: Outcome): void {
    if (this.outcome !== undefined) return;
    this.outcome = outcome;
    this.listener?.(outcome);
  }
}

/** What a call needs: every entry must be allowed. */
export interface Authorization {
  /** The IAM action, such as "sqs:SendMessage". */
  readonly action: string;
  /** The resource's ARN, or "*" where the action has none. */
  readonly resource: string;
  /** The policy that the resource itself carries. Compiled once per object: pass the same one again while it holds. */
  readonly resourcePolicy?: PolicyDocument;
  /** Values of the service's own condition keys, such as lambda:FunctionUrlAuthType. */
  readonly conditionKeys?: Readonly<Record<string, string>>;
}

export interface Operation {
  authorize(input: JsonObject): readonly Authorization[];
  /** Takes effect now. Throws AwsError; returns the output, or a Deferred when the reply comes later. */
  handle(input: JsonObject, call: Call): JsonObject | Deferred;
}

/**
 * Types an operation by its input (the AWS SDK's own types, imported as types, serve well). The one place where a wire
 * input becomes a typed one: `handle` and `authorize` still check what AWS checks.
 */
export function operation<Input extends object>(definition: {
  authorize(input: Input): readonly Authorization[];
  handle(input: Input, call: Call): object | Deferred;
}): Operation {
  return {
    authorize: (input) => definition.authorize(input as Input),
    handle: (input, call) => definition.handle(input as Input, call) as JsonObject | Deferred,
  };
}

/** What a created resource answers to the program. */
export interface CreatedResource {
  readonly id: string;
  /** The resource's output properties, under the names of the Pulumi provider. */
  readonly state: JsonObject;
}

export interface ResourceType {
  /** The arguments that the simulator honours; any other is refused by name. */
  readonly knownArguments: readonly string[];
  /**
   * @param inputs the arguments under the names of the Pulumi provider (AWS provider 7)
   * @param physicalName a name for it when the arguments give none: the logical name and seven stable hex digits
   */
  create(inputs: JsonObject, physicalName: string): CreatedResource;
}

export interface Service {
  /** As in IAM actions. */
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /** By Pulumi type token, such as "aws:sqs/queue:Queue". */
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
}
