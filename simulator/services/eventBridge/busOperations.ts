// EventBridge's API for event buses.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html

import type { JsonObject } from "../../json";
import { type Authorization, AwsError, type Operation, operation } from "../../service";
import type { EventBus, EventBuses } from "./eventBuses";
import type { RuleStore } from "./ruleStore";

interface BusName {
  readonly Name?: string;
}

/** What the operations act on. */
interface Buses {
  readonly buses: EventBuses;
  readonly rules: RuleStore;
}

/** What a call on a bus needs; the bus's own policy counts, too. */
export function onBus(buses: EventBuses, action: string, bus: string | undefined): Authorization {
  const resourcePolicy = buses.find(bus)?.policy;
  const needed = { action: `events:${action}`, resource: buses.arnOf(bus) };
  return resourcePolicy === undefined ? needed : { ...needed, resourcePolicy };
}

function describe({ name, arn, description, createdAt, policy }: EventBus): JsonObject {
  return {
    Name: name,
    Arn: arn,
    ...(description === undefined ? {} : { Description: description }),
    ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }),
    CreationTime: createdAt / 1_000,
  };
}

function required(value: string | undefined, argument: string): string {
  if (value === undefined || value === "") throw new AwsError("ValidationException", `[${argument}] is required`);
  return value;
}

export function busOperations({ buses, rules }: Buses): Record<string, Operation> {
  return {
    CreateEventBus: operation<BusName & { readonly Description?: string }>({
      authorize: ({ Name }) => [onBus(buses, "CreateEventBus", Name)],
      handle: ({ Name, Description }) => ({ EventBusArn: buses.create(required(Name, "Name"), Description).arn }),
    }),
    DeleteEventBus: operation<BusName>({
      authorize: ({ Name }) => [onBus(buses, "DeleteEventBus", Name)],
      handle: ({ Name }) => {
        const bus = buses.find(required(Name, "Name"));
        if (bus === undefined) return {};
        if (rules.of(bus.name).length > 0) {
          throw new AwsError("ValidationException", `Event bus ${bus.name} can't be deleted since it has rules.`);
        }
        buses.delete(bus.name);
        return {};
      },
    }),
    DescribeEventBus: operation<BusName>({
      authorize: ({ Name }) => [onBus(buses, "DescribeEventBus", Name)],
      handle: ({ Name }) => describe(buses.get(Name)),
    }),
    ListEventBuses: operation<{ readonly NamePrefix?: string }>({
      authorize: () => [{ action: "events:ListEventBuses", resource: "*" }],
      handle: ({ NamePrefix = "" }) => ({
        EventBuses: buses.all.filter(({ name }) => name.startsWith(NamePrefix)).map(describe),
      }),
    }),
    PutPermission: operation<{ readonly EventBusName?: string; readonly Policy?: string }>({
      authorize: ({ EventBusName }) => [onBus(buses, "PutPermission", EventBusName)],
      handle: ({ EventBusName, Policy, ...others }) => {
        const [other] = Object.keys(others);
        if (other !== undefined || Policy === undefined) {
          const text = `[${other ?? "Policy"}] the simulator sets a bus's policy as a whole, by Policy alone`;
          throw new AwsError("SimulatorUnsupportedArgument", text);
        }
        buses.setPolicy(buses.get(EventBusName), Policy);
        return {};
      },
    }),
  };
}
