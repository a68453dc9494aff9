// All intrinsic functions by name, and the evaluation of a call.
import type { Json } from "../../../json";
import { Random } from "../../../random";
import type { HostFunctions } from "../jsonata/functions";
import { arrayIntrinsics } from "./arrays";
import { type Argument, type Call, callsIn } from "./call";
import { type Intrinsic, IntrinsicError, integerAt } from "./intrinsic";
import { textIntrinsics } from "./texts";

function random(args: readonly Json[], host: HostFunctions): number {
  const [low, high] = [integerAt(args, 0), integerAt(args, 1)];
  if (low >= high) throw new IntrinsicError("The first argument must be less than the second");
  const fraction = args.length === 3 ? new Random(integerAt(args, 2) >>> 0).fraction() : host.random();
  return low + Math.floor(fraction * (high - low));
}

export const intrinsics: Readonly<Record<string, Intrinsic>> = {
  ...arrayIntrinsics,
  ...textIntrinsics,
  "States.MathAdd": { arity: [2, 2], run: (args) => integerAt(args, 0) + integerAt(args, 1) },
  "States.MathRandom": { arity: [2, 3], run: random },
  "States.UUID": { arity: [0, 0], run: (_args, host) => host.uuid() },
};

/** Whether the functions exist and have as many arguments as they take. */
export function isKnownCall(call: Call): boolean {
  return callsIn(call).every(({ name, args }) => {
    const arity = Object.hasOwn(intrinsics, name) ? intrinsics[name]?.arity : undefined;
    return arity !== undefined && args.length >= arity[0] && args.length <= arity[1];
  });
}

/** @param argument gives an argument's value. Throws IntrinsicError. */
export function callIntrinsic(call: Call, argument: (one: Argument) => Json, host: HostFunctions): Json {
  const intrinsic = intrinsics[call.name];
  if (intrinsic === undefined) throw new IntrinsicError(`The function ${call.name} does not exist`);
  const [first] = call.args;
  return intrinsic.run(call.args.map(argument), host, first?.kind === "literal" ? first.raw : undefined);
}
