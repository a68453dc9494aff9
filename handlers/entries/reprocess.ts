// The reprocess function as Lambda loads it. Environment: RESPOOL_CONFIG (ReprocessConfig), MAX_REPROCESS.
import { dynamoDbApi, s3Api } from "../aws";
import type { ReprocessConfig } from "../config";
import { createReprocess } from "../reprocess";
import { wholeNumber } from "../validate";
import { clientsOfEnvironment, configFromEnvironment } from "./environment";

const { MAX_REPROCESS } = process.env;

export const handler = createReprocess(
  {
    ...configFromEnvironment<ReprocessConfig>(),
    ...(MAX_REPROCESS && { max: wholeNumber("MAX_REPROCESS", Number(MAX_REPROCESS), 1, 100_000) }),
  },
  { ...clientsOfEnvironment(), s3: s3Api(), dynamoDb: dynamoDbApi() },
);
