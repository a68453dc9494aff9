// What a resource type of the Pulumi AWS provider is to the live mocks: one call, or a few, of the AWS SDK.
import type { JsonObject } from "@respool/simulator";

/** A resource that exists now. */
export interface LiveResource {
  readonly id: string;
  /** Its output properties, under the names of the Pulumi provider. */
  readonly state: JsonObject;
  /** Deletes it. */
  remove(): Promise<unknown>;
}

export interface LiveResourceType {
  /** The arguments that `create` honours; any other is refused by name. */
  readonly knownArguments: readonly string[];
  /**
   * @param inputs the arguments under the names of the Pulumi provider
   * @param physicalName a name for it when the arguments give none
   */
  create(inputs: JsonObject, physicalName: string): Promise<LiveResource>;
}

/** By Pulumi type token, such as "aws:sqs/queue:Queue". */
export type LiveResourceTypes = Readonly<Record<string, LiveResourceType>>;

/** Types a resource's arguments: the one place where the program's JSON becomes typed. */
export function liveType<Arguments extends object>(definition: {
  readonly knownArguments: readonly (keyof Arguments & string)[];
  create(inputs: Arguments, physicalName: string): Promise<LiveResource>;
}): LiveResourceType {
  return {
    knownArguments: definition.knownArguments,
    create: (inputs, physicalName) => definition.create(inputs as Arguments, physicalName),
  };
}

/** @throws when AWS left out what it always gives */
export function given<Value>(name: string, value: Value | undefined): Value {
  if (value === undefined) throw new Error(`AWS gave no ${name}`);
  return value;
}

/** Refuses the values of an argument that `create` does not honour. */
export function only(argument: string, value: unknown, allowed: readonly unknown[]): void {
  if (value === undefined || allowed.includes(value)) return;
  const list = allowed.map((entry) => JSON.stringify(entry)).join(" or ");
  throw new Error(`[${argument}] must be ${list} here, got ${JSON.stringify(value)}`);
}
