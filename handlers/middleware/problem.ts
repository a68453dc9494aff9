// What a client is told of an error: problem details (RFC 9457, https://www.rfc-editor.org/rfc/rfc9457), and whether to try again.

export interface Problem {
  /** A URI that names the kind of problem; `about:blank` where the status says all. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** A URI that names this occurrence: the request's id, to be found in logs. */
  readonly instance: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
}

/** A request that is refused: by the client's own fault, or, with a status of 500 or more, by the server's. Its text is for the client. */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";
  readonly members?: Readonly<Record<string, unknown>>;

  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    /** Seconds after which the same request may succeed; undefined where it never will. */
    readonly retryAfter?: number,
    { members, cause }: RequestProblemOptions = {},
  ) {
    super(detail, { cause });
    this.members = members;
  }
}

interface RequestProblemOptions {
  /** Members of the problem beside the standard's, for the client. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** What went wrong on the server's side, for the logs. */
  readonly cause?: Error;
}

/** A declared error's own kind of problem. */
export function problemType(errorName: string): string {
  return `urn:problem:${encodeURIComponent(errorName)}`;
}

/** API Gateway's request ids are UUIDs. */
export function instanceOf(requestId: string): string {
  return `urn:uuid:${requestId}`;
}
