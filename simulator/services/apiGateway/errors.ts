// The errors of the API Gateway API, and what the simulator's one does not have.
import { AwsError } from "../../service";

export function badRequest(message: string): AwsError {
  return new AwsError("BadRequestException", message, 400);
}

export function notFound(kind: "API" | "Deployment" | "Stage"): AwsError {
  const identifier = kind === "Stage" ? "Invalid stage identifier specified" : `Invalid ${kind} identifier specified`;
  return new AwsError("NotFoundException", identifier, 404);
}

/** Something of API Gateway that the simulator does not have. */
export function unsupported(argument: string, value: unknown, has: string): AwsError {
  const message = `the simulator's API Gateway does not have [${argument}] ${JSON.stringify(value)}; it has ${has}`;
  return new AwsError("SimulatorUnsupportedArgument", message, 501);
}
