// The resources that a recorded execution used: found in its history, and named by references in its case.
import type { JsonObject } from "../simulator/json";
import type { FunctionBehaviour, RecordedFunction } from "./conformanceCase";
import { invocations, type RecordedEvent } from "./invocations";
import type { Rewrite } from "./observed";

export interface Resources {
  readonly functions: Readonly<Record<string, RecordedFunction>>;
  readonly queues: readonly { readonly key: string; readonly fifo?: boolean }[];
  readonly topics: readonly { readonly key: string; readonly fifo?: boolean }[];
  /** What stands for each of them in the definition and the input. */
  readonly references: readonly Rewrite[];
  /** What stands for each of them in what was recorded. */
  readonly placeholders: readonly Rewrite[];
}

/** The longest time that Lambda gives a function: the recorded time decides, not the function's own limit. */
const longestFunction = 24 * 3600;

function lastPart(text: string): string {
  return text.split(/[:/]/).at(-1) ?? text;
}

function parameters(event: RecordedEvent, resourceType: string): JsonObject {
  const details = event.taskScheduledEventDetails as JsonObject | undefined;
  return details?.resourceType === resourceType ? (JSON.parse(String(details.parameters)) as JsonObject) : {};
}

function distinct(values: readonly unknown[]): string[] {
  return [...new Set(values.filter((value): value is string => typeof value === "string"))];
}

function plainFunctionName(text: string): string {
  return (/:function:([^:]+)/.exec(text)?.[1] ?? text.split(":")[0]) as string;
}

function functionsOf(history: readonly RecordedEvent[]): ReadonlyMap<string, readonly FunctionBehaviour[]> {
  const found = new Map<string, FunctionBehaviour[]>();
  for (const { functionName, behaviour } of invocations(history)) {
    const name = plainFunctionName(functionName);
    found.set(name, [...(found.get(name) ?? []), behaviour]);
  }
  return found;
}

/** Longer texts first: a URL holds the name. */
function named(kind: string, key: string, name: string, texts: readonly (readonly [text: string, suffix: string])[]) {
  const references = [...texts, [name, ""] as const].map(([text, suffix]) => ({
    text,
    to: `\${${kind}:${key}}${suffix}`,
  }));
  return { references, placeholders: references.map(({ text }) => ({ text, to: `<${kind}:${key}>` })) };
}

export function resourcesOf(history: readonly RecordedEvent[]): Resources {
  const urls = distinct(history.map((event) => parameters(event, "sqs").QueueUrl));
  const topicArns = distinct(history.map((event) => parameters(event, "sns").TopicArn));
  const behaviours = [...functionsOf(history)];
  const arns = distinct(
    history.flatMap(
      (event) => JSON.stringify(event).match(/arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+/g) ?? [],
    ),
  );
  const fifo = (name: string) => (name.endsWith(".fifo") ? { fifo: true } : {});
  const all = [
    ...urls.map((url, index) => named("Queue", `q${index + 1}`, lastPart(url), [[url, ".url"]])),
    ...topicArns.map((arn, index) => named("Topic", `topic${index + 1}`, lastPart(arn), [[arn, ".arn"]])),
    ...behaviours.map(([name], index) => {
      const own = arns.filter((arn) => plainFunctionName(arn) === name);
      return named(
        "Function",
        `fn${index + 1}`,
        name,
        own.map((arn) => [arn, ".arn"] as const),
      );
    }),
  ];
  return {
    functions: Object.fromEntries(
      behaviours.map(([, sequence], index) => [
        `fn${index + 1}`,
        { timeoutSeconds: longestFunction + 1, behaviour: { sequence } },
      ]),
    ),
    queues: urls.map((url, index) => ({ key: `q${index + 1}`, ...fifo(url) })),
    topics: topicArns.map((arn, index) => ({ key: `topic${index + 1}`, ...fifo(arn) })),
    references: all.flatMap(({ references }) => references),
    placeholders: all.flatMap(({ placeholders }) => placeholders),
  };
}
