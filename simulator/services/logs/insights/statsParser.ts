// Reads the `stats` command of a Logs Insights query.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html
import { isAggregation } from "./aggregations";
import { parseAlias, parseColumns } from "./columns";
import { parseExpression } from "./expressionParser";
import { isFunction } from "./functions";
import { malformedQuery, unsupportedQuery } from "./malformedQuery";
import type { Command, Expression, Statistic } from "./query";
import type { Scanner } from "./scanner";

/** `function(field) [as alias], ... [by expression [as alias], ...]` */
export function parseStats(scanner: Scanner): Command {
  const statistics = [parseStatistic(scanner)];
  while (scanner.skipSymbol(",")) statistics.push(parseStatistic(scanner));
  return { kind: "stats", statistics, by: scanner.skipWord("by") ? parseColumns(scanner) : [] };
}

function parseStatistic(scanner: Scanner): Statistic {
  const token = scanner.peek();
  const { text: aggregation, start } = token;
  if (token.kind !== "name") throw scanner.unexpected("an aggregation such as count(*)");
  scanner.take();
  if (!isAggregation(aggregation)) {
    const called = scanner.isSymbol("(") && !isFunction(aggregation);
    throw called
      ? malformedQuery(`there is no aggregation ${aggregation}()`, token)
      : unsupportedQuery("expressions around aggregations", token);
  }
  scanner.expectSymbol("(");
  const of = parseOperand(scanner, aggregation === "count");
  const percent = aggregation === "pct" ? parsePercent(scanner) : undefined;
  scanner.expectSymbol(")");
  if (scanner.isSymbol("+", "-", "*", "/", "^", "%")) {
    throw unsupportedQuery("expressions around aggregations", scanner.peek());
  }
  const written = scanner.query.slice(start, scanner.lastEnd);
  const name = parseAlias(scanner) ?? written;
  return { name, aggregation, ...(of === undefined ? {} : { of }), ...(percent === undefined ? {} : { percent }) };
}

/** count(*) and count() count all lines. */
function parseOperand(scanner: Scanner, counts: boolean): Expression | undefined {
  if (counts && (scanner.skipSymbol("*") || scanner.isSymbol(")"))) return undefined;
  return parseExpression(scanner);
}

function parsePercent(scanner: Scanner): number {
  scanner.expectSymbol(",");
  const token = scanner.peek();
  const percent = Number(token.text);
  if (token.kind !== "number" || percent < 0 || percent > 100) throw scanner.unexpected("a number from 0 to 100");
  scanner.take();
  return percent;
}
