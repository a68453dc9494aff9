// A world with schedules, and stand-ins for the services that they invoke.
import type { JsonObject } from "../../../../../simulator/json";
import { type AwsError, type Call, operation } from "../../../../../simulator/service";
import { SchedulerService } from "../../../../../simulator/services/scheduler/schedulerService";
import { type TestWorldOptions, testWorld } from "../../../../support/simulatorWorld";

export const roleArn = "arn:aws:iam::123456789012:role/scheduler";
export const queueArn = "arn:aws:sqs:eu-west-1:123456789012:work";
export const deadLetterArn = "arn:aws:sqs:eu-west-1:123456789012:dead";
export const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:work";
export const scheduleArn = "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/work";

/** What the target of a schedule was called with. */
export interface Invoked {
  /** In whole seconds since the world began. */
  readonly at: number;
  readonly action: string;
  readonly input: JsonObject;
  readonly principal: Call["principal"];
}

/** @param answer may refuse a call */
export function schedulerWorld(
  answer: (call: Call, number: number) => AwsError | undefined = () => undefined,
  options: TestWorldOptions = {},
) {
  const world = testWorld(options);
  const begin = world.clock.now;
  const invoked: Invoked[] = [];
  const standIns = { sqs: "SendMessage", sns: "Publish", lambda: "Invoke", states: "StartExecution" };
  for (const [name, action] of [
    ...Object.entries(standIns),
    ["events", "PutEvents"],
    ["kinesis", "PutRecord"],
  ] as const) {
    const handle = (input: JsonObject, call: Call) => {
      const at = Math.floor((world.clock.now - begin) / 1_000);
      invoked.push({ at, action: `${name}:${action}`, input, principal: call.principal });
      const error = answer(call, invoked.length);
      if (error !== undefined) throw error;
      return {};
    };
    const operations = { [action as string]: operation<JsonObject>({ authorize: () => [], handle }) };
    world.gateway.add({ name, resourceTypes: {}, operations });
  }
  const service = new SchedulerService(world);
  world.gateway.add(service);
  const create = (more: JsonObject, target: JsonObject = {}) =>
    world.call("scheduler", "CreateSchedule", {
      Name: "work",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: queueArn, RoleArn: roleArn, ...target },
      ...more,
    });
  return { world, service, invoked, create, begin };
}
