// Requests about a command that was accepted: how far it is, and that it shall not be done.
import { type CommandStatus, endStates } from "../commands/status";
import type { ApiRequest } from "./apiRequest";
import type { ApiResponse } from "./apiResponse";
import type { CommandApiTools } from "./commandApiTools";
import { RequestProblem } from "./problem";

/** Parked work waits for a person, or for a dependency that is away: seconds until it makes sense to look again. */
const parkedSeconds = 60;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The status, with `Retry-After` as long as something may still happen.
 *
 * @throws RequestProblem when there is no such command, or it is somebody else's: 404
 */
export async function commandStatus(
  id: string,
  request: ApiRequest,
  commands: CommandApiTools,
  retryAfterSeconds: number,
): Promise<ApiResponse> {
  return statusResponse(await readable(id, request, commands), retryAfterSeconds);
}

/**
 * Cancels a command that has not begun.
 *
 * @returns 200 and its status, also where it was cancelled before
 * @throws RequestProblem when there is no such command (404), or it has begun (409)
 */
export async function cancelCommand(id: string, request: ApiRequest, commands: CommandApiTools): Promise<ApiResponse> {
  await readable(id, request, commands);
  if (!(await commands.cancel(id))) {
    throw new RequestProblem(409, "Conflict", "The command has begun, and cannot be cancelled any more.");
  }
  return statusResponse(await readable(id, request, commands), parkedSeconds);
}

function statusResponse(status: CommandStatus, retryAfterSeconds: number): ApiResponse {
  const wait = status.status === "parked" ? parkedSeconds : retryAfterSeconds;
  const ended = endStates.includes(status.status);
  return {
    status: 200,
    headers: { "cache-control": "no-store", ...(ended ? {} : { "retry-after": String(wait) }) },
    body: status,
  };
}

async function readable(id: string, request: ApiRequest, commands: CommandApiTools): Promise<CommandStatus> {
  const found = uuid.test(id) ? await commands.status(id) : undefined;
  if (found === undefined || !mayRead(request, found.owner)) {
    throw new RequestProblem(404, "Not Found", "There is no command with this id.");
  }
  return found.status;
}

/**
 * Users see their own commands, and AWS identities, which are operators and services, all of them. Ids that were made of an idempotency key can
 * be guessed with the key, so that knowing an id proves nothing.
 */
function mayRead({ principal, callerArn }: ApiRequest, owner: string | undefined): boolean {
  return callerArn !== undefined || owner === principal;
}
