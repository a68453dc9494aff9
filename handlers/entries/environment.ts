// What the library's own functions share when Lambda loads them: configuration, clients and logger, made once per environment.
import { inflateRawSync } from "node:zlib";
import { Logger } from "@aws-lambda-powertools/logger";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { sqsApi, stepFunctionsApi, timeouts } from "../aws";
import { DEFLATED } from "../config";
import { type Log, printMetrics } from "../telemetry";

/**
 * The configuration that the component put into RESPOOL_CONFIG. The handler's factory checks its content.
 *
 * @throws Error when the variable is missing or not JSON
 */
export function configFromEnvironment<Config>(): Config {
  const text = process.env.RESPOOL_CONFIG;
  try {
    return JSON.parse(text?.startsWith(DEFLATED) ? inflated(text.slice(DEFLATED.length)) : (text ?? ""));
  } catch {
    throw new Error(`[RESPOOL_CONFIG] must be the function's configuration as JSON, got ${text ?? "nothing"}`);
  }
}

function inflated(base64: string): string {
  return inflateRawSync(Buffer.from(base64, "base64")).toString("utf8");
}

/**
 * Clients of the AWS SDK, the logger, and metrics to standard output.
 *
 * A call that hangs is given up, and made again by the SDK; SQS's are given longer than its longest poll, 20 seconds.
 */
export function clientsOfEnvironment() {
  const log: Log = new Logger({ serviceName: "respool" });
  return {
    sqs: sqsApi(new SQSClient({ requestHandler: timeouts(30_000) })),
    stepFunctions: stepFunctionsApi(new SFNClient({ requestHandler: timeouts(10_000) })),
    log,
    metrics: printMetrics,
  };
}
