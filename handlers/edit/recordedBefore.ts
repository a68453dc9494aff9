// What became of an edit whose message is gone: the first answer was lost, say, and somebody asks again.
import { canonicalId, workIdentity } from "../../records/executionName";
import { whoseAnswer } from "./answer";
import { type Recorded, recordedEdits } from "./audit";
import type { EditTools } from "./editRun";
import type { Search } from "./find";
import { sameJson } from "./losslessJson";
import { resultOf } from "./outcome";
import type { CheckedEdit, EditResult } from "./request";
import { describe, type EditedOutcome, whoseInput } from "./start";

/**
 * Looks for the work among the edits that were recorded. Only the newest generation counts: an older one was redriven since.
 *
 * @returns `alreadyStarted` when this very edit runs, or ran; `conflict` when another one does; else `notFound`
 */
export async function recordedBefore(request: CheckedEdit, search: Search, tools: EditTools): Promise<EditResult> {
  const { id } = request;
  const found = (
    await Promise.all(placesOf(request, tools).map(([source, at]) => recordedEdits(source, at, tools)))
  ).flat();
  const sources = [...new Set(found.map(({ entry }) => entry.source))];
  if (sources.length > 1)
    throw new Error(
      `[source] must be given, since ${sources.join(" and ")} have edits of the id "${id}" each, got nothing`,
    );
  const newest = Math.max(...found.map(({ entry }) => entry.generation));
  const candidates = found.filter(({ entry }) => entry.generation === newest);
  const same = candidates.find(({ entry }) => sameJson(entry.editText, request.edit.text));
  const recorded = same ?? candidates[0];
  const outcome = recorded && (await outcomeOf(recorded, same !== undefined, tools));
  if (recorded !== undefined && outcome !== undefined) {
    return resultOf(outcome, recorded.entry, id, recorded.object);
  }
  return {
    outcome: "notFound",
    id,
    ...(request.source !== undefined && { source: request.source }),
    reason: whyNot(search),
  };
}

function placesOf({ id, source }: CheckedEdit, { sources }: EditTools): readonly (readonly [string, string])[] {
  const names = source === undefined ? Object.keys(sources) : [source];
  return names.flatMap(
    (name) =>
      [
        [name, canonicalId(id)],
        [name, workIdentity(name, id).id],
      ] as const,
  );
}

async function outcomeOf({ entry }: Recorded, isSame: boolean, tools: EditTools): Promise<EditedOutcome | undefined> {
  const { execution, mode, editedText, inputText = editedText } = entry;
  if (mode !== "park" && (await describe(execution, 1, tools)) === undefined) return undefined;
  const outcome =
    mode === "park" ? await whoseAnswer(execution, inputText, tools) : await whoseInput(execution, inputText, tools);
  if (isSame || outcome.outcome !== "alreadyStarted") return outcome;
  return { ...outcome, outcome: "conflict", reason: "this generation was started with another edit" };
}

function whyNot({ seen, complete }: Search): string {
  const looked = `none of the ${seen} messages that could be received is of this work`;
  if (!complete)
    return `${looked}, and time was up before the end: invoke it again, or give the function a longer timeout`;
  return `${looked}; another run may hold it for the moment`;
}
