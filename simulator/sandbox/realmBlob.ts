// `Blob`, `File` and the body of a `Response` as a stream, inside a realm: the host's own read in the host's time.
import type { RealmHost } from "./host";
import { unavailable } from "./realmUnavailable";

type Chunk = { readonly done: boolean; readonly value: Uint8Array | undefined };

/** What makes a stream of bytes that are all there; nobody else can construct one. */
class Content {
  constructor(readonly chunks: Uint8Array[]) {}
}

/** The part of ReadableStream that reads: bodies are whole in a simulated function. */
export class ReadableStream {
  private readonly chunks: Uint8Array[];
  private reading = false;

  constructor(source?: unknown) {
    if (!(source instanceof Content)) unavailable("stream/web", "ReadableStream")();
    this.chunks = (source as Content).chunks;
  }

  get locked(): boolean {
    return this.reading;
  }

  getReader() {
    if (this.reading) throw new TypeError("Invalid state: ReadableStream is locked");
    this.reading = true;
    return {
      closed: Promise.resolve(undefined),
      read: async (): Promise<Chunk> => {
        const value = this.chunks.shift();
        return { done: value === undefined, value };
      },
      releaseLock: () => {
        this.reading = false;
      },
      cancel: () => this.cancel(),
    };
  }

  async cancel(): Promise<void> {
    this.chunks.length = 0;
  }

  async *values(): AsyncGenerator<Uint8Array> {
    const reader = this.getReader();
    for (let chunk = await reader.read(); chunk.value !== undefined; chunk = await reader.read()) yield chunk.value;
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    return this.values();
  }

  tee(): never {
    return unavailable("ReadableStream", "tee")();
  }

  pipeTo(): never {
    return unavailable("ReadableStream", "pipeTo")();
  }

  pipeThrough(): never {
    return unavailable("ReadableStream", "pipeThrough")();
  }
}

/** @param taken called when somebody takes the bytes */
export function streamOf(bytes: Uint8Array, taken?: () => void): ReadableStream {
  const stream = new ReadableStream(new Content(bytes.length === 0 ? [] : [new Uint8Array(bytes)]));
  if (taken === undefined) return stream;
  const { getReader } = stream;
  return Object.assign(stream, {
    getReader: () => {
      taken();
      return getReader.call(stream);
    },
  });
}

export interface RealmBlob {
  readonly size: number;
  readonly type: string;
  /** The simulator's own; the bytes without a promise. */
  readonly content: Uint8Array;
}

export function realmBlob(host: RealmHost) {
  const { Buffer: HostBuffer } = host.globals as { Buffer: typeof Buffer };
  const bytesOf = (part: unknown): Uint8Array => {
    if (part instanceof Blob) return part.content;
    if (ArrayBuffer.isView(part)) return HostBuffer.from(part.buffer, part.byteOffset, part.byteLength);
    if (part instanceof ArrayBuffer) return HostBuffer.from(new Uint8Array(part));
    return HostBuffer.from(String(part));
  };

  class Blob implements RealmBlob {
    readonly #content: Buffer;
    readonly type: string;

    constructor(parts: Iterable<unknown> = [], options: { type?: string } = {}) {
      this.#content = HostBuffer.concat([...parts].map(bytesOf));
      this.type = String(options.type ?? "").toLowerCase();
    }

    get content(): Uint8Array {
      return this.#content;
    }

    get size(): number {
      return this.#content.length;
    }

    get [Symbol.toStringTag](): string {
      return "Blob";
    }

    async text(): Promise<string> {
      return this.#content.toString("utf8");
    }

    async bytes(): Promise<Uint8Array> {
      return new Uint8Array(this.#content);
    }

    async arrayBuffer(): Promise<ArrayBuffer> {
      return (await this.bytes()).buffer as ArrayBuffer;
    }

    slice(start?: number, end?: number, type?: string): Blob {
      return new Blob([this.#content.subarray(start, end)], { type });
    }

    stream(): ReadableStream {
      return streamOf(this.#content);
    }
  }

  class File extends Blob {
    readonly name: string;
    readonly lastModified: number;

    constructor(parts: Iterable<unknown>, name: string, options: { type?: string; lastModified?: number } = {}) {
      super(parts, options);
      this.name = String(name);
      this.lastModified = options.lastModified ?? host.now();
    }
  }
  return { Blob, File };
}
