// Which commands may follow which in a Logs Insights query.
import { malformedQuery } from "./malformedQuery";
import type { PlacedCommand } from "./query";

/**
 * Of `dedup`: only `limit` may follow it. Of `stats`: there are at most two, and with two `sort` and `limit` stand after the second
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Dedup.html,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html).
 */
export function checkOrder(commands: readonly PlacedCommand[]): void {
  const places = (kind: string) => commands.flatMap(({ command }, index) => (command.kind === kind ? [index] : []));
  const [dedup] = places("dedup");
  for (const { command, place } of dedup === undefined ? [] : commands.slice(dedup + 1)) {
    if (command.kind !== "limit") throw malformedQuery(`only limit may follow dedup, got ${command.kind}`, place);
  }
  const stats = places("stats");
  const [third] = stats.slice(2).flatMap((index) => commands[index] ?? []);
  if (third !== undefined) throw malformedQuery("there may be two stats commands, got a third", third.place);
  const second = stats[1];
  for (const { command, place } of second === undefined ? [] : commands.slice(0, second)) {
    if (command.kind === "sort" || command.kind === "limit") {
      throw malformedQuery(`with two stats commands ${command.kind} must stand after the second`, place);
    }
  }
}
