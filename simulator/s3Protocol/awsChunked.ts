// The content encoding "aws-chunked": chunks of the body, then trailing headers such as a checksum.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html

export interface Unchunked {
  readonly body: Buffer;
  /** Names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

function trailersOf(lines: string): Record<string, string> {
  const entries = lines.split("\r\n").flatMap((line) => {
    const colon = line.indexOf(":");
    return colon < 1 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

/** The body without its chunks' frames; undefined when they are not whole. Chunk signatures are not checked. */
export function unchunked(encoded: Buffer): Unchunked | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = encoded.indexOf("\r\n", at);
    if (end < 0) return undefined;
    const [digits = ""] = encoded.toString("latin1", at, end).split(";");
    const size = /^[\da-f]+$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
    at = end + 2;
    if (!(at + size <= encoded.length)) return undefined;
    if (size === 0) return { body: Buffer.concat(parts), trailers: trailersOf(encoded.toString("latin1", at)) };
    parts.push(encoded.subarray(at, at + size));
    at += size + 2;
  }
}
