// Which cases the simulator does not answer for: decided by what a case uses, never by its name.
import type { ConformanceCase } from "./conformanceCase";

/** Services whose tasks are replayed, by their names in a Task's Resource. */
const services = ["lambda", "sqs", "sns", "dynamodb", "events", "states", "sfn"];

const reasons: Readonly<Record<string, string>> = {
  "map-distributed": "distributed Map",
  activity: "activities",
  express: "Express",
  s3: "an integration with S3",
};

/** Why a case is left out, or undefined when it counts. */
export function skipReason({ features, type }: Pick<ConformanceCase, "features" | "type">): string | undefined {
  if (type === "EXPRESS") return "Express";
  for (const feature of features) {
    const reason = reasons[feature];
    if (reason !== undefined) return reason;
    const service = /^task:(?:aws-sdk:)?([^:]+):/.exec(feature)?.[1];
    if (service !== undefined && !services.includes(service)) return `an integration with ${service}`;
  }
  return undefined;
}
