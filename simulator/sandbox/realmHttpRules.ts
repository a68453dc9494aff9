// What Node checks and adds before an HTTP request leaves, and how its failures look. See `lib/_http_client.js` of Node.
import type { RealmHost, RealmResponse } from "./host";

export interface RequestOptions {
  protocol?: string;
  hostname?: string;
  host?: string;
  port?: number | string;
  defaultPort?: number | string;
  path?: string;
  method?: string;
  headers?: Record<string, unknown> | readonly unknown[];
  auth?: string;
  signal?: AbortSignal;
  timeout?: number;
  setHost?: boolean;
}

interface NativeHttp {
  validateHeaderName(name: string): void;
  validateHeaderValue(name: string, value: unknown): void;
}

function typeError(code: string, text: string): TypeError {
  return Object.assign(new TypeError(text), { code });
}

/** The address of a request as Node puts it together from a URL and options, which win. */
export function urlOf(defaultProtocol: string, target: unknown, options: RequestOptions): URL {
  const given = typeof target === "string" ? new URL(target) : target instanceof URL ? target : undefined;
  const protocol = options.protocol ?? given?.protocol ?? defaultProtocol;
  if (protocol !== defaultProtocol) {
    throw typeError("ERR_INVALID_PROTOCOL", `Protocol "${protocol}" not supported. Expected "${defaultProtocol}"`);
  }
  const path = options.path ?? (given === undefined ? "/" : `${given.pathname}${given.search}`);
  if (/[^\u0021-\u00ff]/.test(path)) {
    throw typeError("ERR_UNESCAPED_CHARACTERS", "Request path contains unescaped characters");
  }
  const host = options.hostname ?? options.host ?? given?.hostname ?? "localhost";
  const port = options.port ?? options.defaultPort ?? given?.port ?? "";
  const bracketed = host.includes(":") && !host.startsWith("[") && !/^[^:]+:\d+$/.test(host) ? `[${host}]` : host;
  // Node would look up "host:port" as a name and fail; many mean the port by it.
  const authority = port === "" || port === null || /^[^:]+:\d+$/.test(host) ? bracketed : `${bracketed}:${port}`;
  return new URL(path.startsWith("/") ? path : `/${path}`, `${protocol}//${authority}`);
}

/** The headers of a request, by their names in lower case. */
export class HeaderTable {
  private readonly table = new Map<string, { readonly name: string; readonly value: unknown }>();

  constructor(private readonly native: NativeHttp) {}

  /** @param headers an object, or names and values in turn, or pairs */
  addAll(headers: RequestOptions["headers"]): void {
    if (!Array.isArray(headers)) {
      for (const [name, value] of Object.entries(headers ?? {})) this.set(name, value);
      return;
    }
    const flat = headers.flat();
    for (let index = 0; index < flat.length; index += 2) this.set(String(flat[index]), flat[index + 1]);
  }

  set(name: string, value: unknown): void {
    this.native.validateHeaderName(name);
    for (const each of Array.isArray(value) ? value : [value]) this.native.validateHeaderValue(name, each);
    this.table.set(name.toLowerCase(), { name, value });
  }

  get(name: string): unknown {
    return this.table.get(name.toLowerCase())?.value;
  }

  has(name: string): boolean {
    return this.table.has(name.toLowerCase());
  }

  delete(name: string): void {
    this.table.delete(name.toLowerCase());
  }

  names(): string[] {
    return [...this.table.keys()];
  }

  all(): Record<string, unknown> {
    return Object.fromEntries([...this.table].map(([key, { value }]) => [key, value]));
  }

  /** What goes on the wire. */
  sent(url: URL, options: RequestOptions, method: string, length: number): Record<string, string> {
    const sent: Record<string, string> = options.setHost === false ? {} : { host: url.host };
    if (options.auth !== undefined) sent.authorization = `Basic ${btoa(options.auth)}`;
    for (const [key, { value }] of this.table) {
      sent[key] = Array.isArray(value) ? value.join(key === "cookie" ? "; " : ", ") : String(value);
    }
    const hasBody = length > 0 || !["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"].includes(method);
    if (hasBody && sent["content-length"] === undefined && sent["transfer-encoding"] === undefined) {
      sent["content-length"] = String(length);
    }
    return { connection: "keep-alive", ...sent };
  }
}

export function headerTable(host: RealmHost): HeaderTable {
  return new HeaderTable(host.pureModule("http") as unknown as NativeHttp);
}

/** A failure below HTTP as Node's sockets report it. */
export function networkError(failure: Extract<RealmResponse, { kind: "failure" }>, url: URL): Error {
  const { code, message } = failure;
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const place =
    code === "ENOTFOUND"
      ? { errno: -3008, syscall: "getaddrinfo", hostname: url.hostname }
      : { syscall: code === "ECONNRESET" ? "read" : "connect", address: url.hostname, port };
  return Object.assign(new Error(message), { code, ...place });
}

/** What a request ends with that is destroyed before its answer, without an error of its own. */
export function hangUp(): Error {
  return Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
}
