// What every component around a handler lets a program say about the handler's middleware.
import * as pulumi from "@pulumi/pulumi";
import type { MiddlewareConfig } from "../handlers/middleware/config";
import type { IdempotencyArgs } from "./idempotency";
import { matching, nonEmpty } from "./validate";

/** Arguments about the middleware. */
export interface MiddlewareSettings {
  /**
   * Makes the handler idempotent by the work's id, so that neither a retry nor a redrive does work twice.
   *
   * @default none: every attempt runs the handler
   */
  readonly idempotency?: IdempotencyArgs;
  /** What logs and metrics call the function. @default the component's name */
  readonly service?: string;
  /** CloudWatch namespace of the metrics. @default "Respool" */
  readonly namespace?: string;
}

/**
 * What the middleware is told of them.
 *
 * @throws when a name is not allowed
 */
export function middlewareConfig(name: string, settings: MiddlewareSettings): pulumi.Output<MiddlewareConfig> {
  const service = nonEmpty("service", settings.service ?? name);
  const namespace = settings.namespace === undefined ? undefined : checkedNamespace(settings.namespace);
  return pulumi.output(settings.idempotency?.config).apply((idempotency) => ({
    service,
    ...(namespace === undefined ? {} : { namespace }),
    ...(idempotency === undefined ? {} : { idempotency }),
  }));
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html: "AWS/" is for AWS's own. */
function checkedNamespace(namespace: string): string {
  return matching(
    "namespace",
    namespace,
    /^(?!AWS\/)[0-9A-Za-z.\-_/#]{1,255}$/,
    `1 to 255 characters of 0-9, A-Z, a-z, ".", "-", "_", "/" and "#", not beginning with "AWS/"`,
  );
}
