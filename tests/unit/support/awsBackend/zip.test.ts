import { crc32, inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { zipOf } from "../../../support/awsBackend/zip";

const text = (content: string) => Buffer.from(content).toString("base64");

/** Reads an archive by its central directory, as unpacking programs do. */
function unpacked(archive: Buffer): Record<string, string> {
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06054b50);
  const files: Record<string, string> = {};
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count -= 1) {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50);
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    const local = archive.readUInt32LE(at + 42);
    expect(archive.readUInt32LE(local)).toBe(0x04034b50);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const content = inflateRawSync(archive.subarray(start, start + archive.readUInt32LE(at + 20)));
    expect(content.length).toBe(archive.readUInt32LE(at + 24));
    expect(crc32(content)).toBe(archive.readUInt32LE(at + 16));
    files[name] = content.toString("utf8");
    at += 46 + nameLength;
  }
  expect(at).toBe(end);
  return files;
}

describe("zipOf", () => {
  it("packs every file with its path", () => {
    const archive = zipOf({
      "index.js": text("exports.handler = 1;"),
      "data/empty": "",
      "grüße.txt": text("ä".repeat(999)),
    });
    expect(unpacked(archive)).toEqual({
      "index.js": "exports.handler = 1;",
      "data/empty": "",
      "grüße.txt": "ä".repeat(999),
    });
  });

  it("gives the same bytes for the same files", () => {
    const files = { "index.js": text("exports.handler = 1;") };
    expect(zipOf(files).equals(zipOf(files))).toBe(true);
  });
});
