// Which variable of a closure leads to a value: for errors of the serializer that do not say it.
import { Session } from "node:inspector";

/** One step from a closure to what it captures: a captured variable, or a property of one. */
export interface CaptureStep {
  readonly name: string;
  readonly value: unknown;
}

type Callable = (...args: never[]) => unknown;

const stepLimit = 50_000;

/** The shortest way from a closure to a value that is wanted, or undefined if there is none within the first 50,000 values. */
export function capturePath(
  closure: Callable,
  isWanted: (value: unknown) => boolean,
): readonly CaptureStep[] | undefined {
  const paths = new Map<unknown, readonly CaptureStep[]>([[closure, []]]);
  const scopes = new ScopeReader();
  try {
    for (const [value, path] of paths) {
      for (const step of [...(isCallable(value) ? scopes.variablesOf(value) : []), ...propertiesOf(value)]) {
        if (isWanted(step.value)) {
          return [...path, step];
        }
        if (isWalkable(step.value) && !paths.has(step.value) && paths.size < stepLimit) {
          paths.set(step.value, [...path, step]);
        }
      }
    }
    return undefined;
  } finally {
    scopes.close();
  }
}

function isCallable(value: unknown): value is Callable {
  return typeof value === "function";
}

function isWalkable(value: unknown): boolean {
  return (typeof value === "object" && value !== null && value !== globalThis) || isCallable(value);
}

/** Properties and prototype. A getter is not called: it may do anything. */
function propertiesOf(value: unknown): CaptureStep[] {
  const descriptors = Object.entries(Object.getOwnPropertyDescriptors(value));
  const found = descriptors.map(([name, descriptor]) => ({ name, value: descriptor.value as unknown }));
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null ? found : [...found, { name: "prototype", value: prototype }];
}

/** Reads the variables that V8 keeps for a function, through the debugger's own interface: there is no other one. */
class ScopeReader {
  readonly #session = new Session();
  readonly #slot = Symbol.for("respool.captures");

  constructor() {
    this.#session.connect();
  }

  close(): void {
    this.#session.disconnect();
    Reflect.deleteProperty(globalThis, this.#slot);
  }

  /** Variables in scope whose names occur in the function's text. */
  variablesOf(closure: Callable): CaptureStep[] {
    const text = Function.prototype.toString.call(closure);
    const scopes: Record<string, unknown>[] = [];
    Reflect.set(globalThis, this.#slot, { closure, scopes });
    const slot = 'globalThis[Symbol.for("respool.captures")]';
    const found = this.#post<{ result: RemoteObject }>("Runtime.evaluate", { expression: `${slot}.closure` });
    const { internalProperties = [] } =
      this.#post<Properties>("Runtime.getProperties", { objectId: found?.result.objectId, ownProperties: true }) ?? {};
    // The list holds the innermost scope first. Its variables are in `object`, except for those of the global scope.
    this.#post("Runtime.callFunctionOn", {
      objectId: internalProperties.find(({ name }) => name === "[[Scopes]]")?.value?.objectId,
      functionDeclaration: `function () {
        for (let index = 0; this[index] !== undefined && this[index].description !== "Global"; index++) {
          ${slot}.scopes.push(Object.assign({}, this[index].object));
        }
      }`,
    });
    return scopes
      .flatMap((scope) => Object.entries(scope))
      .filter(([name]) => text.includes(name))
      .map(([name, value]) => ({ name, value }));
  }

  #post<Result>(method: string, params: object): Result | undefined {
    let answer: Result | undefined;
    // The session is of this thread, so that it calls back before `post` returns.
    this.#session.post(method, params, (error: Error | null, result?: object) => {
      answer = error === null ? (result as Result) : undefined;
    });
    return answer;
  }
}

interface RemoteObject {
  readonly objectId?: string;
}

interface Properties {
  readonly internalProperties?: readonly { readonly name: string; readonly value?: RemoteObject }[];
}
