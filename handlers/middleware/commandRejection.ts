// Why a command ends at once: what its function finds wrong with it, and the errors that the program declares as permanent.
import type { CommandEnvelope } from "../../records/command";
import { isObject, own } from "../../records/json";
import type { CommandReason } from "../commands/status";
import type { CommandMiddlewareConfig } from "./config";
import { problemType } from "./problem";

/** What a client is told of each fault that the middleware itself finds. */
const titles = {
  "Respool.CommandLoop": "The command came back to where it came from",
  "Respool.InvalidCommand": "The command's data is not valid",
  "Respool.TooManyHops": "Too many commands led to this one",
  "Respool.UnknownCommand": "There is no such command",
  "Respool.UnreadableCommand": "The command cannot be read",
} as const;

/** The status keeps it, and has room for so much. */
const LONGEST_DETAIL = 1_000;

/** An error of the middleware's own, which no further attempt would be spared. */
export class CommandRejection extends Error {
  /** What a client may know beside the title: of its own data alone. */
  private readonly detail?: string;

  constructor(
    override readonly name: keyof typeof titles,
    message: string,
    options?: ErrorOptions & { readonly detail?: string },
  ) {
    super(message, options);
    this.detail = options?.detail;
  }

  /** What a client is told. */
  get reason(): CommandReason {
    const { detail } = this;
    return {
      type: problemType(this.name),
      title: titles[this.name],
      ...(detail !== undefined && { detail: detail.slice(0, LONGEST_DETAIL) }),
    };
  }
}

/**
 * What `context.send` throws that it would throw in every attempt: the status remembers what was sent, and the sinks are deployed. Neither name nor
 * message is a client's business, so the title is all that it is told.
 */
const sendFailures = ["CommandKeyReused", "CommandRefusedError", "CommandTooLarge"];
const sendFailed: CommandReason = { type: "about:blank", title: "The command could not be carried out" };

/** What a client may know of an error; undefined where the error is not permanent. */
export function rejectionReason(
  error: Error,
  permanentErrors: CommandMiddlewareConfig["permanentErrors"],
): CommandReason | undefined {
  if (error instanceof CommandRejection) return error.reason;
  const declared = Object.hasOwn(permanentErrors, error.name) ? permanentErrors[error.name] : undefined;
  if (declared === undefined) return sendFailures.includes(error.name) ? sendFailed : undefined;
  const detail = isObject(error) ? own(error, "detail") : undefined;
  return {
    type: problemType(error.name),
    title: declared.title,
    ...(typeof detail === "string" && { detail: detail.slice(0, LONGEST_DETAIL) }),
  };
}

/** What tells whether a command is one that its function decides. */
export interface CommandRules {
  /** The logical source of the function. */
  readonly source: string;
  readonly maxHops: number;
  readonly names: readonly string[];
  /** What is wrong with the data. */
  violations(name: string, data: unknown): readonly { readonly path: string; readonly detail: string }[];
}

/** @throws CommandRejection when the command is none that the function decides */
export function checkCommand(envelope: CommandEnvelope, { source, maxHops, names, violations }: CommandRules): void {
  const { name, data, ancestry = [] } = envelope;
  const ancestors = ancestry.map((ancestor) => ancestor.source);
  if (ancestors.includes(source)) {
    const path = [...ancestors, source].join(" -> ");
    throw new CommandRejection("Respool.CommandLoop", `[ancestry] must not lead back to ${source}, got ${path}`);
  }
  const hops = Math.max(envelope.hops ?? 0, ancestry.length);
  if (hops > maxHops) {
    throw new CommandRejection("Respool.TooManyHops", `[hops] must be at most ${maxHops}, got ${hops}`);
  }
  if (!names.includes(name)) {
    const allowed = names.join(", ");
    throw new CommandRejection("Respool.UnknownCommand", `[name] must be one of ${allowed}, got ${name}`);
  }
  const found = violations(name, data);
  if (found.length > 0) {
    const places = found.slice(0, 10).map(({ path, detail }) => `${path === "" ? "the data" : path} ${detail}`);
    const detail = places.join("; ");
    const message = `[data] must fulfil the schema of ${name}: ${detail}`;
    throw new CommandRejection("Respool.InvalidCommand", message, { detail });
  }
}
