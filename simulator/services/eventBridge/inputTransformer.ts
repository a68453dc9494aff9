// Builds a target's input from an event by paths and a template.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html

import type { Json, JsonObject } from "../../json";
import type { JsonPath } from "./jsonPath";

/** What the reserved variables stand for. */
export interface TransformContext {
  readonly event: JsonObject;
  readonly ruleArn: string;
  readonly ruleName: string;
  /** ISO 8601, when the bus took the event in. */
  readonly ingestionTime: string;
}

export interface InputTransformer {
  /** The input, or undefined when what comes out of a JSON template is no JSON: EventBridge cannot deliver that. */
  transform(context: TransformContext): string | undefined;
}

const placeholder = /<([\w.-]+)>/g;

/** The event without its detail, under the names that EventBridge gives its parts here. */
function envelope(event: JsonObject): JsonObject {
  const { id, account, time, source, region, resources, version } = event;
  return { id, account, detailType: event["detail-type"], time, source, region, resources, version };
}

const reserved: Readonly<Record<string, (context: TransformContext) => Json>> = {
  "aws.events.rule-arn": ({ ruleArn }) => ruleArn,
  "aws.events.rule-name": ({ ruleName }) => ruleName,
  "aws.events.event.ingestion-time": ({ ingestionTime }) => ingestionTime,
  "aws.events.event": ({ event }) => envelope(event),
  "aws.events.event.json": ({ event }) => event,
};

/** Whether that name cannot be given to a path. */
export function isReserved(name: string): boolean {
  return name.toUpperCase().startsWith("AWS");
}

/** The names between angle brackets that neither a path nor AWS defines. */
export function undefinedPlaceholders(template: string, paths: Readonly<Record<string, unknown>>): string[] {
  const names = [...template.matchAll(placeholder)].map(([, name]) => name as string);
  return names.filter((name) => !Object.hasOwn(paths, name) && !Object.hasOwn(reserved, name));
}

/** Outside of quotes a value is written as JSON; a missing one as an empty string. */
function asJson(value: Json | undefined): string {
  return value === undefined ? '""' : JSON.stringify(value);
}

/** Within quotes text goes in as it is, unescaped; objects and lists lose their quotes. */
function withinQuotes(value: Json | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  return JSON.stringify(value).replaceAll('"', "");
}

function fill(template: string, lookUp: (name: string) => Json | undefined): string {
  let text = "";
  let quoted = false;
  let from = 0;
  const copy = (piece: string) => {
    for (let index = 0; index < piece.length; index += 1) {
      if (piece[index] === "\\") index += 1;
      else if (piece[index] === '"') quoted = !quoted;
    }
    text += piece;
  };
  for (const found of template.matchAll(placeholder)) {
    copy(template.slice(from, found.index));
    const value = lookUp(found[1] as string);
    text += quoted ? withinQuotes(value) : asJson(value);
    from = found.index + found[0].length;
  }
  copy(template.slice(from));
  return text;
}

function isText(template: string): boolean {
  return template.trimStart().startsWith('"');
}

/** What comes out of a JSON template, minified; undefined when it is no JSON. A template in quotes is passed on as filled. */
function finish(template: string, filled: string): string | undefined {
  if (isText(template)) return filled.trim();
  try {
    return JSON.stringify(JSON.parse(filled));
  } catch {
    return undefined;
  }
}

/** Whether the template could give something deliverable: it is text in quotes, or JSON once its placeholders are filled. */
export function isValidTemplate(template: string): boolean {
  return (
    finish(
      template,
      fill(template, () => "x"),
    ) !== undefined
  );
}

export function createInputTransformer(template: string, paths: Readonly<Record<string, JsonPath>>): InputTransformer {
  return {
    transform: (context) => {
      const lookUp = (name: string) => (paths[name] ?? (() => reserved[name]?.(context)))(context.event);
      return finish(template, fill(template, lookUp));
    },
  };
}
