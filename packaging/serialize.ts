// The text of a closure and of all that it captures, as a CommonJS module that exports `handler`.
import * as pulumi from "@pulumi/pulumi";
import { capturePath } from "./captures";
import { explainFailure, explainRefusal, inComponent } from "./explain";
import { type Uncapturable, uncapturable } from "./uncapturable";

export type Closure = (...args: never[]) => unknown;

/**
 * Serializes a closure as Pulumi does
 * (https://www.pulumi.com/docs/iac/concepts/functions/function-serialization/).
 *
 * @param factory whether the closure makes the handler, rather than being it
 * @param about the argument and the component that an error names, and the resource that it is reported for
 * @throws pulumi.ResourceError that names the captured variable and what to do instead
 */
export async function serialize(
  closure: Closure,
  factory: boolean,
  about: { readonly argument: string; readonly component?: string; readonly resource?: pulumi.Resource },
): Promise<string> {
  const { argument } = about;
  const visits = new Visits();
  try {
    const { text } = await pulumi.runtime.serializeFunction(closure, {
      exportName: "handler",
      isFactoryFunction: factory,
      serialize: (value) => visits.add(value),
    });
    return text;
  } catch (error) {
    const message =
      error instanceof Refusal
        ? explainRefusal(
            argument,
            error.wrong,
            capturePath(closure, (value) => value === error.value),
          )
        : explainFailure(argument, messageOf(error), await visits.path(closure, error));
    throw new pulumi.ResourceError(inComponent(about.component, message), about.resource, true);
  }
}

/** A value that the serializer would copy into something broken. */
class Refusal extends Error {
  constructor(
    readonly wrong: Uncapturable,
    readonly value: unknown,
  ) {
    super(wrong.what);
  }
}

/** What the serializer came to, since not all of its errors say where it was. */
class Visits {
  #last: unknown;
  readonly #outputs: pulumi.Output<unknown>[] = [];

  /** @returns true: the serializer is to go on */
  add(value: unknown): boolean {
    const wrong = uncapturable(value);
    if (wrong !== undefined) {
      throw new Refusal(wrong, value);
    }
    this.#last = value;
    if (pulumi.Output.isInstance(value)) {
      this.#outputs.push(value);
    }
    return true;
  }

  /** The way to where the serializer stopped; undefined if its error says so itself. */
  async path(closure: Closure, error: unknown) {
    if (pulumi.ResourceError.isInstance(error)) {
      return undefined;
    }
    for (const output of this.#outputs) {
      if (await pulumi.isSecret(output)) {
        return capturePath(closure, (value) => value === output);
      }
    }
    return capturePath(closure, (value) => value === this.#last);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
