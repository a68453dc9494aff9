// The function of an AutoRedrive as Lambda loads it. Environment: RESPOOL_CONFIG (OutcomesConfig).
import { dynamoDbApi } from "../autoRedrive/dynamoDb";
import { createOutcomes, type OutcomesConfig } from "../outcomes";
import { clientsOfEnvironment, configFromEnvironment } from "./environment";

export const handler = createOutcomes(configFromEnvironment<OutcomesConfig>(), {
  ...clientsOfEnvironment(),
  dynamoDb: dynamoDbApi(),
});
