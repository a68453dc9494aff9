// What a type of state is to the interpreter: one object a type, one file an object.
import type { Json, JsonObject } from "../../../json";
import type { Diagnostics } from "../definition/diagnostics";
import type { Language } from "../languages/language";
import type { Visit } from "../visit";
import { checkPayloadTemplate } from "./paths";

/** Where a definition is looked at, and with what. */
export interface Checking {
  /** The state's, as a JSON pointer. */
  readonly location: string;
  readonly diagnostics: Diagnostics;
  readonly language: Language["name"];
  /** Looks at the states of a branch or an item processor. */
  checkGraph(graph: Json | undefined, location: string, moreFields?: readonly string[]): void;
}

export interface StateType {
  readonly name: string;
  /** The fields that it may have besides Type, Comment and QueryLanguage. */
  readonly fields: {
    readonly both: readonly string[];
    readonly JSONata: readonly string[];
    readonly JSONPath: readonly string[];
  };
  /** Reports what is wrong with such a state. */
  check(state: JsonObject, checking: Checking): void;
  /**
   * Runs the state; called again for every retry. Leaves it by `visit.leave`, `visit.fail` or one of the visit's own ends,
   * now or later. A StateFailure that it throws fails the state.
   */
  run(visit: Visit): void;
}

/** For the types that have a successor: Next or End, and not both. */
export function checkNextOrEnd(state: JsonObject, location: string, diagnostics: Diagnostics): void {
  const hasNext = state.Next !== undefined;
  if (state.End !== undefined && typeof state.End !== "boolean") {
    diagnostics.add(`Value for the field 'End' must be a boolean, got ${JSON.stringify(state.End)}`, `${location}/End`);
  } else if (hasNext === (state.End === true)) {
    diagnostics.add("State must have exactly one of 'Next' and 'End': true", location);
  }
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The names of an Assign field (Developer Guide: "Passing data between states with variables"). */
export function checkAssign(
  holder: JsonObject,
  location: string,
  diagnostics: Diagnostics,
  language: Language["name"],
): void {
  const { Assign: assign } = holder;
  if (assign === undefined || !diagnostics.object(assign, `${location}/Assign`)) return;
  if (language === "JSONPath") checkPayloadTemplate(assign, `${location}/Assign`, diagnostics);
  for (const key of Object.keys(assign)) {
    const name = language === "JSONPath" ? key.replace(/\.\$$/, "") : key;
    if (name === "states") diagnostics.add("The variable name 'states' is reserved", `${location}/Assign`);
    else if (name.length > 80 || !variableName.test(name)) {
      const rule = "letters, digits and underscores, at most 80, not beginning with a digit";
      diagnostics.add(`The variable name '${name}' is not valid: ${rule}`, `${location}/Assign`);
    }
  }
}
