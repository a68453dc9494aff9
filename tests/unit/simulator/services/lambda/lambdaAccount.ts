// An account with Lambda, queues, topics and an event bus, for the tests of what Lambda does with them.
import type { Message } from "@aws-sdk/client-sqs";
import { archiveMark } from "../../../../../simulator/assets";
import type { Iam } from "../../../../../simulator/iam";
import type { JsonObject } from "../../../../../simulator/json";
import { defaultQuotas } from "../../../../../simulator/quotas";
import { AwsError } from "../../../../../simulator/service";
import { CloudWatchService } from "../../../../../simulator/services/cloudWatch/cloudWatchService";
import { EventBridgeService } from "../../../../../simulator/services/eventBridge/eventBridgeService";
import type { StreamSource } from "../../../../../simulator/services/lambda/eventSources/streamSource";
import { LambdaService } from "../../../../../simulator/services/lambda/lambdaService";
import { SnsService } from "../../../../../simulator/services/sns/snsService";
import { SqsService } from "../../../../../simulator/services/sqs/sqsService";
import { type TestWorld, testWorld } from "../../../../support/simulatorWorld";

export const minute = 60_000;
const roleArn = "arn:aws:iam::123456789012:role/r";
/** `arn:aws:<service>:eu-west-1:123456789012:<resource>` */
export const arnOf = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;

/** Forbids everybody but the operator some actions. */
export function forbidding(...actions: string[]): Iam {
  return {
    authorize: ({ principal }, { action }) => {
      if (principal.kind !== "operator" && actions.includes(action)) throw new AwsError("AccessDenied", "no", 403);
    },
  };
}

export interface LambdaAccount extends TestWorld {
  readonly lambda: LambdaService;
  /** Creates a resource of a Pulumi type. */
  create(type: string, inputs: JsonObject): JsonObject;
  /** Creates the function from the source of its handler's module. */
  define(name: string, source: string, options?: JsonObject): void;
  /** Creates a queue and gives its ARN. */
  queue(name: string, attributes?: JsonObject): string;
  send(queue: string, body: string, more?: JsonObject): string;
  receive(queue: string): Message[];
  invokeLater(name: string, payload?: unknown): void;
  /** When the function began its invocations, in whole seconds since the start of the test. */
  invocations(name: string): number[];
  /** The sum of a metric of a function, and undefined when there is no value. */
  metric(name: string, functionName: string): number | undefined;
  /** The details of the events of one kind. */
  log(kind: string): JsonObject[];
}

export function lambdaAccount(options: { readonly iam?: Iam; readonly streams?: StreamSource } = {}): LambdaAccount {
  const world = testWorld(options);
  const iam = options.iam ?? { authorize: () => undefined };
  const access = { authorize: iam.authorize.bind(iam), assertAssumable: () => undefined };
  const sqs = new SqsService(world, new CloudWatchService(world));
  const lambda = new LambdaService(world, access, defaultQuotas(world.region).lambda, sqs, options.streams);
  const services = [sqs, lambda, new SnsService(world), new EventBridgeService(world)];
  for (const service of services) world.gateway.add(service);
  const begin = world.clock.now;
  const url = (queue: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${queue}`;
  const create = (type: string, inputs: JsonObject) => {
    const found = services.map(({ resourceTypes }) => resourceTypes[type]).find((each) => each !== undefined);
    if (found === undefined) throw new Error(`no resource type ${type}`);
    const strange = Object.keys(inputs).filter((name) => !found.knownArguments.includes(name));
    if (strange.length > 0) throw new Error(`unknown arguments of ${type}: ${strange.join(", ")}`);
    return found.create(inputs, "x").state;
  };
  return Object.assign(world, {
    lambda,
    create,
    define(name: string, source: string, more: JsonObject = {}) {
      const code = { [archiveMark]: { "index.js": Buffer.from(source).toString("base64") } };
      const inputs = { name, role: roleArn, handler: "index.handler", runtime: "nodejs24.x", timeout: 20, code };
      create("aws:lambda/function:Function", { ...inputs, ...more });
    },
    queue(name: string, attributes: JsonObject = {}) {
      world.call("sqs", "CreateQueue", { QueueName: name, Attributes: attributes });
      return arnOf("sqs", name);
    },
    send: (queue: string, MessageBody: string, more: JsonObject = {}) =>
      world.call<{ MessageId: string }>("sqs", "SendMessage", { QueueUrl: url(queue), MessageBody, ...more }).MessageId,
    receive: (queue: string) => {
      const input = { QueueUrl: url(queue), MessageAttributeNames: ["All"], MaxNumberOfMessages: 10 };
      return world.call<{ Messages?: Message[] }>("sqs", "ReceiveMessage", input).Messages ?? [];
    },
    invokeLater(name: string, payload: unknown = {}) {
      const input = { FunctionName: name, InvocationType: "Event", Payload: JSON.stringify(payload) };
      world.call("lambda", "Invoke", input);
    },
    invocations: (name: string) =>
      world.events.all
        .filter(({ kind, detail }) => kind === "lambda.Invocation" && detail.function === name)
        .map(({ at }) => Math.round((at - begin) / 1000)),
    metric: (name: string, functionName: string) => {
      const data = world.collected.data.filter(
        (datum) => datum.name === name && datum.dimensions.FunctionName === functionName,
      );
      return data.length === 0 ? undefined : data.flatMap(({ values }) => values).reduce((sum, value) => sum + value);
    },
    log: (kind: string) =>
      world.events.all.filter((event) => event.kind === kind).map(({ detail }) => detail as JsonObject),
  });
}
