// The event bus that every account has in each region.

/** @param arn of anything in the account and region */
export function defaultBusBeside(arn: string): string {
  const [scheme, partition, , region, account] = arn.split(":");
  return [scheme, partition, "events", region, account, "event-bus/default"].join(":");
}
