// Evaluates the JSONata of a definition as Step Functions does: the expressions inside JSON, with the context object and variables.
import jsonata from "jsonata";

export interface Scope {
  readonly input?: unknown;
  readonly context?: unknown;
  readonly result?: unknown;
  readonly errorOutput?: unknown;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** @throws when an expression has no value, as Step Functions fails then */
export async function evaluate(template: unknown, scope: Scope): Promise<unknown> {
  if (typeof template === "string") {
    const source = /^\{%(.*)%\}$/s.exec(template)?.[1];
    return source === undefined ? template : evaluateExpression(source, scope);
  }
  if (Array.isArray(template)) {
    return Promise.all(template.map((item) => evaluate(item, scope)));
  }
  if (typeof template === "object" && template !== null) {
    const entries = Object.entries(template).map(async ([key, value]) => [key, await evaluate(value, scope)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
  return template;
}

async function evaluateExpression(source: string, { variables = {}, ...states }: Scope): Promise<unknown> {
  const expression = jsonata(source);
  expression.registerFunction("parse", (text: string): unknown => JSON.parse(text), "<s:x>");
  const value: unknown = await expression.evaluate(undefined, { states, ...variables });
  if (value === undefined) {
    throw new Error(`no value: ${source}`);
  }
  return JSON.parse(JSON.stringify(value));
}

/** The context object of an execution that is in the spool state. */
export function contextOf(execution: { readonly name?: string; readonly input?: unknown } = {}) {
  const { name = "order-1", input = { orderId: "order-1" } } = execution;
  return {
    Execution: {
      Id: `arn:aws:states:eu-west-1:123456789012:execution:charge-card:${name}`,
      Name: name,
      Input: input,
      StartTime: "2026-11-02T10:00:00.123Z",
    },
    State: { Name: "ErrorSpool", EnteredTime: "2026-11-02T10:00:07.456Z" },
  };
}
