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
  /**
   * @param timeout the state's TimeoutSeconds
   * @param heartbeat the state's HeartbeatSeconds
   */
  scheduled(timeout: number | undefined, heartbeat?: number): TaskEvent;
  readonly started: TaskEvent;
  /** The service took the task, which goes on; only tasks that wait have it. */
  submitted(answer: Payload): TaskEvent;
  succeeded(result: Payload): TaskEvent;
  failed(failure: Failure): TaskEvent;
  readonly timedOut: TaskEvent;
}

/** Until when a task waits after the service's answer (Developer Guide: "Discover service integration patterns"). */
export type Waiting =
  /** `.waitForTaskToken`: until somebody answers the token; the result is what SendTaskSuccess says. */
  | { readonly until: "taskToken" }
  /** `.sync` of startExecution: until that execution ends. */
  | {
      readonly until: "executionEnds";
      /** @param answer StartExecution's */
      executionArn(answer: JsonObject): string;
      /**
       * The task's result; throws StateFailure when the execution did not succeed.
       * @param description DescribeExecution's answer, once it is no longer RUNNING
       */
      result(description: JsonObject): Payload;
    };

/** One attempt of a task, before it is made. */
export interface TaskPlan {
  /** How AWS names the task when its result is too large. */
  readonly label: string;
  readonly events: TaskEvents;
  readonly call: { readonly service: string; readonly action: string; readonly input: JsonObject };
  /** Makes the result, or what TaskSubmitted shows; throws StateFailure when the answer tells of a failure. */
  result(output: JsonObject): Payload;
  failure(error: AwsError): Failure;
  /** Left out when the answer is the result. */
  readonly waiting?: Waiting;
}

/** The field that holds an integration's arguments: Arguments in JSONata, Parameters in JSONPath. */
export type ArgumentsField = "Arguments" | "Parameters";

export interface Integration {
  /** What the simulator says that it has, such as "arn:aws:states:::lambda:invoke". */
  readonly description: string;
  handles(resource: string): boolean;
  /**
   * Reports what is wrong with the arguments, as far as they are known before a run.
   * @param location the state's
   * @param name the field's, "Arguments" by default
   */
  check(field: Json | undefined, location: string, diagnostics: Diagnostics, name?: ArgumentsField): void;
  /** @param parameters the evaluated arguments, or the state's input when it has none */
  plan(resource: string, parameters: Payload, world: World): TaskPlan;
}
