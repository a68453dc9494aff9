// What an operation answers, as its clients read it.
import type { DeployedAuthorization } from "./authorization";
import type { ApiOperationShape, JsonSchema } from "./operation";

/** https://www.rfc-editor.org/rfc/rfc9457 */
export const problemSchema: JsonSchema = {
  type: "object",
  required: ["title", "instance", "retryable"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string" },
    retryable: { type: "boolean" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["pointer", "detail"],
        properties: { pointer: { type: "string" }, detail: { type: "string" } },
      },
    },
  },
};

interface Answering {
  readonly authorization: DeployedAuthorization;
  readonly clientErrors: Readonly<Record<string, { readonly status: number; readonly title: string }>>;
}

/** Of answers after which it makes sense to try again. */
export const retryAfterHeader = {
  description: "Seconds after which it makes sense to ask again.",
  schema: { type: "integer", minimum: 1 },
};

/** What API Gateway answers by itself so, it answers with the header. */
const retryable = ["429", "500", "504"];

/** By the kind of authorization, what API Gateway says to those who are not let in. */
const refusals: Readonly<Record<DeployedAuthorization["kind"], Readonly<Record<string, string>>>> = {
  none: {},
  iam: { "403": "Forbidden" },
  cognito: { "401": "Unauthorized", "403": "Forbidden" },
  lambda: { "401": "Unauthorized", "403": "Forbidden" },
};

/** Of requests that may have a body, whether or not the operation has one. */
const bodyRefusals = { "413": "Content Too Large", "415": "Unsupported Media Type" };

/** The program's answers, and what may go wrong where it says nothing else of the status. */
export function responsesOf(
  { method, responses: own = { "200": { description: "Success" } } }: ApiOperationShape,
  { authorization, clientErrors }: Answering,
): Readonly<Record<string, unknown>> {
  const titles = new Map<string, string>();
  for (const { status, title } of Object.values(clientErrors)) {
    const known = titles.get(String(status));
    titles.set(String(status), known === undefined ? title : `${known}; ${title}`);
  }
  for (const [status, title] of Object.entries({
    "400": "Bad Request",
    ...refusals[authorization.kind],
    ...(method === "GET" || method === "HEAD" ? {} : bodyRefusals),
    "429": "Too Many Requests",
    "500": "Internal Server Error",
    "504": "Gateway Timeout",
  })) {
    if (!titles.has(status)) titles.set(status, title);
  }
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  const declared = Object.values(clientErrors).map(({ status }) => String(status));
  const problems = [...titles].filter(([status]) => own[status] === undefined);
  const answers = problems.map(([status, description]) => {
    if (!retryable.includes(status)) return [status, { description, content }];
    // An error that the program declares with such a status is answered without the header.
    const required = !declared.includes(status);
    return [status, { description, headers: { "Retry-After": { ...retryAfterHeader, required } }, content }];
  });
  return { ...own, ...Object.fromEntries(answers) };
}
