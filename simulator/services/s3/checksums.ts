// Checksums of uploads: what the client says of the body must be true of what arrived.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { AwsError } from "../../service";

const castagnoli = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

function crc32c(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (castagnoli[(value ^ byte) & 0xff] as number) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

function base64Of(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString("base64");
}

/** By the member that carries each. */
const algorithms: Readonly<Record<string, (bytes: Buffer) => string>> = {
  ChecksumCRC32: (bytes) => base64Of(crc32(bytes)),
  ChecksumCRC32C: (bytes) => base64Of(crc32c(bytes)),
  ChecksumSHA1: (bytes) => createHash("sha1").update(bytes).digest("base64"),
  ChecksumSHA256: (bytes) => createHash("sha256").update(bytes).digest("base64"),
};

export const checksumMembers: readonly string[] = Object.keys(algorithms);

export type Checksums = Readonly<Record<string, string>>;

/** The checksums that came with an upload, compared. Throws AwsError BadDigest. */
export function checkedChecksums(input: object, bytes: Buffer): Checksums {
  const given = Object.entries(input).filter(([member]) => algorithms[member] !== undefined);
  for (const [member, value] of given) {
    if (algorithms[member]?.(bytes) === value) continue;
    const name = member.slice("Checksum".length);
    throw new AwsError("BadDigest", `The ${name} you specified did not match the calculated checksum.`);
  }
  const md5 = (input as { readonly ContentMD5?: string }).ContentMD5;
  if (md5 !== undefined && createHash("md5").update(bytes).digest("base64") !== md5) {
    throw new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  return Object.fromEntries(given) as Checksums;
}
