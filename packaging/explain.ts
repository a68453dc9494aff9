// The serializer's failures in the words of a caller: which argument, which captured variable, and what to do instead.
import type { CaptureStep } from "./captures";
import type { Uncapturable } from "./uncapturable";

/** What the caller gave: a handler, such as `callback`, or what makes one, such as `callbackFactory`. */
export type ClosureArgument = string;

/** A variable that cannot be captured. */
export interface Culprit {
  readonly name: string;
  /** The function or module of the program that brought it in, if the closure did not name it itself. */
  readonly through?: string;
}

const secretMessage = "Secret outputs cannot be captured by a closure.";

/** An error with the component that it is about: its stack does not lead there, since closures are packaged later. */
export function inComponent(component: string | undefined, explained: string): string {
  return component === undefined ? explained : `${component}: ${explained}`;
}

/**
 * The error for a closure that could not be serialized.
 *
 * @param message what Pulumi said
 * @param found the way to the value where it stopped, if known; else the names are taken from the message
 */
export function explainFailure(argument: ClosureArgument, message: string, found?: readonly CaptureStep[]): string {
  const culprit = culpritOfSteps(found ?? []) ?? culpritOfMessage(message);
  if (message === secretMessage) {
    const which = culprit === undefined ? "a secret Output" : `${named(culprit)}, a secret Output`;
    return `[${argument}] cannot be serialized: it captures ${which}, which would be readable in the function's code. Hand it over in [environment], or have the function read it from AWS Secrets Manager.`;
  }
  if (culprit === undefined) {
    return `[${argument}] cannot be serialized: ${message}`;
  }
  return `[${argument}] cannot be serialized: it captures ${named(culprit)}, which leads to ${reasonIn(message)}. ${advice(argument, culprit)}`;
}

/** The error for a captured value that would not work in Lambda. */
export function explainRefusal(
  argument: ClosureArgument,
  { what, instead }: Uncapturable,
  found: readonly CaptureStep[] = [],
): string {
  const culprit = culpritOfSteps(found);
  if (culprit === undefined) {
    return `[${argument}] cannot be serialized: it captures ${what}. ${instead ?? advice(argument)}`;
  }
  const last = found.at(-1)?.name ?? culprit.name;
  const leadsTo = last === culprit.name ? "" : ` which leads to ${last === "prototype" ? "" : `"${last}", `}`;
  return `[${argument}] cannot be serialized: it captures ${named(culprit)},${leadsTo || " "}${what}. ${instead ?? advice(argument, culprit)}`;
}

/** The private member, such as `"#total"`, because of which esbuild refuses the text: it came without its class. */
export function privateMemberIn(messages: readonly string[]): string | undefined {
  return /^Private name "([^"]+)"/.exec(messages[0] ?? "")?.[1];
}

/** The error for text that esbuild refuses. */
export function explainBundling(
  argument: ClosureArgument,
  messages: readonly string[],
  found: readonly CaptureStep[] = [],
): string {
  const member = privateMemberIn(messages);
  if (member !== undefined) {
    const culprit = culpritOfSteps(found);
    const which = culprit === undefined ? "an object" : `${named(culprit)}, an object`;
    return `[${argument}] cannot be serialized: it captures ${which} whose class has the private member "${member}", which no copy can have. ${advice(argument, culprit)}`;
  }
  const [first = "esbuild failed"] = messages;
  const module = /^Could not resolve "([^"]+)"/.exec(first)?.[1];
  if (module === undefined) {
    return `[${argument}] cannot be bundled: ${first}`;
  }
  const advised = module.startsWith(".")
    ? "A path is looked for in the folder of Pulumi.yaml: import the module by the name of its package."
    : "Install it where the Pulumi program is.";
  return `[${argument}] cannot be bundled: it imports "${module}", which was not found. ${advised}`;
}

/** The first variable on the way that is no function and no module: those only led there. Else what the way begins with. */
function culpritOfSteps(steps: readonly CaptureStep[]): Culprit | undefined {
  const own = steps.filter(({ name }, index) => !isImport(name) || index === steps.length - 1);
  const [first] = own;
  const culprit = own.find(({ value }) => typeof value !== "function") ?? first;
  if (first === undefined || culprit === undefined) {
    return undefined;
  }
  return culprit === first ? { name: culprit.name } : { name: culprit.name, through: first.name };
}

/** The names in Pulumi's account of how it came to what it could not copy; one a line, from the closure inwards. */
function culpritOfMessage(message: string): Culprit | undefined {
  const [account = ""] = message.split("\nFunction code:");
  const names = [
    ...account.matchAll(/^ *(variable )?'([^'\n]+)'(?:, a function defined at| which indirectly referenced)$/gm),
  ];
  const [first] = names;
  const culprit = names.find(([, variable, name]) => variable !== undefined && !isImport(name ?? "")) ?? first;
  if (first?.[2] === undefined || culprit?.[2] === undefined) {
    return undefined;
  }
  return first === culprit || isImport(first[2]) ? { name: culprit[2] } : { name: culprit[2], through: first[2] };
}

// TypeScript names the import of "./prices" prices_1.
function isImport(name: string): boolean {
  return /_\d+$/.test(name);
}

function named({ name, through }: Culprit): string {
  return through === undefined ? `"${name}"` : `"${name}" (through "${through}")`;
}

function reasonIn(message: string): string {
  const file = /^package\.json export path for "([^"]+)" not found$/.exec(message)?.[1];
  if (file !== undefined) {
    return `"${file}", a file that its package does not export`;
  }
  const [account = "", code = ""] = message.split("\n\nFunction code:");
  if (code.includes("[native code]")) {
    return "native code";
  }
  const reason = account.trim().split("\n").at(-1)?.trim() ?? message;
  return `what Pulumi refuses: ${reason.replace(/\.$/, "")}`;
}

function advice(argument: ClosureArgument, culprit?: Culprit): string {
  const what = culprit === undefined ? "it" : `"${culprit.name}"`;
  return !argument.endsWith("Factory")
    ? `Make ${what} in a [${argument}Factory], which runs in Lambda once per execution environment, or inside the ${argument}.`
    : `Make ${what} inside the factory, which runs in Lambda.`;
}
