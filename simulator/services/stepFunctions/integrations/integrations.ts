// The service integrations that the simulator has.
import { dynamoDbItems } from "./dynamoDb";
import { eventsPutEvents } from "./eventBridge";
import type { Integration } from "./integration";
import { lambdaFunction } from "./lambdaFunction";
import { lambdaInvoke } from "./lambdaInvoke";
import { sdkIntegration } from "./sdkIntegration";
import { snsPublish } from "./snsPublish";
import { sqsSendMessage } from "./sqsSendMessage";
import { statesStartExecution } from "./startExecution";

export const integrations: readonly Integration[] = [
  lambdaInvoke,
  lambdaFunction,
  sqsSendMessage,
  snsPublish,
  ...dynamoDbItems,
  eventsPutEvents,
  statesStartExecution,
  sdkIntegration,
];

/** The integration behind a Task's Resource. */
export function integrationOf(resource: string): Integration | undefined {
  return integrations.find((integration) => integration.handles(resource));
}
