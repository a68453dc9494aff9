// Calls of the services that the bookshop depends on: one effect each, under an idempotency key, and errors that say whether to try again.

/** What rehearses a failure: the environment of a function, as an operator sets it. */
export interface RehearsalEnvironment {
  /** `NG` fails every call, to rehearse what happens then. */
  readonly BEHAVIOR?: string;
  /** Seconds to sleep before the call: more than the function's timeout rehearses a timeout. */
  readonly SLEEP?: string;
}

/** One effect at a dependency. */
export interface DependencyCall {
  /** How errors call the dependency, such as `the warehouse`. */
  readonly service: string;
  readonly url: string | undefined;
  readonly path: string;
  /** The same in every attempt at the same work: the dependency does it once. */
  readonly idempotencyKey: string;
  readonly body: object;
  /** The name of the error when another attempt cannot help. */
  readonly refusal: string;
}

/**
 * Posts to a dependency.
 *
 * @returns what it answers
 * @throws the call's `refusal` when another attempt cannot help, `TooManyRequestsException` when the dependency asks for patience,
 *   `ServiceUnavailable` for everything else that may pass
 */
export async function callDependency(call: DependencyCall, environment: RehearsalEnvironment): Promise<unknown> {
  const { BEHAVIOR = "OK", SLEEP = "0" } = environment;
  if (Number(SLEEP) > 0) {
    await new Promise((resolve) => setTimeout(resolve, Number(SLEEP) * 1_000));
  }
  if (BEHAVIOR === "NG") {
    throw named("BehaviorIsNG", "BEHAVIOR is NG: failing on purpose");
  }
  const response = await post(call);
  if (!response.ok) {
    throw refusalOf(call, response.status);
  }
  return response.json();
}

async function post({ service, url = "", path, idempotencyKey, body }: DependencyCall): Promise<Response> {
  try {
    return await fetch(`${url.replace(/\/+$/, "")}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
      body: JSON.stringify(body),
    });
  } catch (error) {
    throw named("ServiceUnavailable", `${service} cannot be reached: ${String(error)}`);
  }
}

function refusalOf({ service, refusal, idempotencyKey }: DependencyCall, status: number): Error {
  if (status === 429) {
    return named("TooManyRequestsException", `${service} asks for fewer requests`);
  }
  if (status >= 400 && status < 500 && status !== 408) {
    return named(refusal, `${service} refused ${idempotencyKey} with status ${status}`);
  }
  return named("ServiceUnavailable", `${service} answered with status ${status}`);
}

/** A class of its own would lose its name where a closure is serialized. */
function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
