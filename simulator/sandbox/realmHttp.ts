// `http` and `https` inside a realm: requests go to the simulation's gateway and to the hosts that a test registered.
import { Readable, Writable } from "node:stream";
import type { RealmHost, RealmResponse } from "./host";
import { type HeaderTable, hangUp, headerTable, networkError, type RequestOptions, urlOf } from "./realmHttpRules";
import { unavailableModule } from "./realmUnavailable";

/** How soon a server says "100 Continue", before it has the body. */
const roundTripMilliseconds = 10;

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
  method: string,
  statusMessage: string,
  toBuffer: (bytes: Uint8Array) => unknown,
): Readable {
  const stream = new Readable({ read() {} });
  Object.assign(stream, {
    statusCode: response.status,
    statusMessage,
    aborted: false,
    url: "",
    httpVersion: "1.1",
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    headers: { ...response.headers },
    rawHeaders: Object.entries(response.headers).flat(),
    trailers: {},
    complete: true,
    setTimeout: () => stream,
  });
  if (response.body.length > 0 && method !== "HEAD") stream.push(toBuffer(response.body));
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
  readonly protocol: string;
  aborted = false;
  reusedSocket = false;
  private readonly table: HeaderTable;
  private readonly chunks: Uint8Array[] = [];
  private timer: { cancel(): void } | undefined;
  private answered = false;
  private over = false;

  constructor(
    private readonly realmHost: RealmHost,
    private readonly url: URL,
    private readonly options: RequestOptions,
    onResponse: OnResponse | undefined,
  ) {
    super({ autoDestroy: false });
    this.method = (options.method ?? "GET").toUpperCase();
    this.path = `${url.pathname}${url.search}`;
    this.host = url.hostname;
    this.protocol = url.protocol;
    this.table = headerTable(realmHost);
    this.table.addAll(options.headers);
    if (onResponse !== undefined) this.once("response", onResponse);
    if (options.timeout !== undefined) this.setTimeout(options.timeout);
    const { signal } = options;
    if (signal?.aborted) this.abortBy(signal);
    signal?.addEventListener("abort", () => this.abortBy(signal));
    realmHost.schedule(0, () => {
      if (!this.over) this.emit("socket", this.socket);
    });
    if (String(this.table.get("expect")).toLowerCase() === "100-continue") {
      realmHost.schedule(roundTripMilliseconds, () => {
        if (!this.over) this.emit("continue");
      });
    }
  }

  get finished(): boolean {
    return this.writableEnded;
  }

  setHeader(name: string, value: unknown): this {
    this.table.set(name, value);
    return this;
  }

  getHeader(name: string): unknown {
    return this.table.get(name);
  }

  getHeaders(): Record<string, unknown> {
    return this.table.all();
  }

  getHeaderNames(): string[] {
    return this.table.names();
  }

  hasHeader(name: string): boolean {
    return this.table.has(name);
  }

  removeHeader(name: string): void {
    this.table.delete(name);
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
    this.emit("abort");
    this.destroy();
  }

  private abortBy(signal: AbortSignal): void {
    const error = new Error("The operation was aborted", { cause: signal.reason });
    this.destroy(Object.assign(error, { name: "AbortError", code: "ABORT_ERR" }));
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
    const { Buffer } = this.realmHost.globals as { Buffer: { concat(chunks: Uint8Array[]): Uint8Array } };
    const body = Buffer.concat(this.chunks);
    const headers = this.table.sent(this.url, this.options, this.method, body.length);
    this.realmHost.request({ method: this.method, url: this.url.href, headers, body }, (response) =>
      this.answer(response),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.over = true;
    this.timer?.cancel();
    done(error ?? (this.answered ? null : hangUp()));
  }

  private answer(response: RealmResponse): void {
    this.timer?.cancel();
    if (this.over) return;
    if (response.kind === "failure") {
      this.destroy(networkError(response, this.url));
      return;
    }
    this.answered = true;
    const { Buffer } = this.realmHost.globals as { Buffer: { from(bytes: Uint8Array): unknown } };
    const { STATUS_CODES } = this.realmHost.pureModule("http") as { STATUS_CODES: Record<string, string> };
    const text = STATUS_CODES[String(response.status)] ?? "";
    const message = incoming(response, this.method, text, (bytes) => Buffer.from(bytes));
    // Without a listener, Node reads the answer away.
    if (!this.emit("response", message)) message.resume();
    message.once("close", () => this.destroy());
  }
}

/** @param name "http" or "https" */
export function realmHttp(host: RealmHost, name: "http" | "https"): Record<string, unknown> {
  const request = (target: unknown, second?: unknown, third?: unknown) => {
    const isUrl = typeof target === "string" || (typeof target === "object" && target !== null && "href" in target);
    const given = isUrl ? (typeof second === "function" ? {} : second) : target;
    const options = (given ?? {}) as RequestOptions;
    const onResponse = [second, third].find((value) => typeof value === "function") as OnResponse | undefined;
    return new ClientRequest(host, urlOf(`${name}:`, isUrl ? target : undefined, options), options, onResponse);
  };
  const get = (target: unknown, second?: unknown, third?: unknown) => {
    const sent = request(target, second, third);
    sent.end();
    return sent;
  };
  const { STATUS_CODES, METHODS, validateHeaderName, validateHeaderValue } = host.pureModule("http");
  return unavailableModule(name, {
    request,
    get,
    Agent,
    globalAgent: new Agent(),
    ClientRequest,
    STATUS_CODES,
    METHODS,
    maxHeaderSize: 16_384,
    validateHeaderName,
    validateHeaderValue,
  });
}
