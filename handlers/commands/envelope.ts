// The body of a command's message, read and written.
import { validate } from "uuid";
import { COMMAND_VERSION, type CommandAncestor, type CommandEnvelope } from "../../records/command";
import { isObject, type JsonObject, messageJson, own, parsed, shown } from "../../records/json";

/** A message that is no command's. */
class CommandUnreadableError extends Error {
  override readonly name = "CommandUnreadable";

  /** @param id the command's, where at least that could be read */
  constructor(
    message: string,
    readonly id?: string,
  ) {
    super(message);
  }
}

/** @throws CommandUnreadableError when the text is none, or of a version that this code does not know */
export function readEnvelope(text: string): CommandEnvelope {
  const body = parsed(text);
  if (!isObject(body)) throw new CommandUnreadableError(`[message] must be a JSON object, got ${shown(text)}`);
  const version = own(body, "respoolCommand");
  const id = own(body, "id");
  const isId = typeof id === "string" && validate(id);
  const refuse = (member: string, allowed: string, value: unknown): never => {
    throw new CommandUnreadableError(`[${member}] must be ${allowed}, got ${shown(value)}`, isId ? id : undefined);
  };
  if (version !== COMMAND_VERSION) return refuse("respoolCommand", String(COMMAND_VERSION), version);
  if (!isId) return refuse("id", "a UUID", id);
  const name = own(body, "name");
  if (typeof name !== "string" || name === "") return refuse("name", "a text that is not empty", name);
  const time = own(body, "time");
  if (typeof time !== "string" || Number.isNaN(Date.parse(time))) return refuse("time", "a time of ISO 8601", time);
  if (!Object.hasOwn(body, "data")) return refuse("data", "there", undefined);
  return { respoolCommand: COMMAND_VERSION, id, name, time, data: own(body, "data"), ...origin(body, refuse) };
}

export function envelopeText(envelope: CommandEnvelope): string {
  return messageJson(envelope);
}

/** Where the command comes from: all of it may be left out. */
function origin(body: JsonObject, refuse: (member: string, allowed: string, value: unknown) => never) {
  const correlationId = own(body, "correlationId");
  if (correlationId !== undefined && typeof correlationId !== "string")
    refuse("correlationId", "a text", correlationId);
  const hops = own(body, "hops");
  if (hops !== undefined && !isCount(hops)) refuse("hops", "a whole number from 0", hops);
  const ancestry = own(body, "ancestry");
  if (ancestry !== undefined && !isAncestry(ancestry)) refuse("ancestry", "a list of { source, id }", ancestry);
  return {
    ...(typeof correlationId === "string" && { correlationId }),
    ...(isCount(hops) && { hops }),
    ...(isAncestry(ancestry) && { ancestry }),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isAncestry(value: unknown): value is readonly CommandAncestor[] {
  return Array.isArray(value) && value.every(isAncestor);
}

function isAncestor(value: unknown): boolean {
  return isObject(value) && typeof own(value, "source") === "string" && typeof own(value, "id") === "string";
}
