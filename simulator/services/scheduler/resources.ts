// The Pulumi AWS provider's schedules and schedule groups.
import type { Json, JsonObject } from "../../json";
import { AwsError, type ResourceType } from "../../service";
import type { World } from "../../world";
import type { ScheduleInput } from "./schedule";
import type { Schedules } from "./schedules";

/** Where the API writes a name otherwise than in upper camel case. */
const exceptions: Readonly<Record<string, string>> = { eventbridgeParameters: "EventBridgeParameters" };

function apiShape(value: Json | undefined): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value as JsonObject).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(
    members.map(([name, member]) => [
      exceptions[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      apiShape(member),
    ]),
  );
}

/** Seconds since the epoch, from RFC 3339. */
function dateOf(inputs: JsonObject, argument: string): number | undefined {
  const text = inputs[argument];
  if (text === undefined) return undefined;
  const at = Date.parse(String(text));
  if (Number.isNaN(at)) {
    const message = `[${argument}] must be a date such as 2030-01-01T01:00:00Z, got ${JSON.stringify(text)}`;
    throw new AwsError("ValidationException", message);
  }
  return at / 1_000;
}

function nameOf({ name, namePrefix }: JsonObject, physicalName: string): string {
  if (typeof name === "string") return name;
  return `${typeof namePrefix === "string" ? namePrefix : ""}${physicalName}`;
}

export function schedulerResources(world: Pick<World, "region">, schedules: Schedules): Record<string, ResourceType> {
  return {
    "aws:scheduler/schedule:Schedule": {
      knownArguments: [
        ...["name", "namePrefix", "groupName", "description", "scheduleExpression", "scheduleExpressionTimezone"],
        ...["startDate", "endDate", "flexibleTimeWindow", "state", "actionAfterCompletion", "target"],
      ],
      create: (inputs, physicalName) => {
        const { namePrefix: _prefix, startDate: _start, endDate: _end, ...rest } = inputs;
        const schedule = schedules.create({
          ...(apiShape(rest) as unknown as ScheduleInput),
          Name: nameOf(inputs, physicalName),
          StartDate: dateOf(inputs, "startDate"),
          EndDate: dateOf(inputs, "endDate"),
        });
        const { arn, name, group: groupName } = schedule;
        const defaults = { scheduleExpressionTimezone: "UTC", state: "ENABLED", actionAfterCompletion: "NONE" };
        const state = { ...defaults, ...inputs, arn, name, groupName, region: world.region };
        return { id: `${groupName}/${name}`, state };
      },
    },
    "aws:scheduler/scheduleGroup:ScheduleGroup": {
      knownArguments: ["name", "namePrefix", "tags"],
      create: (inputs, physicalName) => {
        const { arn, name } = schedules.createGroup(nameOf(inputs, physicalName));
        const tags = inputs.tags ?? {};
        return {
          id: name,
          state: { ...inputs, arn, name, state: "ACTIVE", region: world.region, tags, tagsAll: tags },
        };
      },
    },
  };
}
