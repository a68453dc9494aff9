// Conditions of requests, and ranges of objects. (RFC 9110, "Conditional Requests" and "Range Requests".)
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
import { AwsError } from "../../service";
import type { StoredObject } from "./bucket";
import { noSuchKey, preconditionFailed } from "./errors";

export interface ConditionInput {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
  readonly IfModifiedSince?: string;
  readonly IfUnmodifiedSince?: string;
}

function names(header: string, etag: string): boolean {
  const bare = (text: string) =>
    text
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1");
  return header.split(",").some((each) => each.trim() === "*" || bare(each) === bare(etag));
}

/** Of a read. Throws AwsError PreconditionFailed, or NotModified with status 304. */
export function checkRead(input: ConditionInput, { etag, modifiedAt }: StoredObject): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = input;
  const seconds = Math.floor(modifiedAt / 1_000) * 1_000;
  const failed = IfMatch === undefined ? seconds > Date.parse(IfUnmodifiedSince ?? "") : !names(IfMatch, etag);
  if (failed) throw preconditionFailed();
  const same = IfNoneMatch === undefined ? seconds <= Date.parse(IfModifiedSince ?? "") : names(IfNoneMatch, etag);
  if (same) throw new AwsError("NotModified", "Not Modified", 304);
}

/** Of a write or a delete. Throws AwsError PreconditionFailed, NoSuchKey, or NotImplemented. */
export function checkWrite({ IfMatch, IfNoneMatch }: ConditionInput, present: StoredObject | undefined): void {
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== "*") {
      const message = "A header you provided implies functionality that is not implemented";
      throw new AwsError("NotImplemented", message, 501);
    }
    if (present !== undefined) throw preconditionFailed();
  }
  if (IfMatch === undefined) return;
  if (present === undefined) throw noSuchKey();
  if (!names(IfMatch, present.etag)) throw preconditionFailed();
}

/** First and last byte; undefined for the whole object, also when the header is none that S3 reads. */
export function rangeOf(
  header: string | undefined,
  size: number,
): { readonly first: number; readonly last: number } | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
  const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last) throw new AwsError("InvalidRange", "The requested range is not satisfiable", 416);
  return { first, last };
}
