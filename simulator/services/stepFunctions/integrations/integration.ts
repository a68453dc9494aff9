// What a service integration is to a Task state: it makes one API call out of the task's arguments, and a result or a
// failure out of the answer.
import type { Json, JsonObject } from "../../../json";
import type { AwsError } from "../../../service";
import type { World } from "../../../world";
import type { Diagnostics } from "../definition/diagnostics";
import type { Failure } from "../failure";
import type { Payload } from "../payload";

/** One history event. */
export interface TaskEvent {
  readonly type: string;
  readonly details?: JsonObject;
}

/** The history events of one attempt. */
export interface TaskEvents {
  /** @param timeout the state's TimeoutSeconds */
  scheduled(timeout: number | undefined): TaskEvent;
  readonly started: TaskEvent;
  succeeded(result: Payload): TaskEvent;
  failed(failure: Failure): TaskEvent;
  readonly timedOut: TaskEvent;
}

/** One attempt of a task, before it is made. */
export interface TaskPlan {
  /** How AWS names the task when its result is too large. */
  readonly label: string;
  readonly events: TaskEvents;
  readonly call: { readonly service: string; readonly action: string; readonly input: JsonObject };
  /** Makes the result; throws StateFailure when the answer tells of a failure. */
  result(output: JsonObject): Payload;
  failure(error: AwsError): Failure;
}

export interface Integration {
  /** What the simulator says that it has, such as "arn:aws:states:::lambda:invoke". */
  readonly description: string;
  handles(resource: string): boolean;
  /** Reports what is wrong with the arguments, as far as they are known before a run. */
  check(argumentsField: Json | undefined, location: string, diagnostics: Diagnostics): void;
  /** @param parameters the evaluated arguments, or the state's input when it has none */
  plan(resource: string, parameters: Payload, world: World): TaskPlan;
}
