// The input and the result of an edit.
import { isObject } from "../../records/json";
import { flag, got } from "../validate";
import { compile } from "./evaluateJsonata";
import { type PatchOperation, readPatch } from "./jsonPatch";
import { parseJson } from "./losslessJson";

/** What an operator asks for. */
export interface EditRequest {
  /** Which work: the name of its first execution, or its own id, such as a message id. */
  readonly id: string;
  /** Its logical source. @default the only one that has such work in the spool */
  readonly source?: string;
  /**
   * JSON Patch (RFC 6902): its operations, or their JSON as a text, which is the only way to give a number that JavaScript would round.
   *
   * @example `[{ "op": "replace", "path": "/card/number", "value": "4242" }]`
   */
  readonly patch?: readonly object[] | string;
  /**
   * In place of `patch`: a JSONata expression, evaluated on the input; its value is the edited input.
   *
   * @example `"$ ~> |card|{ 'number': '4242' }|"`
   */
  readonly jsonata?: string;
  /** Who edits, for the audit. @default not told */
  readonly by?: string;
  /** Why, for the audit. @default not told */
  readonly reason?: string;
  /** Looks into the poison queue, too. @default false */
  readonly poison?: boolean;
  /** Redrives work that somebody aborted, too. @default false */
  readonly includeAborted?: boolean;
  /** Redrives a command that was rejected, too. @default false */
  readonly includeRejected?: boolean;
  /** Shows the edited input, and does nothing. @default false */
  readonly dryRun?: boolean;
}

/**
 * What became of an edit.
 * - `started`: the edited input runs.
 * - `alreadyStarted`: this very edit had been started before.
 * - `conflict`: this generation was started with another input; the work stays where it was.
 * - `notFound`: no message that could be received is of this work, and no such edit was recorded.
 * - `superseded`: the execution waits for the answer no more.
 * - `parksAgain`: parked work whose execution had been ended, as it is when it goes to the poison queue: it parks again now, with a record of
 *   its own. The same edit, made again, finds it in the spool.
 * - `planned`: of a dry run.
 */
export type EditOutcome =
  | "started"
  | "alreadyStarted"
  | "conflict"
  | "notFound"
  | "superseded"
  | "parksAgain"
  | "planned";

export interface EditResult {
  readonly outcome: EditOutcome;
  readonly id: string;
  readonly source?: string;
  /** The generation that it starts. */
  readonly generation?: number;
  /** ARN of the execution that was started, that would be, or that is in the way. */
  readonly execution?: string;
  /** When that was started, ISO 8601, where it was before. */
  readonly startedAt?: string;
  /** The audit object, `s3://bucket/key`; none where nothing was written. */
  readonly audit?: string;
  /** JSON text, as it was; of work that the launcher replays, its payload; of a command, its data. */
  readonly original?: string;
  /** JSON text. */
  readonly edited?: string;
  /** Texts that are only the beginning: more would not fit into a response. The audit object has all of them. */
  readonly cut?: readonly ("original" | "edited")[];
  /** Why, for people. */
  readonly reason?: string;
}

/** An edit: what it does, and its JSON, by which two are found to be the same. */
export type Edit = { readonly text: string } & (
  | { readonly patch: readonly PatchOperation[] }
  | { readonly jsonata: string }
);

/** A request with nothing left open. */
export interface CheckedEdit {
  readonly id: string;
  readonly source?: string;
  readonly edit: Edit;
  readonly by?: string;
  readonly reason?: string;
  readonly poison: boolean;
  readonly includeAborted: boolean;
  readonly includeRejected: boolean;
  readonly dryRun: boolean;
}

const MEMBERS = [
  "id",
  "source",
  "patch",
  "jsonata",
  "by",
  "reason",
  "poison",
  "includeAborted",
  "includeRejected",
  "dryRun",
];
const LONGEST_TEXT = 1_000;

/** @throws Error that names the argument, what it got and what is allowed */
export function checkEditRequest(event: unknown, sources: readonly string[]): CheckedEdit {
  if (!isObject(event)) throw new Error(`the input must be an object, got ${got(event)}`);
  const other = Object.keys(event).find((name) => !MEMBERS.includes(name));
  if (other !== undefined) throw new Error(`the input may have ${MEMBERS.join(", ")}, got ${other}`);
  const { id, source, poison = false, includeAborted = false, includeRejected = false, dryRun = false } = event;
  if (source !== undefined && (typeof source !== "string" || !sources.includes(source)))
    throw new Error(`[source] must be among the declared sources (${sources.join(", ")}), got ${got(source)}`);
  return {
    id: text("id", id),
    ...(typeof source === "string" && { source }),
    edit: editIn(event.patch, event.jsonata),
    ...(event.by !== undefined && { by: text("by", event.by) }),
    ...(event.reason !== undefined && { reason: text("reason", event.reason) }),
    poison: flag("poison", poison),
    includeAborted: flag("includeAborted", includeAborted),
    includeRejected: flag("includeRejected", includeRejected),
    dryRun: flag("dryRun", dryRun),
  };
}

function text(name: string, value: unknown): string {
  if (typeof value !== "string" || value === "" || value.length > LONGEST_TEXT)
    throw new Error(`[${name}] must be a text of 1 to ${LONGEST_TEXT} characters, got ${got(value)}`);
  return value;
}

function editIn(patch: unknown, expression: unknown): Edit {
  if ((patch === undefined) === (expression === undefined))
    throw new Error(`the input must have one of [patch] and [jsonata], got ${patch === undefined ? "none" : "both"}`);
  if (patch !== undefined) {
    const json = typeof patch === "string" ? patch : JSON.stringify(patch);
    return { text: `{"patch":${json}}`, patch: patchIn(json, typeof patch === "string") };
  }
  if (typeof expression !== "string" || expression.trim() === "")
    throw new Error(`[jsonata] must be a JSONata expression, got ${got(expression)}`);
  compile(expression);
  return { text: JSON.stringify({ jsonata: expression }), jsonata: expression };
}

function patchIn(json: string, isText: boolean): readonly PatchOperation[] {
  try {
    const patch = parseJson(json);
    const unsafe = isText ? undefined : roundedNumber(json);
    if (unsafe === undefined) return readPatch(patch);
    throw new Error(`[patch] must be given as a text to hold the number ${unsafe}, which Lambda has rounded already`);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`[patch] must be JSON, got ${got(json)}: ${error.message}`);
    throw error;
  }
}

/** A number that may have been another one before Lambda parsed the event: a whole one from 2^53 on. */
function roundedNumber(json: string): string | undefined {
  let found: string | undefined;
  JSON.parse(json, (_key, value) => {
    if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) found ??= String(value);
    return null;
  });
  return found;
}
