// The log groups of several components.
import type * as pulumi from "@pulumi/pulumi";
import type { Observed } from "./observed";

/** A query reads at most so many (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html). */
const mostLogGroups = 50;

/** @throws when a query could not read them all */
export function logGroupNamesOf(components: readonly Observed[]): pulumi.Output<string>[] {
  const names = components.flatMap(({ observed }) => observed.logGroupNames ?? []);
  if (names.length > mostLogGroups) {
    throw new Error(
      `[components] may have at most ${mostLogGroups} log groups together, which a query reads, got ${names.length}: show some of them elsewhere`,
    );
  }
  return names;
}
