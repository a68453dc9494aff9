// A ZIP archive of a function's files, as Lambda takes it. See APPNOTE.TXT, ".ZIP File Format Specification", 4.3.
import { crc32, deflateRawSync } from "node:zlib";

const localFileHeader = 0x04034b50;
const centralFileHeader = 0x02014b50;
const endOfCentralDirectory = 0x06054b50;
const versionNeeded = 20;
const madeByUnix = (3 << 8) | versionNeeded;
const utf8Names = 1 << 11;
const deflated = 8;
/** 1980-01-01, the first day that the format knows: the same files give the same bytes. */
const firstDay = (1 << 5) | 1;
const readableFile = (0o100644 << 16) >>> 0;

/** @param files path -> content in base 64 */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const content = Buffer.from(text, "base64");
    const packed = deflateRawSync(content);
    const name = Buffer.from(path);
    const shared = sharedFields(content, packed, name);
    const local = Buffer.concat([fields([localFileHeader, 4]), shared, name, packed]);
    directory.push(
      fields([centralFileHeader, 4], [madeByUnix, 2]),
      shared,
      fields([0, 2], [0, 2], [0, 2], [readableFile, 4], [offset, 4]),
      name,
    );
    bodies.push(local);
    offset += local.length;
  }
  const count = bodies.length;
  const central = Buffer.concat(directory);
  const end = fields(
    [endOfCentralDirectory, 4],
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [central.length, 4],
    [offset, 4],
    [0, 2],
  );
  return Buffer.concat([...bodies, central, end]);
}

function sharedFields(content: Buffer, packed: Buffer, name: Buffer): Buffer {
  return fields(
    [versionNeeded, 2],
    [utf8Names, 2],
    [deflated, 2],
    [0, 2],
    [firstDay, 2],
    [crc32(content), 4],
    [packed.length, 4],
    [content.length, 4],
    [name.length, 2],
    [0, 2],
  );
}

/** Little-endian numbers with their sizes in bytes. */
function fields(...values: readonly (readonly [value: number, size: number])[]): Buffer {
  const bytes = Buffer.alloc(values.reduce((sum, [, size]) => sum + size, 0));
  let at = 0;
  for (const [value, size] of values) at = bytes.writeUIntLE(value, at, size);
  return bytes;
}
