// `Request` and `Response` inside a realm: whole bodies. See "Fetch Standard" (https://fetch.spec.whatwg.org).
import type { RealmHost } from "./host";
import { type ReadableStream, type RealmBlob, streamOf } from "./realmBlob";
import { unavailable } from "./realmUnavailable";

type HeadersInit = ConstructorParameters<typeof Headers>[0];

export interface RequestInit {
  method?: string;
  headers?: HeadersInit;
  body?: unknown;
  signal?: AbortSignal | null;
  redirect?: string;
}

interface ResponseInit {
  status?: number;
  statusText?: string;
  headers?: HeadersInit;
}

/** Set by the simulator on what a fetch answers. */
export interface Received {
  readonly url: string;
  readonly redirected: boolean;
}

const withoutBody = [101, 103, 204, 205, 304];
const normalised = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];

function isBlob(value: unknown): value is RealmBlob {
  return (value as { constructor?: { name?: string } } | null)?.constructor?.name === "Blob";
}

/** The classes of one realm. */
export function realmBody(host: RealmHost) {
  const { Buffer: HostBuffer } = host.globals as { Buffer: typeof Buffer };
  const HostHeaders = host.globals.Headers as typeof Headers;
  const HostUrl = host.globals.URL as typeof URL;
  const HostController = host.globals.AbortController as typeof AbortController;

  const bytesOf = (body: unknown): { bytes: Buffer; type?: string } => {
    if (typeof body === "string") return { bytes: HostBuffer.from(body), type: "text/plain;charset=UTF-8" };
    if (body instanceof URLSearchParams) {
      return { bytes: HostBuffer.from(String(body)), type: "application/x-www-form-urlencoded;charset=UTF-8" };
    }
    if (isBlob(body)) {
      const bytes = HostBuffer.from(body.content);
      return body.type === "" ? { bytes } : { bytes, type: body.type };
    }
    if (body instanceof ArrayBuffer) return { bytes: HostBuffer.from(new Uint8Array(body)) };
    if (ArrayBuffer.isView(body)) return { bytes: HostBuffer.from(body.buffer, body.byteOffset, body.byteLength) };
    const streams = typeof body === "object" && body !== null && Symbol.asyncIterator in body;
    if (streams) unavailable("fetch", "a body that is a stream")();
    return { bytes: HostBuffer.from(String(body)), type: "text/plain;charset=UTF-8" };
  };

  class Body {
    readonly #bytes: Buffer | undefined;
    #stream: ReadableStream | undefined;
    #used = false;
    readonly headers: Headers;

    constructor(body: unknown, headers: HeadersInit) {
      this.headers = new HostHeaders(headers);
      if (body === undefined || body === null) return;
      const { bytes, type } = bytesOf(body);
      this.#bytes = bytes;
      if (type !== undefined && !this.headers.has("content-type")) this.headers.set("content-type", type);
    }

    /** The simulator's own; not taken by reading it. */
    get content(): Buffer | undefined {
      return this.#bytes;
    }

    get bodyUsed(): boolean {
      return this.#used;
    }

    get body(): ReadableStream | null {
      if (this.#bytes === undefined) return null;
      this.#stream ??= streamOf(this.#bytes, () => {
        this.#used = true;
      });
      return this.#stream;
    }

    protected assertUnused(): void {
      if (this.#used) throw new TypeError("Body is unusable: Body has already been read");
    }

    async bytes(): Promise<Uint8Array> {
      this.assertUnused();
      this.#used = this.#bytes !== undefined;
      return new Uint8Array(this.#bytes ?? []);
    }

    async arrayBuffer(): Promise<ArrayBuffer> {
      return (await this.bytes()).buffer as ArrayBuffer;
    }

    async text(): Promise<string> {
      return new TextDecoder().decode(await this.bytes());
    }

    async json(): Promise<unknown> {
      return JSON.parse(await this.text());
    }

    async blob(): Promise<unknown> {
      const { Blob: RealmBlobClass } = globalThis;
      const type = this.headers.get("content-type") ?? "";
      return new RealmBlobClass([(await this.bytes()) as Uint8Array<ArrayBuffer>], { type });
    }

    formData(): never {
      return unavailable("Response", "formData")();
    }
  }

  class Response extends Body {
    readonly status: number;
    readonly statusText: string;
    readonly type: string;
    readonly redirected: boolean;
    readonly url: string;

    constructor(body?: unknown, init: ResponseInit = {}, received?: Received) {
      super(body, init.headers);
      this.status = init.status ?? 200;
      this.statusText = String(init.statusText ?? "");
      this.type = received === undefined ? "default" : "basic";
      this.redirected = received?.redirected ?? false;
      this.url = received?.url ?? "";
      if (received !== undefined) return;
      if (this.status < 200 || this.status > 599) {
        throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
      }
      if (withoutBody.includes(this.status) && this.content !== undefined) {
        throw new TypeError(`Response constructor: Invalid response status code ${this.status}`);
      }
    }

    get ok(): boolean {
      return this.status >= 200 && this.status < 300;
    }

    clone(): Response {
      this.assertUnused();
      return new Response(this.content, this, this);
    }

    static json(value: unknown, init: ResponseInit = {}): Response {
      const headers = new HostHeaders(init.headers);
      if (!headers.has("content-type")) headers.set("content-type", "application/json");
      return new Response(HostBuffer.from(JSON.stringify(value)), { ...init, headers });
    }

    static error(): Response {
      const response = new Response(null, { status: 0 }, { url: "", redirected: false });
      return Object.defineProperty(response, "type", { value: "error" });
    }

    static redirect(url: string | URL, status = 302): Response {
      if (![301, 302, 303, 307, 308].includes(status)) throw new RangeError(`Invalid status code ${status}`);
      return new Response(null, { status, headers: { location: String(new HostUrl(url)) } });
    }
  }

  class Request extends Body {
    readonly url: string;
    readonly method: string;
    readonly signal: AbortSignal;
    readonly redirect: string;

    constructor(target: string | URL | Request, init: RequestInit = {}) {
      const base = target instanceof Request ? target : undefined;
      super(init.body ?? base?.content, init.headers ?? base?.headers);
      this.url = Request.urlOf(base?.url ?? String(target));
      const method = String(init.method ?? base?.method ?? "GET");
      this.method = normalised.includes(method.toUpperCase()) ? method.toUpperCase() : method;
      this.signal = init.signal ?? base?.signal ?? new HostController().signal;
      this.redirect = init.redirect ?? base?.redirect ?? "follow";
      if (this.content !== undefined && (this.method === "GET" || this.method === "HEAD")) {
        throw new TypeError("Request with GET/HEAD method cannot have body.");
      }
    }

    clone(): Request {
      this.assertUnused();
      return new Request(this);
    }

    private static urlOf(target: string): string {
      let url: URL;
      try {
        url = new HostUrl(target);
      } catch (cause) {
        throw new TypeError(`Failed to parse URL from ${target}`, { cause });
      }
      if (url.username === "" && url.password === "") return url.href;
      throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${target}`);
    }
  }
  return { Request, Response };
}
