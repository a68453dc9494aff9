// What an operator is told of an edit: within what Lambda lets a function respond with.
import type { StoredObject } from "../../records/record";
import type { AuditEntry } from "./audit";
import type { EditResult } from "./request";
import type { EditedOutcome } from "./start";

/**
 * Characters of a text that a result shows. Lambda takes 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html);
 * a character comes to at most 6 bytes of JSON, and there are two texts.
 */
const SHOWN_AT_MOST = 400_000;

/** Of texts, what there is room for. */
export function shownTexts(texts: { readonly original: string; readonly edited: string }) {
  const { original, edited } = texts;
  const cut = (["original", "edited"] as const).filter((name) => texts[name].length > SHOWN_AT_MOST);
  return {
    original: original.slice(0, SHOWN_AT_MOST),
    edited: edited.slice(0, SHOWN_AT_MOST),
    ...(cut.length > 0 && { cut }),
  };
}

/** @param object the audit object, where one was written of this edit */
export function resultOf(outcome: EditedOutcome, entry: AuditEntry, id: string, object?: StoredObject): EditResult {
  const { startedAt, ...told } = outcome;
  return {
    ...told,
    id,
    source: entry.source,
    generation: entry.generation,
    ...(startedAt !== undefined && { startedAt: startedAt.toISOString() }),
    ...(object !== undefined && { audit: `s3://${object.bucket}/${object.key}` }),
    ...shownTexts({ original: entry.originalText, edited: entry.editedText }),
  };
}
