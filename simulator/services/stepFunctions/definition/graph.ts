// The states of a machine, of a branch or of an item processor: every state on its own, and how they hang together.
import type { Json, JsonObject } from "../../../json";
import type { JsonataEngine } from "../jsonata/engine";
import type { Language } from "../languages/language";
import { checkPath, checkPayloadTemplate, checkResultPath } from "../states/paths";
import { checkAssign } from "../states/stateType";
import { stateTypes } from "../states/stateTypes";
import { languageNameOf, type StateGraph } from "./definition";
import type { Diagnostics } from "./diagnostics";
import { checkExpressions } from "./expressions";
import { checkTransitions } from "./transitions";

/** Fields that every state has besides those of its type. */
const commonFields = ["Type", "Comment", "QueryLanguage"];

/** Fields whose states and texts are looked at on their own, or not at all. */
const withoutExpressions = ["Comment", "Branches", "ItemProcessor", "Iterator"];

const payloadTemplates = ["Parameters", "ResultSelector"];

const languages = ["JSONPath", "JSONata"];

export class GraphCheck {
  private readonly names = new Set<string>();

  constructor(
    private readonly machineLanguage: Json | undefined,
    private readonly engine: JsonataEngine,
    private readonly diagnostics: Diagnostics,
  ) {}

  /** @param location where the graph lies: "" for the state machine itself */
  check(graph: JsonObject, location: string): void {
    const { diagnostics } = this;
    const { States: states } = graph;
    diagnostics.required(graph, "StartAt", location === "" ? "/" : location);
    diagnostics.string(graph, "StartAt", location);
    if (typeof states !== "object" || states === null || Array.isArray(states) || Object.keys(states).length === 0) {
      diagnostics.add("The field 'States' should be non-empty", location === "" ? "/" : location);
      return;
    }
    for (const [name, state] of Object.entries(states as JsonObject)) {
      const at = `${location}/States/${name}`;
      if (name.length > 80) diagnostics.add(`State name '${name}' must not exceed 80 characters`, `${location}/States`);
      if (this.names.has(name)) diagnostics.add(`Duplicate State name: ${name}`, at, "DUPLICATE_STATE_NAME");
      this.names.add(name);
      if (diagnostics.object(state, at)) this.checkState(state, at);
    }
    if (diagnostics.none) checkTransitions(graph as unknown as StateGraph, location, diagnostics);
  }

  private checkState(state: JsonObject, location: string): void {
    const { diagnostics, machineLanguage } = this;
    const type = stateTypes.get(String(state.Type));
    if (type === undefined) {
      const allowed = [...stateTypes.keys()].join(", ");
      diagnostics.add(`The field 'Type' should have one of these values: [${allowed}]`, `${location}/Type`);
      return;
    }
    if (state.QueryLanguage !== undefined && !languages.includes(String(state.QueryLanguage))) {
      const allowed = languages.join(", ");
      const at = `${location}/QueryLanguage`;
      diagnostics.add(`The field 'QueryLanguage' should have one of these values: [${allowed}]`, at);
      return;
    }
    if (machineLanguage === "JSONata" && state.QueryLanguage === "JSONPath") {
      diagnostics.add("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", location);
      return;
    }
    const language = languageNameOf(state as { QueryLanguage?: Json }, {
      ...(machineLanguage === undefined ? {} : { QueryLanguage: machineLanguage }),
    });
    diagnostics.fields(state, [...commonFields, ...type.fields.both, ...type.fields[language]], location);
    for (const field of ["Comment", "Next"]) diagnostics.string(state, field, location);
    checkAssign(state, location, diagnostics, language);
    type.check(state, {
      location,
      diagnostics,
      language,
      checkGraph: (graph, at, moreFields = []) => {
        if (!diagnostics.object(graph, at)) return;
        diagnostics.fields(graph, ["Comment", "StartAt", "States", ...moreFields], at);
        this.check(graph, at);
      },
    });
    this.checkData(state, location, language);
  }

  private checkData(state: JsonObject, location: string, language: Language["name"]): void {
    const { diagnostics, engine } = this;
    if (language === "JSONPath") {
      for (const field of ["InputPath", "OutputPath"]) checkPath(state, field, location, diagnostics);
      checkResultPath(state, location, diagnostics);
      for (const field of payloadTemplates) checkPayloadTemplate(state[field], `${location}/${field}`, diagnostics);
      return;
    }
    for (const [field, value] of Object.entries(state)) {
      if (!withoutExpressions.includes(field)) checkExpressions(value, `${location}/${field}`, engine, diagnostics);
    }
  }
}
