// `http2` inside a realm: a client's sessions and streams, whose requests go where those of `http` go. No server, no push.
import { Duplex } from "node:stream";
import type { RealmHost, RealmResponse } from "./host";
import { hangUp, networkError } from "./realmHttpRules";
import { unavailable, unavailableModule } from "./realmUnavailable";

type Headers = Readonly<Record<string, unknown>>;

/** Of `events`. */
export type EmitterClass = new () => {
  emit(name: string, ...values: unknown[]): boolean;
  once(name: string, run: (...values: unknown[]) => void): unknown;
};

/** One request and its response. */
class ClientStream extends Duplex {
  readonly rstCode = 0;
  private readonly chunks: Uint8Array[] = [];
  private timer: { cancel(): void } | undefined;

  constructor(
    private readonly realmHost: RealmHost,
    private readonly origin: URL,
    private readonly headers: Headers,
  ) {
    super();
  }

  setTimeout(milliseconds: number, run?: () => void): this {
    this.timer?.cancel();
    if (run !== undefined) this.once("timeout", run);
    if (milliseconds > 0) this.timer = this.realmHost.schedule(milliseconds, () => this.emit("timeout"));
    return this;
  }

  close(): void {
    this.destroy();
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
    const { Buffer } = this.realmHost.globals as { Buffer: { concat(chunks: Uint8Array[]): Uint8Array } };
    const { ":method": method = "GET", ":path": path = "/", ...rest } = this.headers;
    const url = new URL(String(path), this.origin);
    const plain = Object.entries(rest).filter(([name]) => !name.startsWith(":"));
    const headers = Object.fromEntries(plain.map(([name, value]) => [name.toLowerCase(), String(value)]));
    const request = { method: String(method), url: url.href, body: Buffer.concat(this.chunks) };
    this.realmHost.request({ ...request, headers: { host: url.host, ...headers } }, (response) =>
      this.answer(response, url),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.timer?.cancel();
    done(error);
  }

  private answer(response: RealmResponse, url: URL): void {
    this.timer?.cancel();
    if (this.destroyed) return;
    if (response.kind === "failure") {
      this.destroy(networkError(response, url));
      return;
    }
    this.emit("response", { ...response.headers, ":status": response.status }, 0);
    const { Buffer } = this.realmHost.globals as { Buffer: { from(bytes: Uint8Array): unknown } };
    if (response.body.length > 0) this.push(Buffer.from(response.body));
    this.push(null);
  }
}

function sessions(host: RealmHost, Emitter: EmitterClass) {
  return class ClientHttp2Session extends Emitter {
    readonly encrypted: boolean;
    closed = false;
    destroyed = false;
    private readonly streams = new Set<ClientStream>();

    constructor(private readonly url: URL) {
      super();
      this.encrypted = url.protocol === "https:";
    }

    request(headers: Headers = {}): ClientStream {
      if (this.closed || this.destroyed) throw hangUp();
      const stream = new ClientStream(host, this.url, headers);
      this.streams.add(stream);
      stream.once("close", () => {
        this.streams.delete(stream);
        if (this.closed && this.streams.size === 0) this.destroy();
      });
      return stream;
    }

    /** Ends when its streams have. */
    close(run?: () => void): void {
      if (run !== undefined) this.once("close", run);
      this.closed = true;
      if (this.streams.size === 0) this.destroy();
    }

    destroy(error?: Error): void {
      if (this.destroyed) return;
      this.closed = true;
      this.destroyed = true;
      for (const stream of this.streams) stream.destroy(error ?? hangUp());
      host.schedule(0, () => {
        if (error !== undefined) this.emit("error", error);
        this.emit("close");
      });
    }

    settings(): void {}

    /** Nothing of a session can be idle too long: it is no connection. */
    setTimeout(): void {}

    ref(): void {}

    unref(): void {}
  };
}

export function realmHttp2(host: RealmHost, Emitter: EmitterClass): Record<string, unknown> {
  const Session = sessions(host, Emitter);
  const connect = (authority: string | URL, ...others: readonly unknown[]) => {
    const session = new Session(new URL(authority));
    const listener = others.find((value) => typeof value === "function") as
      | ((...values: unknown[]) => void)
      | undefined;
    if (listener !== undefined) session.once("connect", listener);
    host.schedule(0, () => session.emit("connect", session));
    return session;
  };
  const { constants } = host.pureModule("http2");
  const own = { connect, constants, sensitiveHeaders: Symbol("nodejs.http2.sensitiveHeaders") };
  return unavailableModule("http2", { ...own, createServer: unavailable("http2", "createServer") });
}
