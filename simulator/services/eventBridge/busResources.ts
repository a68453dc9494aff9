// Pulumi's resources for event buses and their policies.

import type { JsonObject } from "../../json";
import { AwsError, type ResourceType } from "../../service";
import { defaultBus, type EventBuses } from "./eventBuses";

interface BusArguments {
  readonly name?: string;
  readonly description?: string;
}

interface PolicyArguments {
  readonly eventBusName?: string;
  readonly policy?: string | JsonObject;
}

export function busResourceTypes({ buses }: { readonly buses: EventBuses }): Record<string, ResourceType> {
  return {
    "aws:cloudwatch/eventBus:EventBus": {
      knownArguments: ["name", "description", "tags"],
      create: (given, physicalName) => {
        const { name = physicalName, description } = given as BusArguments;
        const bus = buses.create(name, description);
        return { id: name, state: { tagsAll: given.tags ?? {}, ...given, name, arn: bus.arn } };
      },
    },
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": {
      knownArguments: ["eventBusName", "policy"],
      create: (given) => {
        const { eventBusName = defaultBus, policy } = given as PolicyArguments;
        if (policy === undefined) throw new AwsError("ValidationException", "[policy] is required");
        const text = typeof policy === "string" ? policy : JSON.stringify(policy);
        buses.setPolicy(buses.get(eventBusName), text);
        return { id: eventBusName, state: { eventBusName, policy: text } };
      },
    },
  };
}
