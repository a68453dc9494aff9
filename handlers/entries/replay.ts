// The launcher's replay function as Lambda loads it. Environment: RESPOOL_CONFIG (ReplayConfig).
import { s3Api } from "../aws";
import type { ReplayConfig } from "../config";
import { createReplay } from "../replay";
import { dynamoDbShards } from "../replay/dynamoDbShards";
import { kinesisShards } from "../replay/kinesisShards";
import { lambdaApi } from "../replay/lambda";
import { streamReader } from "../replay/streams";
import { clientsOfEnvironment, configFromEnvironment } from "./environment";

export const handler = createReplay(configFromEnvironment<ReplayConfig>(), {
  ...clientsOfEnvironment(),
  lambda: lambdaApi(),
  s3: s3Api(),
  streams: streamReader((service) => (service === "dynamodb" ? dynamoDbShards() : kinesisShards())),
});
