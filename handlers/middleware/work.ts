// Which work an invocation is about: a replay says so, else the event, else Lambda's request id.
import { isGeneration } from "../../records/executionName";
import { isObject, own } from "../../records/json";
import type { ReplayContext } from "../../records/replay";
import { workIdOfEvent } from "../../records/workId";
import type { LambdaContext, Work } from "./workContext";

/**
 * The work of an invocation. Its id is, in this order: what a replay was told, what the caller of this function knows, what the event
 * carries (`workIdOfEvent`), the request id, which Lambda keeps in the retries of an asynchronous invocation.
 *
 * @param known what the caller read from the event: a message's id, say, or the correlation id in a header
 */
export function workOf(event: unknown, context: LambdaContext, known: Partial<Work> = {}): Work {
  const replay = replayOf(context);
  const id = replay?.id ?? known.id ?? workIdOfEvent(event) ?? context.awsRequestId;
  return {
    id,
    correlationId: known.correlationId ?? correlationIdOf(event) ?? id,
    generation: replay?.generation ?? known.generation ?? 0,
  };
}

/** What the replay function says in the client context; undefined for an invocation that is no replay. */
export function replayOf({ clientContext }: LambdaContext): ReplayContext | undefined {
  const custom = isObject(clientContext) ? own(clientContext, "custom") : undefined;
  const replay = isObject(custom) ? own(custom, "respool") : undefined;
  if (!isObject(replay)) return undefined;
  const [id, source, generation] = [own(replay, "id"), own(replay, "source"), own(replay, "generation")];
  return typeof id === "string" && typeof source === "string" && isGeneration(generation)
    ? { id, source, generation }
    : undefined;
}

/** The name of the message attribute, and of the member of an EventBridge event's detail, that carries a correlation id. */
export const CORRELATION_ID = "correlationId";

/** The correlation id in the attributes of an SNS message, or in an EventBridge event's detail. */
function correlationIdOf(event: unknown): string | undefined {
  if (!isObject(event)) return undefined;
  const detail = own(event, "detail");
  const records = own(event, "Records");
  const record: unknown = Array.isArray(records) && records.length === 1 ? records[0] : undefined;
  const sns = isObject(record) ? own(record, "Sns") : undefined;
  const attributes = isObject(sns) ? own(sns, "MessageAttributes") : undefined;
  const attribute = isObject(attributes) ? own(attributes, CORRELATION_ID) : undefined;
  const found = isObject(attribute)
    ? own(attribute, "Value")
    : isObject(detail)
      ? own(detail, CORRELATION_ID)
      : undefined;
  return typeof found === "string" && found !== "" ? found : undefined;
}
