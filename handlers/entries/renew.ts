// The renewer as Lambda loads it. Environment: RESPOOL_CONFIG (RenewConfig).
import { dynamoDbApi, s3Api } from "../aws";
import type { RenewConfig } from "../config";
import { createRenew } from "../renew";
import { clientsOfEnvironment, configFromEnvironment } from "./environment";

export const handler = createRenew(configFromEnvironment<RenewConfig>(), {
  ...clientsOfEnvironment(),
  s3: s3Api(),
  dynamoDb: dynamoDbApi(),
});
