// A dead-letter queue that exists already, so that its messages are redriven like everything else.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ClosureFunction } from "./closureFunction";
import { type Duration, toSeconds } from "./duration";
import { parseAnyQueueArn, queueUrlOf } from "./queueArn";
import type { QueueAddress, ReplayArgs, ReplaySource } from "./replaySource";
import { sourceOf } from "./uncertainTask";
import { checkArgs, inWords, validated } from "./validate";

/** A function by its ARN. */
export interface FunctionByArn {
  readonly arn: pulumi.Input<string>;
  /** Its timeout, "1 second" to "14.5 minutes": a replay waits that long. @default "14.5 minutes" */
  readonly timeout?: pulumi.Input<Duration>;
}

/** Arguments of an Adopt: exactly one of `function` and `returnTo`. */
export interface AdoptArgs {
  /** The dead-letter queue, itself or its ARN: of an SQS queue, of a subscription, of a function. */
  readonly queue: aws.sqs.Queue | pulumi.Input<string>;
  /**
   * What its messages are replayed on. A message that SQS moved there is replayed as the batch of one that an event source mapping makes;
   * the dead letter of a function's asynchronous invocation as the event that it failed on.
   *
   * @default none: `returnTo` is given
   * @example `function: { arn: "arn:aws:lambda:eu-west-1:123456789012:function:orders", timeout: "1 minute" }`
   */
  readonly function?: ClosureFunction<never, unknown> | aws.lambda.Function | FunctionByArn;
  /** Of a FIFO dead-letter queue: the FIFO queue that its messages are sent back to, each in its group. @default none: `function` is given */
  readonly returnTo?: aws.sqs.Queue | pulumi.Input<string>;
  /**
   * ARN of a key of yours under which its messages are encrypted: the key of the queue that they were sent to, since moving them to another
   * one changes nothing about it. Messages that go to `returnTo` are encrypted under it again.
   *
   * @default SQS's own key (SSE-SQS), or none
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /**
   * The name under which the messages are known: 1 to 64 characters of `0-9A-Za-z.-_`.
   *
   * @default the component's name
   */
  readonly source?: string;
}

/**
 * Adopts a dead-letter queue: a ReprocessFunction that has it among its sources receives from it after the spool, and replays its messages.
 * Of a standard queue, the renewer moves what has five days left there, or fewer, into the spool. It needs a retention of at least 2 days
 * for that, so that a run or two may fail, and 14 are better: messages that SQS moved there keep the age that they had. A FIFO queue is
 * neither renewed, since a copy would lose its place in the group, nor alarmed: redrive its messages before its retention is over, and
 * put an alarm of your own on its `ApproximateAgeOfOldestMessage`.
 *
 * The queue itself stays as it is. Do not have anything else redrive it: that would know nothing of what was replayed here.
 *
 * @example `new Adopt("old-orders", { queue: deadLetters, function: processOrder })`
 * @throws when an argument is not allowed
 */
export class Adopt extends pulumi.ComponentResource implements ReplaySource {
  readonly source: string;
  /** How a ReprocessFunction finds and replays its failures. */
  readonly replay: ReplayArgs;

  constructor(name: string, args: AdoptArgs, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:Adopt", name, {}, opts);
    checkArgs(args, "queue");
    this.source = sourceOf(name, args.source);
    if ((args.function === undefined) === (args.returnTo === undefined)) {
      const got = args.function === undefined ? "none of them" : "both";
      throw new Error(`exactly one of [function] and [returnTo] must be given, got ${got}`);
    }
    const deadLetterQueue = queueAddress("queue", args.queue, args.function === undefined ? "FIFO" : "standard");
    this.replay = {
      origins: [deadLetterQueue.arn],
      deadLetterQueue,
      ...(args.function === undefined ? {} : functionArgs(args.function)),
      ...(args.returnTo === undefined ? {} : { returnQueue: queueAddress("returnTo", args.returnTo, "FIFO") }),
      ...(args.kmsKeyArn === undefined ? {} : { kmsKeyArns: [pulumi.output(args.kmsKeyArn)] }),
    };
    this.registerOutputs({});
  }
}

const longestReplay = 870;

function functionArgs(
  target: NonNullable<AdoptArgs["function"]>,
): Pick<ReplayArgs, "functionArn" | "functionTimeoutSeconds"> {
  if (target instanceof ClosureFunction || aws.lambda.Function.isInstance(target)) {
    const { arn, timeout } = target instanceof ClosureFunction ? target.function : target;
    return { functionArn: arn, functionTimeoutSeconds: timeout.apply((seconds) => seconds ?? 3) };
  }
  const seconds = validated(target.timeout ?? "870 seconds", (value) =>
    toSeconds("function.timeout", value, { minimum: 1, maximum: longestReplay }),
  );
  return { functionArn: pulumi.output(target.arn), functionTimeoutSeconds: pulumi.output(seconds) };
}

type Kind = "standard" | "FIFO";

function queueAddress(argument: string, queue: aws.sqs.Queue | pulumi.Input<string>, kind: Kind): QueueAddress {
  if (aws.sqs.Queue.isInstance(queue)) {
    // By itself, since a preview knows this of a queue whose ARN it does not know.
    const arn = queue.fifoQueue.apply((fifo) => {
      checkKind(argument, kind, fifo ? "FIFO" : "standard", `a ${fifo ? "FIFO" : "standard"} one`);
      return queue.arn;
    });
    return { arn, url: queue.url };
  }
  const arn = pulumi.output(
    validated(queue, (value) => {
      const isFifo = parseAnyQueueArn(argument, value).queueName.endsWith(".fifo");
      checkKind(argument, kind, isFifo ? "FIFO" : "standard", inWords(value));
      return value;
    }),
  );
  return { arn, url: arn.apply((known) => queueUrlOf(parseAnyQueueArn(argument, known))) };
}

/**
 * The launcher can invoke a function only with what a standard queue holds, and send only what has a group.
 *
 * @throws when the queue is of the other kind
 */
function checkKind(argument: string, expected: Kind, kind: Kind, got: string): void {
  if (kind !== expected) {
    const [chosen, instead] = expected === "FIFO" ? ["returnTo", "function"] : ["function", "returnTo"];
    const beside = argument === chosen ? "" : ` with [${chosen}]`;
    throw new Error(
      `[${argument}] must be a ${expected} queue${beside}; give [${instead}] for a ${kind} one, got ${got}`,
    );
  }
}
