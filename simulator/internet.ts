// Hosts outside AWS: what a function's HTTP request reaches when the name is not one of AWS's.

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A failure below HTTP, such as ECONNREFUSED. */
export interface NetworkFailure {
  readonly networkError: string;
  readonly message: string;
}

export type HttpReply = (response: HttpResponse | NetworkFailure) => void;

/** Answers a request now or later in virtual time, or never. */
export type HttpHost = (request: HttpRequest, reply: HttpReply) => void;

/** The hosts that a test registered. */
export class Internet {
  private readonly hosts = new Map<string, HttpHost>();

  /** @param name host name, with a port when it is not the protocol's own: "payments.example" */
  register(name: string, host: HttpHost): void {
    this.hosts.set(name, host);
  }

  request(request: HttpRequest, reply: HttpReply): void {
    const host = this.hosts.get(request.url.host);
    if (host === undefined) {
      const name = request.url.hostname;
      reply({ networkError: "ENOTFOUND", message: `getaddrinfo ENOTFOUND ${name}` });
      return;
    }
    host(request, reply);
  }
}
