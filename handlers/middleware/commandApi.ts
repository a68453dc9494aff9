// The middleware of an API of commands: it accepts them, tells their status, and cancels what has not begun. What the program writes is a check.
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import type { CommandOf } from "../commands/command";
import { got } from "../validate";
import { apiMiddleware } from "./api";
import type { ApiResponse } from "./apiResponse";
import { type MiddlewareTools, toolsOf } from "./attempt";
import { acceptOperation, basePathOf } from "./commandApiAccept";
import type { CommandApiPackage } from "./commandApiPackage";
import { cancelCommand, commandStatus } from "./commandApiStatus";
import { type CommandApiTools, commandApiTools } from "./commandApiTools";
import { type ApiMiddlewareConfig, type CommandApiMiddlewareConfig, readMiddlewareConfig } from "./config";
import { RequestProblem } from "./problem";
import { asError, errorClassOf } from "./telemetry";
import type { WorkContext } from "./workContext";

/**
 * Whether a command may be accepted: it throws an error of the component's `clientErrors` where not. Nothing is queued then. Anything it returns is
 * a server error, since `false` would look like a refusal.
 *
 * The context's work has the command's id.
 */
export type CommandCheck<Commands> = (
  command: CommandOf<Commands>,
  context: WorkContext,
) => undefined | void | Promise<void>;

type AnyCheck = CommandCheck<Readonly<Record<string, unknown>>>;

/**
 * What the packaging puts around the component's check.
 *
 * @throws when a factory made none: the component has seen the factory alone
 */
export function wrap(check: AnyCheck, data: CommandApiPackage) {
  if (typeof check !== "function") throw new Error(`[checkFactory] must make a function, got ${got(check)}`);
  const config = readMiddlewareConfig<CommandApiMiddlewareConfig>();
  return commandApiMiddleware(check, data, config, { ...toolsOf(config), commands: commandApiTools(config, data) });
}

/**
 * Answers as `apiMiddleware` does. What AWS refuses is a 503 that may be tried again: a command that was not told to be accepted is accepted
 * by the next attempt with the same `Idempotency-Key`, once.
 */
export function commandApiMiddleware(
  check: AnyCheck,
  data: CommandApiPackage,
  { clientErrors, operations }: Pick<ApiMiddlewareConfig, "clientErrors" | "operations">,
  tools: MiddlewareTools & { readonly commands: CommandApiTools },
) {
  const { commands } = tools;
  const { maxBytes, retryAfterSeconds } = data;
  return (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
    const answer = apiMiddleware<unknown>(
      async (request, workContext): Promise<ApiResponse> => {
        try {
          // Clients may write it in either case (https://www.rfc-editor.org/rfc/rfc9562#section-4).
          const id = (request.pathParameters.commandId ?? "").toLowerCase();
          const { operationId } = request;
          if (Object.hasOwn(data.operations, operationId)) {
            return await acceptOperation({ check, data, commands }, request, workContext, basePathOf(event));
          }
          if (operationId === "getCommand") return await commandStatus(id, request, commands, retryAfterSeconds);
          if (operationId === "cancelCommand") return await cancelCommand(id, request, commands);
        } catch (thrown) {
          const error = asError(thrown);
          throw Object.hasOwn(clientErrors, error.name) ? error : refusalOf(error, retryAfterSeconds);
        }
        throw new Error(`the API has no operation ${request.operationId}`);
      },
      { clientErrors, operations, maxBytes },
      tools,
    );
    return answer(event, context);
  };
}

/** What a client is told of the library's own errors. */
function refusalOf(error: Error, retryAfterSeconds: number): Error {
  if (error.name === "CommandKeyReused") {
    return new RequestProblem(422, "Unprocessable Content", "The Idempotency-Key was used for another request.");
  }
  if (error.name === "CommandTooLarge") {
    return new RequestProblem(413, "Content Too Large", "The command has more data than a message takes.");
  }
  if (errorClassOf(error) === "AwsError") {
    const detail = "The request could not be completed. It may succeed later.";
    return new RequestProblem(503, "Service Unavailable", detail, retryAfterSeconds, { cause: error });
  }
  return error;
}
