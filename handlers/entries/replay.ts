// The launcher's replay function as Lambda loads it. Environment: RESPOOL_CONFIG (ReplayConfig).
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { s3Api, timeouts } from "../aws";
import type { ReplayConfig } from "../config";
import { createReplay } from "../replay";
import { dynamoDbShards } from "../replay/dynamoDbShards";
import { kinesisShards } from "../replay/kinesisShards";
import { streamReader } from "../replay/streams";
import { clientsOfEnvironment, configFromEnvironment } from "./environment";

/** Longer than any function runs, so that none is given up and invoked a second time at once: that is for the launcher to decide. */
const LONGEST_INVOCATION_MS = 920_000;
const lambda = new LambdaClient({ maxAttempts: 1, requestHandler: timeouts(LONGEST_INVOCATION_MS) });

export const handler = createReplay(configFromEnvironment<ReplayConfig>(), {
  ...clientsOfEnvironment(),
  lambda: { invoke: (input) => lambda.send(new InvokeCommand(input)) },
  s3: s3Api(),
  streams: streamReader((service) => (service === "dynamodb" ? dynamoDbShards() : kinesisShards())),
});
