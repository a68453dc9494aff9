// The last word on a child resource: what a component made of its arguments, before it is handed to Pulumi.
import type * as pulumi from "@pulumi/pulumi";

/**
 * Changes the arguments and options of one child resource: arguments to merge over the component's, or a function that
 * changes both in place.
 *
 * @example `transform: { function: { ephemeralStorage: { size: 1024 } } }`
 * @example `transform: { queue: (args, options) => { args.kmsMasterKeyId = key.id; options.protect = false; } }`
 */
export type Transform<Args> =
  | Partial<Args>
  | ((args: Args, options: pulumi.CustomResourceOptions, name: string) => undefined);

/** The constructor parameters of a child resource, with the caller's transform applied. */
export function transformed<Args extends object>(
  transform: Transform<Args> | undefined,
  name: string,
  args: Args,
  options: pulumi.CustomResourceOptions,
): [name: string, args: Args, options: pulumi.CustomResourceOptions] {
  const own = { ...args };
  const ownOptions = { ...options };
  if (typeof transform === "function") {
    transform(own, ownOptions, name);
  } else {
    Object.assign(own, transform);
  }
  return [name, own, ownOptions];
}
