// A world with SNS, and an SQS and a Lambda that note what they are sent.
import type { JsonObject } from "../../../../../simulator/json";
import type { AwsError, Call } from "../../../../../simulator/service";
import { SnsService } from "../../../../../simulator/services/sns/snsService";
import { type TestWorld, testWorld } from "../../../../support/simulatorWorld";

export const queueArn = "arn:aws:sqs:eu-west-1:123456789012:orders";
export const deadLetterArn = "arn:aws:sqs:eu-west-1:123456789012:dead";
export const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:f";

export interface SnsWorld {
  readonly world: TestWorld;
  readonly service: SnsService;
  readonly sent: { readonly input: JsonObject; readonly call: Call; readonly at: number }[];
  call(action: string, input: JsonObject): JsonObject;
  /** Creates a topic with a subscription, and returns the topic's ARN. */
  subscribed(endpoint: string, attributes?: Record<string, string>, topic?: JsonObject): string;
  publish(topicArn: string, input: JsonObject): JsonObject;
}

/** @param refusal what SQS and Lambda answer, by the number of the attempt */
export function snsWorld(
  refusal: (attempt: number, input: JsonObject) => AwsError | undefined = () => undefined,
): SnsWorld {
  const world = testWorld();
  const sent: SnsWorld["sent"] = [];
  for (const [name, action] of [
    ["sqs", "SendMessage"],
    ["lambda", "Invoke"],
  ] as const) {
    world.gateway.add({
      name,
      resourceTypes: {},
      operations: {
        [action]: {
          authorize: () => [],
          handle: (input, call) => {
            sent.push({ input, call, at: world.clock.now });
            const error = refusal(sent.length, input);
            if (error !== undefined) throw error;
            return {};
          },
        },
      },
    });
  }
  const service = new SnsService(world);
  world.gateway.add(service);
  const call: SnsWorld["call"] = (action, input) => world.call("sns", action, input);
  return {
    world,
    service,
    sent,
    call,
    subscribed: (endpoint, attributes = {}, topic = {}) => {
      const TopicArn = call("CreateTopic", { Name: "news", ...topic }).TopicArn as string;
      const Protocol = endpoint.split(":")[2] as string;
      call("Subscribe", { TopicArn, Protocol, Endpoint: endpoint, Attributes: attributes });
      return TopicArn;
    },
    publish: (TopicArn, input) => {
      const answer = call("Publish", { TopicArn, ...input });
      world.runUntilQuiet();
      return answer;
    },
  };
}
