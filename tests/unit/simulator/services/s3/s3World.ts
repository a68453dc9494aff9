// A world with S3, and stand-ins for the services that it notifies.
import type { Iam } from "../../../../../simulator/iam";
import type { JsonObject } from "../../../../../simulator/json";
import { type AwsError, type Call, operation } from "../../../../../simulator/service";
import { S3Service } from "../../../../../simulator/services/s3/s3Service";
import { testWorld } from "../../../../support/simulatorWorld";

export const queueArn = "arn:aws:sqs:eu-west-1:123456789012:uploads";
export const topicArn = "arn:aws:sns:eu-west-1:123456789012:uploads";
export const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:uploads";

/** What a destination was sent. */
export interface Sent {
  /** In milliseconds since the world began. */
  readonly at: number;
  readonly action: string;
  readonly body: JsonObject;
  readonly principal: Call["principal"];
}

/** A world with the bucket "payloads". @param answer may refuse what is sent to a destination */
export function s3World(
  options: { readonly iam?: Iam; readonly answer?: (number: number) => AwsError | undefined } = {},
) {
  const world = testWorld({ iam: options.iam });
  const begin = world.clock.now;
  const sent: Sent[] = [];
  for (const [name, action, member] of [
    ["sqs", "SendMessage", "MessageBody"],
    ["sns", "Publish", "Message"],
    ["lambda", "Invoke", "Payload"],
  ] as const) {
    const perform = operation<JsonObject>({
      authorize: () => [{ action: `${name}:${action}`, resource: "*" }],
      handle: (input, call) => {
        const body = JSON.parse(String(input[member])) as JsonObject;
        sent.push({ at: world.clock.now - begin, action: `${name}:${action}`, body, principal: call.principal });
        const error = options.answer?.(sent.length);
        if (error !== undefined) throw error;
        return {};
      },
    });
    world.gateway.add({ name, resourceTypes: {}, operations: { [action]: perform } });
  }
  const service = new S3Service(world, options.iam ?? { authorize: () => undefined });
  world.gateway.add(service);
  const Bucket = "payloads";
  world.call("s3", "CreateBucket", { Bucket });
  const call = (action: string, input: JsonObject = {}) => {
    const answer = world.call("s3", action, { Bucket, ...input });
    world.runUntilQuiet();
    return answer;
  };
  const notify = (NotificationConfiguration: JsonObject) =>
    call("PutBucketNotificationConfiguration", { NotificationConfiguration });
  const create = (type: string, inputs: JsonObject) => {
    const found = service.resourceTypes[type];
    if (found === undefined) throw new Error(`no resource type ${type}`);
    return found.create(inputs, "made-1234567").state;
  };
  return { world, service, sent, call, notify, create, keys: () => [...service.contents(Bucket).keys()] };
}
