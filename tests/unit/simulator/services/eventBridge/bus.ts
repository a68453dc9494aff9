// A bus in a small world, with stand-ins for the services that it delivers to.
import type { JsonObject } from "../../../../../simulator/json";
import { type AwsError, type Call, operation, type Service } from "../../../../../simulator/service";
import { EventBridgeService } from "../../../../../simulator/services/eventBridge/eventBridgeService";
import { testWorld } from "../../../../support/simulatorWorld";

export const queueArn = "arn:aws:sqs:eu-west-1:123456789012:work";
export const deadLetterArn = "arn:aws:sqs:eu-west-1:123456789012:dead";
export const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:work";
export const machineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:work";
export const roleArn = "arn:aws:iam::123456789012:role/start";
export const ruleArn = "arn:aws:events:eu-west-1:123456789012:rule/failed";

export interface Received {
  readonly at: number;
  readonly action: string;
  readonly input: JsonObject;
  readonly principal: Call["principal"];
}

/** The services' calls, in order; `answer` may refuse one. */
export function setUp(answer: (call: Call) => AwsError | undefined = () => undefined) {
  const world = testWorld();
  const received: Received[] = [];
  const bus = new EventBridgeService(world);
  const standIn = (name: string, action: string): Service => ({
    name,
    resourceTypes: {},
    operations: {
      [action]: operation<JsonObject>({
        authorize: () => [],
        handle: (input, call) => {
          received.push({ at: world.clock.now, action: `${name}:${action}`, input, principal: call.principal });
          const error = answer(call);
          if (error !== undefined) throw error;
          return {};
        },
      }),
    },
  });
  const services = [
    bus,
    standIn("sqs", "SendMessage"),
    standIn("lambda", "Invoke"),
    standIn("sns", "Publish"),
    standIn("states", "StartExecution"),
    standIn("kinesis", "PutRecord"),
  ];
  for (const service of services) world.gateway.add(service);
  world.replace({ bus });

  const rule = (target: JsonObject, definition: JsonObject = { EventPattern: '{"detail":{"status":["FAILED"]}}' }) => {
    world.call("events", "PutRule", { Name: "failed", ...definition });
    world.call("events", "PutTargets", { Rule: "failed", Targets: [{ Id: "work", ...target }] });
  };
  const publish = (detail: JsonObject = { status: "FAILED" }) => {
    world.bus.publish({ source: "aws.states", detailType: "Status", resources: ["arn:x"], detail });
    world.runUntilQuiet();
  };
  const count = (name: string) => world.collected.data.filter((datum) => datum.name === name).length;
  return { world, bus, received, rule, publish, count };
}
