// A request for a command, as the API accepts it: read, validated, checked, kept, queued, and answered before anything is done.
import type { APIGatewayProxyEvent } from "aws-lambda";
import { fingerprintOf } from "../commands/sendCommand";
import type { ApiRequest } from "./apiRequest";
import type { ApiResponse } from "./apiResponse";
import type { CommandCheck } from "./commandApi";
import { commandDataOf } from "./commandApiData";
import type { CommandApiPackage } from "./commandApiPackage";
import type { CommandApiTools } from "./commandApiTools";
import { RequestProblem } from "./problem";
import type { WorkContext } from "./workContext";

interface Accepting {
  readonly check: CommandCheck<Readonly<Record<string, unknown>>>;
  readonly data: CommandApiPackage;
  readonly commands: CommandApiTools;
}

/** More than a client can do anything with; a body may violate its schema in as many places as it has values. */
const shownViolations = 50;

/**
 * Accepts the command of an operation. Requests of one caller that carry the same `Idempotency-Key` are one command, with one answer, whatever
 * became of it; what was accepted is not checked again, since the check may see what the command did.
 *
 * @param basePath of the stage, as the client sees it
 * @returns 202, with the place of the status
 * @throws RequestProblem when the data is not what the schema says: 400, with each place
 */
export async function acceptOperation(
  { check, data: { operations, statusPath, retryAfterSeconds }, commands }: Accepting,
  request: ApiRequest,
  context: WorkContext,
  basePath: string,
): Promise<ApiResponse> {
  const { operationId, correlationId, principal } = request;
  const operation = operations[operationId];
  if (operation === undefined) throw new Error(`the API has no operation ${operationId}`);
  const { command: name, source } = operation;
  const data = commandDataOf(request);
  const key = request.headers["idempotency-key"];
  const id = key === undefined ? commands.newId() : commands.keyedId(callerOf(request), operationId, key);
  const time = new Date(commands.now()).toISOString();
  const known = key === undefined ? false : await commands.isKnown(id);
  if (!known) {
    checkData(commands, operationId, data);
    checked(await check({ id, name, time, data, correlationId }, { ...context, work: { ...context.work, id } }));
  }
  const { acceptedAt, created } = await commands.accept({
    id,
    name,
    source,
    time,
    data,
    correlationId,
    fingerprint: fingerprintOf(data),
    ...(principal === undefined ? {} : { owner: principal }),
  });
  context.logger.info(created ? "the command is accepted" : "the command was accepted before", {
    command_id: id,
    command_name: name,
  });
  return {
    status: 202,
    headers: { location: `${basePath}${statusPath}/${id}`, "retry-after": String(retryAfterSeconds) },
    body: { id, status: "accepted", acceptedAt },
  };
}

/**
 * A check that answers the question with `true` or `false` would accept what it means to refuse.
 *
 * @throws when it says anything
 */
function checked(said: unknown): void {
  if (said === undefined) return;
  // An object may be whatever the check looked at, which is none of the log's business.
  const plain = typeof said === "boolean" || typeof said === "number" || said === null;
  const shown = plain ? String(said) : `a value of type ${typeof said}`;
  throw new Error(`[check] must return nothing, and throw an error that [clientErrors] names to refuse, got ${shown}`);
}

function checkData(commands: CommandApiTools, operationId: string, data: unknown): void {
  const violations = commands.violations(operationId, data);
  if (violations.length === 0) return;
  const errors = violations.slice(0, shownViolations).map(({ path, detail }) => ({ pointer: path, detail }));
  throw new RequestProblem(400, "Bad Request", "The command's data is not what its schema says.", undefined, {
    members: { errors },
  });
}

/**
 * Whose keys they are: two callers may use the same one. Of a role it is the role, since each container, or instance, that a service is restarted in
 * has a session of its own, and repeats what the one before it was not answered.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
function callerOf({ principal, callerArn }: ApiRequest): string {
  return principal ?? callerArn?.replace(/^(arn:[^:]+:sts::\d+:assumed-role\/[^/]+)\/.*$/, "$1") ?? "anonymous";
}

/**
 * The path of the stage as the client sees it, without a slash at its end: behind a custom domain that is the mapping's base path, which the
 * event has nowhere by itself. `requestContext.path` is as the client wrote it in every case, so it is what is left of the operation's.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
 */
export function basePathOf({ resource, requestContext }: APIGatewayProxyEvent): string {
  const parts = partsOf(requestContext.path);
  return parts
    .slice(0, parts.length - partsOf(resource).length)
    .map((part) => `/${part}`)
    .join("");
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}
