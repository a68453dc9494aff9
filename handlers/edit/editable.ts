// What of a failed piece of work is edited, and what is started with the edited input.
import { createHash } from "node:crypto";
import { parsed, shown } from "../../records/json";
import { readOrder } from "../../records/order";
import { type DeclaredSources, type FailureRecord, PAYLOAD_PREFIX, type StoredObject } from "../../records/record";
import type { ReplayOrder } from "../../records/replay";
import type { S3Api, StepFunctionsApi } from "../aws";
import { payloadText } from "../replay/payloadText";
import type { Pace } from "../reprocess/pace";
import { tooLarge } from "../reprocess/storePayload";
import { answerText } from "../taskTokens";
import { commandDataIn } from "./commandData";
import { evaluateJsonata } from "./evaluateJsonata";
import { applyPatch } from "./jsonPatch";
import { equalJson, type Json, parseJson, writeJson } from "./losslessJson";
import type { Edit } from "./request";
import { stepInput } from "./stepInput";

/** The input of work, as it can be edited. */
export interface Editable {
  /** JSON text: the execution's input; of work that the launcher replays, the payload within its order; of a command, its data. */
  readonly originalText: string;
  /** What is started with an edited input. */
  startWith(editedText: string): EditedStart;
}

/** What an execution is started with, or a task token answered. */
export interface EditedStart {
  /** JSON text. */
  readonly text: string;
  /** An object that it points to, to be written before. */
  readonly payload?: { readonly object: StoredObject; readonly text: string };
}

/** What reading an input takes. */
export interface InputReader {
  readonly sources: DeclaredSources;
  /** The spool's bucket. */
  readonly bucket: string;
  readonly stepFunctions: Pick<StepFunctionsApi, "describeExecution" | "getExecutionHistory">;
  readonly s3: Pick<S3Api, "getObject">;
  readonly pace: Pace;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: the input of an execution, the answer to a task token. */
const INPUT_LIMIT_BYTES = 262_144;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: what a function is invoked with. */
const PAYLOAD_LIMIT_BYTES = 6_291_456;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html, less the attributes' share. */
const MESSAGE_LIMIT_BYTES = 1_048_576 - 65_536;

/** @throws Error when AWS does not give the input, or it is none that can be edited */
export async function readEditable(record: FailureRecord, reader: InputReader): Promise<Editable> {
  const { input } = record;
  const text = input.by === "value" ? input.text : await keptInput(input.execution, record, reader);
  const order = input.by === "value" ? input.order : undefined;
  if (order !== undefined) return editableOrder(order, record, reader);
  if (reader.sources[record.source]?.launches) return editableOrder(readOrder(parsed(text)), record, reader);
  const { mode, generation } = record;
  return {
    originalText: jsonOf(text, record),
    startWith: (edited) => ({
      text: limited(mode === "park" ? answerText(generation + 1, edited) : edited, INPUT_LIMIT_BYTES),
    }),
  };
}

/**
 * @returns JSON text
 * @throws Error when the edit cannot be applied, or changes nothing
 */
export async function editedText(originalText: string, edit: Edit): Promise<string> {
  const original = parseJson(originalText);
  const edited: Json =
    "patch" in edit ? applyPatch(parseJson(originalText), edit.patch) : await evaluateJsonata(edit.jsonata, original);
  if (equalJson(edited, original))
    throw new Error(
      `[${"patch" in edit ? "patch" : "jsonata"}] must change the input, got one that leaves it as it is`,
    );
  return writeJson(edited);
}

/** What Step Functions keeps of an input that was too long for its record. */
async function keptInput(executionArn: string, record: FailureRecord, reader: InputReader): Promise<string> {
  if (record.mode === "park") return stepInput(record, reader);
  const { stepFunctions, pace } = reader;
  const { input } = await pace.persist(() => stepFunctions.describeExecution({ executionArn }));
  if (input === undefined) throw new Error(`the failed execution ${executionArn} does not show its input`);
  return input;
}

async function editableOrder(order: ReplayOrder, record: FailureRecord, reader: InputReader): Promise<Editable> {
  const { replay } = order;
  if (replay.as === "stream")
    throw new Error(
      `[id] must name work whose input is known, got ${shown(order.id)}, which only points to records of ${replay.streamArn}`,
    );
  // Whoever can start the launcher must not be able to have other buckets read.
  if ("object" in replay && replay.object.bucket !== reader.bucket)
    throw new Error(
      `[bucket] of the order must be the spool's, ${shown(reader.bucket)}, got ${shown(replay.object.bucket)}`,
    );
  const originalText = jsonOf(await reader.pace.persist(() => payloadText(replay, reader.s3)), record);
  const data = commandDataIn(originalText, order.id);
  return {
    originalText: data?.text ?? originalText,
    startWith: (edited) => orderWith(data?.payloadWith(edited) ?? edited, order, record, reader.bucket),
  };
}

/**
 * The order with another payload; one that is too large for it goes into the bucket. Under a key that its content decides: were it the
 * key of the original, a reprocess run that stores that one at the same moment would start the same order with another payload.
 */
function orderWith(payload: string, order: ReplayOrder, record: FailureRecord, bucket: string): EditedStart {
  limited(payload, order.replay.as === "message" ? MESSAGE_LIMIT_BYTES : PAYLOAD_LIMIT_BYTES);
  const replay = Object.fromEntries(
    Object.entries(order.replay).filter(([name]) => !["payload", "object"].includes(name)),
  );
  const inline = JSON.stringify({ ...order, replay: { ...replay, payload } });
  if (!tooLarge(inline)) return { text: inline };
  const digest = createHash("sha256").update(payload).digest("hex").slice(0, 16);
  const object = { bucket, key: `${PAYLOAD_PREFIX}${order.source}/${record.identity.id}-edited-${digest}` };
  return { text: JSON.stringify({ ...order, replay: { ...replay, object } }), payload: { object, text: payload } };
}

function limited(text: string, limit: number): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > limit) throw new Error(`the edited input must come to at most ${limit} bytes, got ${bytes}`);
  return text;
}

function jsonOf(text: string, { identity }: FailureRecord): string {
  try {
    JSON.parse(text);
  } catch {
    throw new Error(`the input of ${shown(identity.id)} must be JSON to be edited, got ${shown(text)}`);
  }
  return text;
}
