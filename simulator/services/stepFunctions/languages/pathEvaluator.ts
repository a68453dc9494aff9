// Evaluates paths, intrinsic functions and payload templates of a JSONPath state, with AWS's words for what goes wrong.
import type { Json, JsonObject } from "../../../json";
import { StateFailure } from "../failure";
import { type Argument, type Call, intrinsicCall } from "../intrinsics/call";
import { IntrinsicError } from "../intrinsics/intrinsic";
import { callIntrinsic } from "../intrinsics/intrinsics";
import { type JsonPath, jsonPath } from "../jsonPath/path";
import { PathNotFound, type PathScope, readPath } from "../jsonPath/read";
import type { Visit } from "../visit";

/** States.Runtime is caught by nothing (Developer Guide: "Error names"). */
export function runtimeFailure(visit: Visit, problem: string): StateFailure {
  return new StateFailure({ error: "States.Runtime", cause: `${visit.where} ${problem}`, caughtBy: "nothing" });
}

export class PathEvaluator {
  private readonly scope: PathScope;

  /**
   * @param data what `$` is
   * @param map the context object's Map part as JSON text, where it is not that of the branch
   */
  constructor(
    private readonly visit: Visit,
    data: Json,
    map?: string,
  ) {
    let context: Json | undefined;
    this.scope = {
      data,
      context: () => {
        context ??= JSON.parse(visit.contextText(map)) as Json;
        return context;
      },
      variable: (name) => visit.variable(name),
    };
  }

  /** The value of a whole field such as InputPath or TimeoutSecondsPath. Throws StateFailure. */
  field(text: string): Json {
    return this.read(text, (error) => `Invalid path '${text}' : ${error.jayway}`);
  }

  /** A path or an intrinsic function. @param field as AWS names it in the error. Throws StateFailure. */
  expression(text: string, field: string): Json {
    const call = intrinsicCall(text);
    if (call !== undefined) return this.call(call);
    return this.read(
      text,
      ({ source }) =>
        `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(source)}'`,
    );
  }

  /** A payload template: fields whose names end with ".$" are evaluated, at any depth. Throws StateFailure. */
  template(template: Json): Json {
    if (Array.isArray(template)) return template.map((item: Json) => this.template(item));
    if (typeof template !== "object" || template === null) return template;
    const result: Record<string, Json> = {};
    for (const [key, value] of Object.entries(template as JsonObject)) {
      if (value === undefined) continue;
      if (key.endsWith(".$")) result[key.slice(0, -2)] = this.expression(value as string, key);
      else result[key] = this.template(value);
    }
    return result;
  }

  /** Whether a path leads anywhere, and where. Throws StateFailure for a variable that does not exist. */
  find(text: string): { readonly value: Json } | undefined {
    try {
      return { value: readPath(this.parsed(text), this.scope) };
    } catch (error) {
      if (error instanceof PathNotFound) return undefined;
      throw error;
    }
  }

  private read(text: string, problem: (error: PathNotFound) => string): Json {
    try {
      return readPath(this.parsed(text), this.scope);
    } catch (error) {
      if (error instanceof PathNotFound) throw runtimeFailure(this.visit, problem(error));
      throw error;
    }
  }

  private parsed(text: string): JsonPath {
    const path = jsonPath(text);
    // Definitions are checked; only data could bring another text here.
    if (path === undefined) throw runtimeFailure(this.visit, `Invalid path '${text}'`);
    return path;
  }

  private call(call: Call): Json {
    try {
      return callIntrinsic(call, (argument) => this.argument(argument, call), this.visit.execution.host.functions);
    } catch (error) {
      if (!(error instanceof IntrinsicError)) throw error;
      const cause = `${this.visit.where} The function '${call.text}' had the following error: ${error.message}`;
      throw new StateFailure({ error: "States.IntrinsicFailure", cause });
    }
  }

  private argument(argument: Argument, call: Call): Json {
    if (argument.kind === "literal") return argument.value;
    if (argument.kind === "call") return this.call(argument.call);
    const { text } = argument.path;
    return this.read(
      text,
      ({ source }) =>
        `The function '${call.text}' had the following error: The JsonPath argument for the field '${text}' could not be found in the input '${JSON.stringify(source)}'`,
    );
  }
}
