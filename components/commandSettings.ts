// What a CommandFunction makes of its arguments about commands: checked values and defaults, no resources.
import { checkSchema } from "../handlers/commands/schemas";
import type { CommandMiddlewareConfig } from "../handlers/middleware/config";
import type { JsonSchema } from "./openApi/operation";
import { inWords, matching, nonEmpty, wholeNumber } from "./validate";

/** One command, as its function describes it. */
export interface CommandDefinition {
  /**
   * What its data must fulfil: a JSON Schema of draft 2020-12. It is checked where the command is accepted, and again where it is decided. Data
   * nested deeper than 200 levels, or with integers beyond 2^53, which would be rounded, violates every schema. Annotations of one's own begin with
   * `x-`: other keywords that JSON Schema does not have are refused.
   *
   * All violations are looked for, so that a client is told all: `maxLength` does not keep a long text from a `pattern`, nor `maxItems` a long list
   * from `uniqueItems`. So a pattern must not backtrack (nothing such as `(a+)+`), and where objects must be unique, `maxBytes` of the API must be small.
   */
  readonly schema: JsonSchema;
}

/** Errors that no other attempt can help, by their names. */
export type PermanentErrors = CommandMiddlewareConfig["permanentErrors"];

/** Arguments about commands. */
export interface CommandSettings<Commands extends object> {
  /** The commands that the function decides, by their names: a letter, and up to 63 letters and digits. */
  readonly commands: { readonly [Name in keyof Commands]: CommandDefinition };
  /**
   * Errors that end a command at once as failed, by their names. Its status shows the title, and the error's `detail`, if that is a string, of up
   * to 1000 characters, so neither may tell what a client must not know.
   *
   * @default none: every error is tried again
   * @example `permanentErrors: { CardDeclinedError: { title: "Card declined" } }`
   */
  readonly permanentErrors?: PermanentErrors;
  /** How many commands may have led to one, 1 to 100: one that more led to is failed, and never decided. @default 8 */
  readonly maxHops?: number;
}

/** What a QueueFunction has and a CommandFunction must not: each would lose commands that were accepted, or decide them twice. */
const forbidden = ["contentBasedDeduplication", "fifo", "filter", "idempotency", "middleware", "queue"];

/** @throws when an argument of a QueueFunction is given that commands do not allow: the types say so, too */
export function checkCommandSettings(args: object): void {
  const given = forbidden.find((name) => Reflect.get(args, name) !== undefined);
  if (given !== undefined) {
    throw new Error(`[${given}] must be left out of a CommandFunction, got ${inWords(Reflect.get(args, given))}`);
  }
}

/** @throws when there is none, or one has a name or a schema that is not allowed */
export function commandSchemas(commands: Readonly<Record<string, CommandDefinition>>): Record<string, JsonSchema> {
  const isObject = typeof commands === "object" && commands !== null && !Array.isArray(commands);
  if (!isObject || Object.keys(commands).length === 0) {
    throw new Error(
      `[commands] must hold at least one command, such as { placeOrder: { schema } }, got ${inWords(commands)}`,
    );
  }
  return Object.fromEntries(
    Object.entries(commands).map(([name, command]) => {
      matching("commands", name, /^[A-Za-z][0-9A-Za-z]{0,63}$/, "named by a letter and up to 63 letters and digits");
      const schema: unknown = command?.schema;
      if (schema === undefined) {
        throw new Error(
          `[commands.${name}] must hold the JSON Schema of its data as [schema], such as { schema: { type: "object" } }, got ${inWords(command)}`,
        );
      }
      checkSchema(`commands.${name}.schema`, schema);
      return [name, command.schema];
    }),
  );
}

/** @throws when it is no object, as the list that an UncertainTask has, or an error has no name or no title */
export function checkedPermanentErrors(permanentErrors: PermanentErrors = {}): PermanentErrors {
  if (typeof permanentErrors !== "object" || permanentErrors === null || Array.isArray(permanentErrors)) {
    throw new Error(
      `[permanentErrors] must be an object by the errors' names, such as { CardDeclinedError: { title: "Card declined" } }, got ${inWords(permanentErrors)}`,
    );
  }
  for (const [name, error] of Object.entries(permanentErrors)) {
    nonEmpty("permanentErrors", name);
    nonEmpty(`permanentErrors.${name}.title`, error?.title);
  }
  return permanentErrors;
}

/** @throws when the number is not allowed */
export function checkedMaxHops(maxHops = 8): number {
  return wholeNumber("maxHops", maxHops, { minimum: 1, maximum: 100 });
}
