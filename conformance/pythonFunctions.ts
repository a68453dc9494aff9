// The functions of recorded cases as Lambda's Invoke answers for them. They were Python functions, which the simulator's
// Lambda does not run: what a state machine sees of them is only this.
import type { Json } from "../simulator/json";
import { AwsError, Deferred, operation, type Service } from "../simulator/service";
import { arn, type World } from "../simulator/world";
import type { FunctionBehaviour, RecordedFunction } from "./conformanceCase";

interface InvokeInput {
  readonly FunctionName: string;
  /** JSON text. */
  readonly Payload?: string;
  readonly InvocationType?: string;
  readonly LogType?: string;
}

/** A function's limit where the case does not say, in seconds: that of the recorded functions. */
const defaultTimeout = 30;

/** JSON as Python's json.dumps writes it: a space after each comma and colon, ASCII only. */
export function pythonJson(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map((element) => pythonJson(element as Json)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${pythonJson(name)}: ${pythonJson(member)}`).join(", ")}}`;
  }
  return JSON.stringify(value ?? null).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

interface Answer {
  readonly afterSeconds: number;
  readonly payload: string;
  readonly failed: boolean;
}

function answerOf(behaviour: FunctionBehaviour, event: Json, requestId: string): Answer {
  const { sleepSeconds = 0, then, throws, returns, rawBody = false } = behaviour;
  if (then !== undefined) {
    const answer = answerOf(then, event, requestId);
    return { ...answer, afterSeconds: answer.afterSeconds + sleepSeconds };
  }
  if (throws !== undefined) {
    const { errorMessage, errorType, stackTrace = [] } = throws;
    const payload = pythonJson({ errorMessage, errorType, requestId, stackTrace });
    return { afterSeconds: sleepSeconds, payload, failed: true };
  }
  const value = behaviour.echo === true ? event : (returns ?? null);
  const payload = rawBody && typeof value === "string" ? value : pythonJson(value);
  return { afterSeconds: sleepSeconds, payload, failed: false };
}

function timeoutPayload(requestId: string, seconds: number): string {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
  return JSON.stringify({ errorType: "Sandbox.Timedout", errorMessage });
}

/** Lambda with the functions of one case. @param functions by name */
export function pythonLambda(world: World, functions: ReadonlyMap<string, RecordedFunction>): Service {
  const invoke = (input: InvokeInput, requestId: string) => {
    const name = input.FunctionName.split(":function:").at(-1)?.split(":")[0] ?? "";
    const found = functions.get(name);
    if (found === undefined) {
      const message = `Function not found: ${arn(world, "lambda", `function:${name}`)}:$LATEST`;
      throw new AwsError("ResourceNotFoundException", message, 404);
    }
    if (input.InvocationType === "Event") return { StatusCode: 202, Payload: "" };
    const event = JSON.parse(input.Payload === undefined || input.Payload === "" ? "{}" : input.Payload) as Json;
    const limit = found.timeoutSeconds ?? defaultTimeout;
    const answer = answerOf(found.behaviour, event, requestId);
    const late = answer.afterSeconds >= limit;
    const failed = late || answer.failed;
    const deferred = new Deferred();
    world.clock.after(Math.min(answer.afterSeconds, limit) * 1000 + world.random.integer(5, 50), () => {
      deferred.resolve({
        StatusCode: 200,
        ExecutedVersion: "$LATEST",
        Payload: late ? timeoutPayload(requestId, limit) : answer.payload,
        ...(failed ? { FunctionError: "Unhandled" } : {}),
        ...(input.LogType === "Tail"
          ? { LogResult: Buffer.from(`END RequestId: ${requestId}\n`).toString("base64") }
          : {}),
      });
    });
    return deferred;
  };
  return {
    name: "lambda",
    resourceTypes: {},
    operations: {
      Invoke: operation<InvokeInput>({
        authorize: () => [],
        handle: (input, { requestId }) => invoke(input, requestId),
      }),
    },
  };
}
