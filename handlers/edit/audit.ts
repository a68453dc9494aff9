// The audit object of an edit: the original kept with the edit, written once, before anything is started.
import { isObject, own, parsed, rawMember, shown } from "../../records/json";
import { EDIT_PREFIX, type StoredObject } from "../../records/record";
import type { S3Api } from "../aws";
import { errorName } from "../awsErrors";
import type { Pace } from "../reprocess/pace";
import type { AuditStore } from "./auditStore";
import { sameJson } from "./losslessJson";

/** What an audit object says. Those members that end in `Text` hold JSON text, and are that JSON in the object, without the ending. */
export interface AuditEntry {
  readonly source: string;
  /** The canonical id of the work. */
  readonly id: string;
  /** The work's own id, where it is no execution's. */
  readonly work?: string;
  /** The generation that the edit starts. */
  readonly generation: number;
  /** ARN of the execution that the edit starts, or of the one that waits for its task token. */
  readonly execution: string;
  /** Where the execution waits for a task token. */
  readonly mode?: "park";
  readonly by?: string;
  readonly reason?: string;
  /** ISO 8601. */
  readonly at: string;
  readonly editText: string;
  readonly originalText: string;
  readonly editedText: string;
  /** What the execution is started with, or the answer to its task token, where it is not the edited input itself. */
  readonly inputText?: string;
}

/** An entry, and where it lies. */
export interface Recorded {
  readonly entry: AuditEntry;
  readonly object: StoredObject;
}

/** Where audit objects are read and written. */
export interface AuditPlace {
  readonly s3: Pick<S3Api, "getObject"> & AuditStore;
  readonly bucket: string;
  readonly pace: Pace;
}

/** More different edits than people make of one failure. */
const EDITS_AT_MOST = 100;

/** The keys of a work's audit objects begin so. */
function auditPrefix(source: string, id: string): string {
  return `${EDIT_PREFIX}${source}/${id}/`;
}

/**
 * Writes the entry, and never over another: where an edit of this generation was recorded before and came to nothing, beside it.
 *
 * @returns the entry of this same edit that was recorded first, by this call or a former one, whose edited input is the one to start: an
 * expression may give another value each time
 */
export async function recordEdit(entry: AuditEntry, { s3, bucket, pace }: AuditPlace): Promise<Recorded> {
  for (let attempt = 1; attempt <= EDITS_AT_MOST; attempt++) {
    const suffix = attempt === 1 ? "" : `-${attempt}`;
    const object = { bucket, key: `${auditPrefix(entry.source, entry.id)}${entry.generation}${suffix}.json` };
    for (;;) {
      if (await pace.persist(() => s3.createObject(object, auditText(entry)))) return { entry, object };
      const before = await readEntry(object, s3);
      if (before === undefined) {
        // S3 was still writing, or deleting, another one.
        await pace.pause(200);
        continue;
      }
      if (isSameEdit(before, entry)) return { entry: before, object };
      break;
    }
  }
  throw new Error(`[id] must name work with at most ${EDITS_AT_MOST} edits of a generation, got ${shown(entry.id)}`);
}

/** Every edit that was recorded of this work, the newest generation first. */
export async function recordedEdits(source: string, id: string, { s3, bucket, pace }: AuditPlace) {
  const keys = await pace.persist(() => s3.listKeys(bucket, auditPrefix(source, id)));
  const objects = keys.map((key) => ({ bucket, key }));
  const entries = await Promise.all(objects.map((object) => pace.persist(() => readEntry(object, s3))));
  return objects
    .flatMap((object, at): Recorded[] => {
      const entry = entries[at];
      return entry === undefined ? [] : [{ entry, object }];
    })
    .sort((a, b) => b.entry.generation - a.entry.generation || (a.entry.at < b.entry.at ? 1 : -1));
}

export function isSameEdit(a: AuditEntry, b: Pick<AuditEntry, "editText" | "originalText">): boolean {
  return sameJson(a.editText, b.editText) && sameJson(a.originalText, b.originalText);
}

/** The object's text. The inputs stand in it as they are: parsing them would round numbers. */
function auditText(entry: AuditEntry): string {
  const { editText, originalText, editedText, inputText, ...told } = entry;
  const members = { edit: editText, original: originalText, edited: editedText, input: inputText };
  const raw = Object.entries(members).flatMap(([name, text]) => (text === undefined ? [] : `,"${name}":${text}`));
  return `${JSON.stringify({ respool: 1, ...told }).slice(0, -1)}${raw.join("")}}`;
}

async function readEntry(object: StoredObject, s3: Pick<S3Api, "getObject">): Promise<AuditEntry | undefined> {
  try {
    return entryIn(await s3.getObject(object), object);
  } catch (error) {
    if (errorName(error) === "NoSuchKey") return undefined;
    throw error;
  }
}

function entryIn(text: string, { key }: StoredObject): AuditEntry {
  const json = parsed(text);
  const textIn = (name: string) => {
    const value = isObject(json) ? own(json, name) : undefined;
    return typeof value === "string" ? value : undefined;
  };
  const generation = isObject(json) ? own(json, "generation") : undefined;
  const [source, id, execution, at] = [textIn("source"), textIn("id"), textIn("execution"), textIn("at")];
  const [edit, original, edited] = ["edit", "original", "edited"].map((name) =>
    rawMember(isObject(json) ? text : "{}", name),
  );
  if (source && id && execution && at && edit && original && edited && typeof generation === "number") {
    const [work, by, reason, input] = [textIn("work"), textIn("by"), textIn("reason"), rawMember(text, "input")];
    return {
      ...{ source, id, generation, execution, at, editText: edit, originalText: original, editedText: edited },
      ...(work !== undefined && { work }),
      ...(textIn("mode") === "park" && { mode: "park" as const }),
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
      ...(input !== undefined && { inputText: input }),
    };
  }
  throw new Error(`the object ${key} must be the audit of an edit, got ${shown(json ?? text)}`);
}
