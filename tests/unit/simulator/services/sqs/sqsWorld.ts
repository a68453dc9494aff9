// A world with SQS and CloudWatch, and the calls that the tests of SQS make most.
import type { Message } from "@aws-sdk/client-sqs";
import type { JsonObject } from "../../../../../simulator/json";
import { AwsError } from "../../../../../simulator/service";
import { CloudWatchService } from "../../../../../simulator/services/cloudWatch/cloudWatchService";
import { SqsService } from "../../../../../simulator/services/sqs/sqsService";
import { type TestWorld, type TestWorldOptions, testWorld } from "../../../../support/simulatorWorld";

export interface SqsWorld {
  readonly world: TestWorld;
  readonly sqs: SqsService;
  readonly cloudWatch: CloudWatchService;
  /** Creates a queue and gives its URL. */
  createQueue(name: string, attributes?: JsonObject): string;
  call<Output = JsonObject>(action: string, input: JsonObject): Output;
  /** "code: message" of a call that must fail. */
  failure(action: string, input: JsonObject): string;
  send(queueUrl: string, body: string, more?: JsonObject): { MessageId: string };
  receive(queueUrl: string, more?: JsonObject): Message[];
}

export function sqsWorld(options: TestWorldOptions & { readonly maximumInFlight?: number } = {}): SqsWorld {
  const world = testWorld(options);
  const cloudWatch = new CloudWatchService(world);
  const sqs = new SqsService(world, cloudWatch, options.maximumInFlight);
  world.replace({ metrics: cloudWatch });
  world.gateway.add(cloudWatch);
  world.gateway.add(sqs);
  const call = <Output>(action: string, input: JsonObject) => world.call<Output>("sqs", action, input);
  return {
    world,
    sqs,
    cloudWatch,
    call,
    createQueue: (name, attributes = {}) =>
      call<{ QueueUrl: string }>("CreateQueue", { QueueName: name, Attributes: attributes }).QueueUrl,
    failure: (action, input) => {
      try {
        call(action, input);
      } catch (error) {
        if (error instanceof AwsError) return `${error.code}: ${error.message}`;
        throw error;
      }
      return "no failure";
    },
    send: (QueueUrl, MessageBody, more = {}) => call("SendMessage", { QueueUrl, MessageBody, ...more }),
    receive: (QueueUrl, more = {}) =>
      call<{ Messages?: Message[] }>("ReceiveMessage", { QueueUrl, MessageSystemAttributeNames: ["All"], ...more })
        .Messages ?? [],
  };
}

export const seconds = (count: number) => count * 1000;
export const hours = (count: number) => count * 3_600_000;
export const days = (count: number) => count * 86_400_000;
