// A small account, and the shape of what comes out of it, for tests against records of AWS.
import { type JsonObject, Simulation } from "@respool/simulator";

type Shape = string | readonly Shape[] | { readonly [key: string]: Shape };

/** Types instead of values; of a list its first element. */
export function shapeOf(value: unknown): Shape {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shapeOf(member)]));
}

export const account = "123456789012";
export const queueArn = (name: string) => `arn:aws:sqs:eu-central-1:${account}:${name}`;
export const queueUrl = (name: string) => `https://sqs.eu-central-1.amazonaws.com/${account}/${name}`;

const received = { MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"] };

/** An account where EventBridge and SNS may send to every queue. */
export function recordedShapesAccount() {
  const simulation = new Simulation();
  const create = (type: string, name: string, inputs: JsonObject) => simulation.create({ type, name, inputs });
  const queue = (name: string, inputs: JsonObject = {}) => {
    create("aws:sqs/queue:Queue", name, { name, ...inputs });
    const Principal = { Service: ["events.amazonaws.com", "sns.amazonaws.com"] };
    const statement = { Effect: "Allow", Principal, Action: "sqs:SendMessage", Resource: queueArn(name) };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    create("aws:sqs/queuePolicy:QueuePolicy", `${name}-policy`, { queueUrl: queueUrl(name), policy });
  };
  const receive = (name: string) => {
    simulation.runUntilQuiet();
    const input = { QueueUrl: queueUrl(name), ...received };
    return simulation.call<{ Messages?: JsonObject[] }>("sqs", "ReceiveMessage", input).Messages ?? [];
  };
  const rule = (pattern: object, target: JsonObject) => {
    create("aws:cloudwatch/eventRule:EventRule", "rule", { name: "rule", eventPattern: JSON.stringify(pattern) });
    create("aws:cloudwatch/eventTarget:EventTarget", "target", { rule: "rule", ...target });
  };
  return { simulation, create, queue, receive, rule };
}
