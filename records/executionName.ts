// Names of redriven executions, and the identity of the work that a name belongs to.
import { createHash } from "node:crypto";

/**
 * What names a piece of work, whichever path its failure was recorded by. Two records with the same identity, logical source and
 * generation are records of one failure.
 */
export interface Identity {
  /** The canonical name of the first execution: see {@link canonicalId}. */
  readonly id: string;
  /** When the first execution started, in whole seconds since 1970. */
  readonly born: number;
}

/** A name taken apart: whose work it is, and how many redrives led to it (0 for a name that the caller gave). */
export interface ExecutionIdentity extends Identity {
  readonly generation: number;
}

/** An id as it is: short enough that `<id>-redrive-<generation>-<born>` stays within the 80 characters of an execution's name. */
const PLAIN_ID = /^[0-9A-Za-z\-_]{1,48}$/;
const REDRIVE_NAME = /^([0-9A-Za-z\-_]{1,48})-redrive-([1-9]\d{0,3})-(0|[1-9a-z][0-9a-z]{0,6})$/;
const RESERVED_SUFFIX = /-redrive-[1-9]\d*-[0-9a-z]+$/;

/**
 * The id of the work whose first execution has this name: the name itself when it is at most 48 characters of `0-9A-Za-z-_`, else
 * the first 32 hexadecimal digits of its SHA-256 (of the UTF-8 bytes; Step Functions allows names that are not ASCII).
 */
export function canonicalId(name: string): string {
  return PLAIN_ID.test(name) ? name : createHash("sha256").update(name, "utf8").digest("hex").slice(0, 32);
}

/**
 * The identity of work that is no execution's own: of its logical source and the id that AWS gave it. AWS never gives such an id twice, so
 * `born` is always 0, and every path that records the failure agrees on it.
 */
export function workIdentity(source: string, work: string): Identity {
  return { id: canonicalId(`${source} ${work}`), born: 0 };
}

/**
 * The identity behind an execution's name.
 *
 * @param name the execution's own name
 * @param startedAt when that execution started, in milliseconds since 1970; a redriven execution's name carries its work's own
 * time, so there this argument makes no difference
 */
export function identityOf(name: string, startedAt: number): ExecutionIdentity {
  return parseRedriveName(name) ?? { id: canonicalId(name), born: Math.floor(startedAt / 1000), generation: 0 };
}

/**
 * The name of the execution that redrives this work for the `generation`th time: `<id>-redrive-<generation>-<born in base 36>`,
 * at most 70 characters. It depends on nothing else, so that whoever redrives the same failure asks for the same execution, and
 * Step Functions, which keeps a Standard execution's name for 90 days, starts it once.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 *
 * @throws RangeError when `generation` is not a whole number from 1 to 10000
 */
export function redriveName(identity: Identity, generation: number): string {
  if (!Number.isInteger(generation) || generation < 1 || generation > 10_000)
    throw new RangeError(`[generation] must be a whole number from 1 to 10000, got ${generation}`);
  return `${identity.id}-redrive-${generation}-${identity.born.toString(36)}`;
}

/** Whether it is a generation, the next of which {@link redriveName} can name: those that are read may be anybody's. */
export function isGeneration(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 10_000;
}

/** Takes a redriven execution's name apart; undefined for any other name. */
export function parseRedriveName(name: string): ExecutionIdentity | undefined {
  const [, id, generation, born] = REDRIVE_NAME.exec(name) ?? [];
  if (id === undefined || generation === undefined || born === undefined) return undefined;
  return { id, generation: Number(generation), born: Number.parseInt(born, 36) };
}

/**
 * Refuses an execution name that looks like one of Respool's own. Call it where your code names executions of a state machine
 * that has an uncertain task: a first execution with such a name would be taken for a redrive of other work.
 *
 * @throws Error when the name ends in `-redrive-<number>-<letters and digits>`
 */
export function assertCallerName(name: string): void {
  if (RESERVED_SUFFIX.test(name))
    throw new Error(
      `[name] must not end in the reserved form "-redrive-<generation>-<born>", got ${JSON.stringify(name)}`,
    );
}
