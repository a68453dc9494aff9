// The answers of an API of commands, as its OpenAPI document describes them.
import type { JsonSchema } from "./openApi/operation";
import { retryAfterHeader } from "./openApi/operationResponses";

const time = { type: "string", format: "date-time" };
const id = { type: "string", format: "uuid" };
const states = ["accepted", "running", "succeeded", "failed", "parked", "cancelled"];
const state = { type: "string", enum: states };

/** Of RFC 9457's problem details, what is told of a command that failed. */
const reason = {
  type: "object",
  required: ["type", "title"],
  properties: { type: { type: "string" }, title: { type: "string" }, detail: { type: "string" } },
};

const step = {
  type: "object",
  required: ["key", "status"],
  properties: { key: { type: "string" }, status: state, id, result: {}, reason },
};

const commandStatus = {
  type: "object",
  required: ["id", "name", "status", "acceptedAt", "attempts"],
  properties: {
    id,
    name: { type: "string" },
    status: state,
    acceptedAt: time,
    startedAt: time,
    finishedAt: time,
    parkedAt: time,
    attempts: { type: "integer", minimum: 0 },
    progress: { type: "number", minimum: 0, maximum: 1 },
    message: { type: "string" },
    result: {},
    reason,
    steps: { type: "array", items: step },
  },
};

const accepted = {
  type: "object",
  required: ["id", "status", "acceptedAt"],
  properties: { id, status: { type: "string", enum: ["accepted"] }, acceptedAt: time },
};

/** By their names in the document. */
export const answerSchemas: Readonly<Record<"Accepted" | "CommandStatus", JsonSchema>> = {
  Accepted: accepted,
  CommandStatus: commandStatus,
};

const json = (name: keyof typeof answerSchemas) => ({
  "application/json": { schema: { $ref: `#/components/schemas/${name}` } },
});

function problem(description: string, retryable = false): object {
  return {
    description,
    ...(retryable ? { headers: { "Retry-After": { ...retryAfterHeader, required: true } } } : {}),
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}

const unavailable = problem("The request could not be completed. It may succeed later.", true);
const unknown = problem("There is no such command.");
/** Whatever has no command's id is not known; but a path that nobody can decode is none, nor is a key with a space. */
const unreadable = problem("The request's path, body or Idempotency-Key cannot be read.");

/** Of an operation that accepts a command. */
export const acceptedResponses: { readonly [status: string]: unknown } = {
  "202": {
    description: "The command is accepted, and its status is at Location",
    headers: {
      Location: { description: "Where the status is.", required: true, schema: { type: "string" } },
      "Retry-After": { ...retryAfterHeader, required: true },
    },
    content: json("Accepted"),
  },
  "400": problem("The request is not valid: `errors` has the places in the command's data."),
  "413": problem("The request's body has too many bytes."),
  "415": problem("The request's body is not JSON."),
  "422": problem("The Idempotency-Key was used for another request."),
  "503": unavailable,
};

/** Of the operation that tells the status. */
export const statusResponses: { readonly [status: string]: unknown } = {
  "200": {
    description: "The status; Retry-After where something may still happen",
    headers: { "Retry-After": retryAfterHeader },
    content: json("CommandStatus"),
  },
  "400": unreadable,
  "404": unknown,
  "503": unavailable,
};

/** Of the operation that cancels a command. */
export const cancelledResponses: { readonly [status: string]: unknown } = {
  "200": { description: "The command is cancelled, and never begins", content: json("CommandStatus") },
  "400": unreadable,
  "404": unknown,
  "409": problem("The command has begun."),
  "503": unavailable,
};
