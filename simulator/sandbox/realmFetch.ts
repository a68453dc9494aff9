// `fetch` inside a realm. See "HTTP-redirect fetch" in the Fetch Standard (https://fetch.spec.whatwg.org).
import type { RealmHost, RealmResponse } from "./host";
import { type RequestInit, realmBody } from "./realmBody";

type Answer = Extract<RealmResponse, { kind: "response" }>;

/** One exchange on the way to an answer. */
interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array | undefined;
}

const mostRedirects = 20;

function failed(message: string, code?: string): TypeError {
  const cause = code === undefined ? new Error(message) : Object.assign(new Error(message), { code });
  return new TypeError("fetch failed", { cause });
}

/** Where a redirect leads, or undefined when the answer is none. */
function nextHop(hop: Hop, answer: Answer, HostHeaders: typeof Headers): Hop | undefined {
  const { location } = answer.headers;
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return undefined;
  const url = new URL(location, hop.url);
  if (!/^https?:$/.test(url.protocol)) throw failed("URL scheme must be a HTTP(S) scheme");
  const toGet =
    (answer.status === 303 && hop.method !== "GET" && hop.method !== "HEAD") ||
    (answer.status <= 302 && hop.method === "POST");
  const headers = new HostHeaders(hop.headers);
  if (toGet) {
    for (const name of ["content-encoding", "content-language", "content-location", "content-type"]) {
      headers.delete(name);
    }
  }
  if (url.origin !== hop.url.origin) for (const name of ["authorization", "cookie", "host"]) headers.delete(name);
  return { method: toGet ? "GET" : hop.method, url, headers, body: toGet ? undefined : hop.body };
}

export function realmFetch(host: RealmHost): Record<string, unknown> {
  const HostHeaders = host.globals.Headers as typeof Headers;
  const { Request, Response } = realmBody(host);

  const send = (hop: Hop, signal: AbortSignal): Promise<Answer> => {
    const headers: Record<string, string> = {
      host: hop.url.host,
      accept: "*/*",
      "accept-language": "*",
      "sec-fetch-mode": "cors",
      "user-agent": "node",
      "accept-encoding": "gzip, deflate",
    };
    hop.headers.forEach((value, name) => {
      headers[name] = value;
    });
    const body = hop.body ?? new Uint8Array();
    if (body.length > 0 || hop.method === "POST" || hop.method === "PUT") {
      headers["content-length"] = String(body.length);
    }
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) {
        abort();
        return;
      }
      signal.addEventListener("abort", abort);
      host.request({ method: hop.method, url: hop.url.href, headers, body }, (answer) => {
        signal.removeEventListener("abort", abort);
        if (answer.kind === "response") resolve(answer);
        else reject(failed(answer.message, answer.code));
      });
    });
  };

  const fetch = async (target: ConstructorParameters<typeof Request>[0], init: RequestInit = {}) => {
    const request = new Request(target, init);
    const { method, headers, signal, redirect } = request;
    let hop: Hop = { method, url: new URL(request.url), headers, body: request.content };
    for (let redirects = 0; ; redirects += 1) {
      if (!/^https?:$/.test(hop.url.protocol)) throw failed("unknown scheme");
      const answer = await send(hop, signal);
      const next = redirect === "manual" ? undefined : nextHop(hop, answer, HostHeaders);
      if (next === undefined) {
        const empty = hop.method === "HEAD" || answer.status === 204 || answer.status === 304;
        const received = { url: hop.url.href, redirected: redirects > 0 };
        return new Response(empty ? null : answer.body, { status: answer.status, headers: answer.headers }, received);
      }
      if (redirect === "error") throw failed("unexpected redirect");
      if (redirects === mostRedirects) throw failed("redirect count exceeded");
      hop = next;
    }
  };
  return { fetch, Headers: HostHeaders, Request, Response };
}
