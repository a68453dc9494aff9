// The service integrations that the simulator has.
import type { Integration } from "./integration";
import { lambdaFunction } from "./lambdaFunction";
import { lambdaInvoke } from "./lambdaInvoke";
import { sdkSqs } from "./sdkSqs";
import { sqsSendMessage } from "./sqsSendMessage";

export const integrations: readonly Integration[] = [lambdaInvoke, lambdaFunction, sqsSendMessage, sdkSqs];

/** The integration behind a Task's Resource. */
export function integrationOf(resource: string): Integration | undefined {
  return integrations.find((integration) => integration.handles(resource));
}
