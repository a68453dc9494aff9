// `http` and `https` inside a realm: requests go to the simulation's gateway and to the hosts that a test registered.
import { Readable, Writable } from "node:stream";
import type { RealmHost, RealmResponse } from "./host";
import { unavailableModule } from "./realmUnavailable";

interface RequestOptions {
  protocol?: string;
  hostname?: string;
  host?: string;
  port?: number | string;
  path?: string;
  method?: string;
  headers?: Record<string, unknown>;
  auth?: string;
  signal?: AbortSignal;
  timeout?: number;
}

type OnResponse = (response: unknown) => void;

class Agent {
  readonly sockets = {};
  readonly freeSockets = {};
  readonly requests = {};
  readonly maxSockets: number;
  readonly options: object;
  totalSocketCount = 0;

  constructor(options: { maxSockets?: number } = {}) {
    this.options = options;
    this.maxSockets = options.maxSockets ?? Number.POSITIVE_INFINITY;
  }

  destroy(): void {}

  on(): this {
    return this;
  }
}

function incoming(
  response: Extract<RealmResponse, { kind: "response" }>,
  toBuffer: (bytes: Uint8Array) => unknown,
): Readable {
  const stream = new Readable({ read() {} });
  Object.assign(stream, {
    statusCode: response.status,
    statusMessage: "",
    httpVersion: "1.1",
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    headers: { ...response.headers },
    rawHeaders: Object.entries(response.headers).flat(),
    trailers: {},
    complete: true,
    setTimeout: () => stream,
  });
  if (response.body.length > 0) stream.push(toBuffer(response.body));
  stream.push(null);
  return stream;
}

class Socket {
  readonly connecting = false;
  readonly destroyed = false;
  readonly encrypted = true;
  on(): this {
    return this;
  }
  once(): this {
    return this;
  }
  removeListener(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  ref(): this {
    return this;
  }
}

class ClientRequest extends Writable {
  readonly socket = new Socket();
  readonly method: string;
  readonly path: string;
  readonly host: string;
  aborted = false;
  private readonly names: Record<string, unknown> = {};
  private readonly chunks: Uint8Array[] = [];
  private timer: { cancel(): void } | undefined;
  private closed_ = false;

  constructor(
    private readonly realmHost: RealmHost,
    private readonly url: URL,
    options: RequestOptions,
    onResponse: OnResponse | undefined,
  ) {
    super({ autoDestroy: false });
    this.method = (options.method ?? "GET").toUpperCase();
    this.path = `${url.pathname}${url.search}`;
    this.host = url.hostname;
    for (const [name, value] of Object.entries(options.headers ?? {})) this.setHeader(name, value);
    if (onResponse !== undefined) this.once("response", onResponse);
    if (options.timeout !== undefined) this.setTimeout(options.timeout);
    if (options.signal?.aborted) this.abort();
    options.signal?.addEventListener("abort", () => this.abort());
    realmHost.schedule(0, () => this.emit("socket", this.socket));
  }

  setHeader(name: string, value: unknown): this {
    this.names[name.toLowerCase()] = value;
    return this;
  }

  getHeader(name: string): unknown {
    return this.names[name.toLowerCase()];
  }

  getHeaders(): Record<string, unknown> {
    return { ...this.names };
  }

  hasHeader(name: string): boolean {
    return name.toLowerCase() in this.names;
  }

  removeHeader(name: string): void {
    delete this.names[name.toLowerCase()];
  }

  flushHeaders(): void {}

  setNoDelay(): void {}

  setSocketKeepAlive(): void {}

  setTimeout(milliseconds: number, run?: () => void): this {
    this.timer?.cancel();
    if (run !== undefined) this.once("timeout", run);
    if (milliseconds > 0) this.timer = this.realmHost.schedule(milliseconds, () => this.emit("timeout"));
    return this;
  }

  abort(): void {
    this.aborted = true;
    this.destroy(Object.assign(new Error("The operation was aborted"), { name: "AbortError", code: "ABORT_ERR" }));
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
    const { Buffer } = this.realmHost.globals as { Buffer: { concat(chunks: Uint8Array[]): Uint8Array } };
    const headers = Object.fromEntries(Object.entries(this.names).map(([name, value]) => [name, String(value)]));
    const body = Buffer.concat(this.chunks);
    this.realmHost.request({ method: this.method, url: this.url.href, headers, body }, (response) =>
      this.answer(response),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.closed_ = true;
    this.timer?.cancel();
    done(error);
  }

  private answer(response: RealmResponse): void {
    this.timer?.cancel();
    if (this.closed_) return;
    if (response.kind === "failure") {
      this.destroy(Object.assign(new Error(response.message), { code: response.code, syscall: "connect" }));
      return;
    }
    const { Buffer } = this.realmHost.globals as { Buffer: { from(bytes: Uint8Array): unknown } };
    this.emit(
      "response",
      incoming(response, (bytes) => Buffer.from(bytes)),
    );
  }
}

function urlOf(defaultProtocol: string, target: unknown, options: RequestOptions): URL {
  const { URL: HostUrl } = globalThis;
  if (typeof target === "string") return new HostUrl(target);
  if (typeof target === "object" && target !== null && "href" in target) return new HostUrl(String(target.href));
  const protocol = options.protocol ?? defaultProtocol;
  const host = options.hostname ?? options.host ?? "localhost";
  const port = options.port === undefined || options.port === null || options.port === "" ? "" : `:${options.port}`;
  return new HostUrl(
    `${protocol}//${host}${host.includes(":") && !host.startsWith("[") ? "" : port}${options.path ?? "/"}`,
  );
}

/** @param name "http" or "https" */
export function realmHttp(host: RealmHost, name: "http" | "https"): Record<string, unknown> {
  const native = host.pureModule("http") as { STATUS_CODES: object; METHODS: readonly string[] };
  const request = (target: unknown, second?: unknown, third?: unknown) => {
    const isUrl = typeof target === "string" || (typeof target === "object" && target !== null && "href" in target);
    const given = isUrl ? (typeof second === "function" ? {} : second) : target;
    const options = (given ?? {}) as RequestOptions;
    const onResponse = [second, third].find((value) => typeof value === "function") as OnResponse | undefined;
    return new ClientRequest(host, urlOf(`${name}:`, target, options), options, onResponse);
  };
  const get = (target: unknown, second?: unknown, third?: unknown) => {
    const sent = request(target, second, third);
    sent.end();
    return sent;
  };
  const { STATUS_CODES, METHODS } = native;
  return unavailableModule(name, {
    request,
    get,
    Agent,
    globalAgent: new Agent(),
    ClientRequest,
    STATUS_CODES,
    METHODS,
  });
}
