// Task: one call of a service, with a time limit, tried again and caught as its definition says.
import type { JsonObject } from "../../../json";
import { longestTimeout, type StateDefinition } from "../definition/definition";
import { type Diagnostics, unsupportedDefinition } from "../definition/diagnostics";
import { dataLimitExceeded, StateFailure } from "../failure";
import type { Integration } from "../integrations/integration";
import { integrationOf, integrations } from "../integrations/integrations";
import { Attempt } from "./attempt";
import { checkNumber } from "./numbers";
import { checkRecovery } from "./recovery";
import { checkNextOrEnd, type StateType } from "./stateType";

interface TaskState extends StateDefinition {
  readonly Resource: string;
}

/** The integration patterns whose tasks have a token (recorded: `.sync` has one, too). */
const tokenPattern = /\.(waitForTaskToken|sync(:2)?)$/;

function checkResource(state: JsonObject, location: string, diagnostics: Diagnostics): Integration | undefined {
  const { Resource: resource } = state;
  diagnostics.required(state, "Resource", location);
  diagnostics.string(state, "Resource", location);
  if (typeof resource !== "string") return undefined;
  const integration = integrationOf(resource);
  if (integration !== undefined) return integration;
  if (!resource.startsWith("arn:")) {
    diagnostics.add(`Value is not a valid resource ARN: ${resource}`, `${location}/Resource`);
    return undefined;
  }
  const has = integrations.map(({ description }) => description).join(", ");
  throw unsupportedDefinition(`the Resource "${resource}"`, has, `${location}/Resource`);
}

export const task: StateType = {
  name: "Task",
  fields: {
    both: ["Next", "End", "Assign", "Resource", "TimeoutSeconds", "HeartbeatSeconds", "Retry", "Catch", "Credentials"],
    JSONata: ["Output", "Arguments"],
    JSONPath: [
      ...["InputPath", "Parameters", "ResultSelector", "ResultPath", "OutputPath"],
      ...["TimeoutSecondsPath", "HeartbeatSecondsPath"],
    ],
  },
  check: (state, { location, diagnostics, language }) => {
    if (state.Credentials !== undefined) {
      throw unsupportedDefinition("Credentials", "the state machine's own role", location);
    }
    checkNextOrEnd(state, location, diagnostics);
    const range = { low: 1, high: longestTimeout, language };
    checkNumber(state, "TimeoutSeconds", range, location, diagnostics);
    checkNumber(state, "HeartbeatSeconds", range, location, diagnostics);
    const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
    if (typeof timeout === "number" && typeof heartbeat === "number" && heartbeat >= timeout) {
      diagnostics.add("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'", `${location}/HeartbeatSeconds`);
    }
    const field = language === "JSONata" ? "Arguments" : "Parameters";
    checkResource(state, location, diagnostics)?.check(state[field], location, diagnostics, field);
    checkRecovery(state, location, diagnostics, language);
  },
  run: (visit) => {
    const { Resource: resource } = visit.definition as TaskState;
    const { language, execution } = visit;
    const { tokens, world } = execution.host;
    visit.taskToken = tokenPattern.test(resource) ? tokens.issue() : undefined;
    const parameters = language.arguments(visit);
    if (parameters.exceedsLimit) throw new StateFailure(dataLimitExceeded(visit.name, "ownName"));
    const timeout = language.number(visit, "TimeoutSeconds", 1, longestTimeout);
    const heartbeat = language.number(visit, "HeartbeatSeconds", 1, longestTimeout);
    const plan = integrationOf(resource)?.plan(resource, parameters, world);
    if (plan !== undefined) new Attempt(visit, plan, { timeout, heartbeat }).start();
  },
};
