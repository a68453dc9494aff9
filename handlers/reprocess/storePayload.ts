// Puts a payload that is too large for an execution's input into the spool's bucket, so that the order only points to it.
import type { Identity } from "../../records/executionName";
import { BY_VALUE_LIMIT_BYTES, PAYLOAD_PREFIX } from "../../records/record";
import type { ReplayOrder } from "../../records/replay";
import type { S3Api } from "../aws";
import type { Pace } from "./pace";

/** The launcher measures `{"input":<order>}`. */
const WRAPPING = 10;

/**
 * Whether the launcher could not record the order by value when its replay fails again. It counts as the launcher's state machine does,
 * which knows characters but no bytes: any that is not ASCII as four.
 */
export function tooLarge(order: string): boolean {
  return WRAPPING + order.length + 3 * (order.match(/[^ -~]/g)?.length ?? 0) > BY_VALUE_LIMIT_BYTES;
}

/**
 * The order with its payload in the bucket, under a key that the work determines: whoever does the same again writes the same object.
 *
 * @returns the order's text, as it is where it has no payload, or the spool no bucket
 */
export async function storePayload(
  order: ReplayOrder,
  identity: Identity,
  { s3, bucket, pace }: { readonly s3: Pick<S3Api, "putObject">; readonly bucket?: string; readonly pace: Pace },
): Promise<{ readonly text: string }> {
  const { replay } = order;
  if (!("payload" in replay) || bucket === undefined) return { text: JSON.stringify(order) };
  const { payload, ...rest } = replay;
  const object = { bucket, key: `${PAYLOAD_PREFIX}${order.source}/${identity.id}` };
  await pace.persist(() => s3.putObject(object, payload));
  return { text: JSON.stringify({ ...order, replay: { ...rest, object } }) };
}
