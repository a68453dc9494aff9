// An object's bytes in the simulator's calls: text where they are text, base64 where they are not.
import { isUtf8 } from "node:buffer";
import type { JsonObject } from "../../json";

/** `Body` as text of UTF-8, or `BodyBase64`. */
export function bodyMembers(bytes: Buffer): JsonObject {
  return isUtf8(bytes) ? { Body: bytes.toString("utf8") } : { BodyBase64: bytes.toString("base64") };
}

export function bytesOf(members: JsonObject): Buffer {
  const { Body, BodyBase64 } = members;
  if (typeof BodyBase64 === "string") return Buffer.from(BodyBase64, "base64");
  return Buffer.from(typeof Body === "string" ? Body : "", "utf8");
}
