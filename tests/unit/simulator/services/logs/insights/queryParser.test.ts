// The grammar of Logs Insights queries: what is taken, and where a mistake is said to be.
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../../../../simulator/service";
import { parseQuery } from "../../../../../../simulator/services/logs/insights/queryParser";

function refusal(query: string): string {
  try {
    parseQuery(query);
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

describe("queries of AWS's documents", () => {
  it.each([
    "fields @timestamp, @message | sort @timestamp desc | limit 25",
    "filter @message like /Exception/ | stats count(*) as exceptionCount by bin(5m) | sort exceptionCount desc",
    "stats avg(@duration), max(@duration), min(@duration) by bin(5m)",
    'filter @type = "REPORT" | stats max(@memorySize / 1000 / 1000) as provisonedMemoryMB, min(@maxMemoryUsed / 1000 / 1000) as smallest',
    'parse @message "user=*, method:*, latency := *" as @user, @method, @latency | stats avg(@latency) by @method, @user',
    "parse @message /user=(?<user2>.*?), method:(?<method2>.*?), latency := (?<latency2>.*?)/ | stats avg(latency2) by @method2, @user2",
    "fields f1, f2, f3 | filter f1 like /(?i)Exception/",
    'fields f1, f2, f3 | filter f1 not like "Exception"',
    "fields f1 | filter f1 =~ /^(?i)Exception$/",
    "filter logGroup in [\"example_group\", 'other']",
    "fields @timestamp, server, severity, message | sort @timestamp asc | dedup server, severity",
    "fields `foo-bar`, action, abs(f3-f4)",
    "stats count(*) as n by x | stats max(n) by y | sort y | limit 2",
    "# a comment\nfields a # another\n| display a",
    "stats pct(@duration, 99) by datefloor(@timestamp, 1h)",
    "filter (a = 1 or b > 2) and not ispresent(c) and -a < 2 ^ 3 % 2",
    "fields requestParameters.instancesSet.items.0.instanceId",
  ])("%s", (query) => {
    expect(refusal(query)).toBe("accepted");
  });
});

describe("a mistake is named with its place", () => {
  it.each([
    [
      "",
      "expected a command (fields, display, filter, stats, sort, limit, parse, dedup), got the end of the query (characters 0 to 0)",
    ],
    [
      "fields a |",
      "expected a command (fields, display, filter, stats, sort, limit, parse, dedup), got the end of the query (characters 10 to 10)",
    ],
    [
      "FIELDS a",
      "expected a command (fields, display, filter, stats, sort, limit, parse, dedup), got FIELDS (characters 0 to 6)",
    ],
    ["fields a b", 'expected "|" or the end of the query, got b (characters 9 to 10)'],
    ["fields a,", "expected a field, a value or a function, got the end of the query (characters 9 to 9)"],
    ["filter a = ", "expected a field, a value or a function, got the end of the query (characters 11 to 11)"],
    ["filter a == 1", "expected a field, a value or a function, got = (characters 10 to 11)"],
    ["filter a like b", "expected a text or a regular expression between slashes, got b (characters 14 to 15)"],
    ["filter a like /x", "a regular expression must end with / (characters 14 to 15)"],
    [
      "filter a like /(/",
      "/(/ is no regular expression: SyntaxError: Invalid regular expression: /(/: Unterminated group (characters 14 to 17)",
    ],
    ["filter a not b", 'expected "like" or "in" after "not", got b (characters 13 to 14)'],
    ["filter (a = 1", 'expected ")", got the end of the query (characters 13 to 13)'],
    ["filter a in (1)", 'expected "[", got ( (characters 12 to 13)'],
    ["filter nonsense(a)", "there is no function nonsense() (characters 7 to 15)"],
    ["filter substr(a)", "substr() takes 2 to 3 arguments, got 1 (characters 7 to 16)"],
    ["fields count(*)", "count() can stand in a stats command only (characters 7 to 12)"],
    ["stats nonsense(a)", "there is no aggregation nonsense() (characters 6 to 14)"],
    ["stats count(*) by bin(5)", "expected a period such as 5m, got 5 (characters 22 to 23)"],
    ["stats count(*) by bin(5x)", "expected a period such as 30s, 5m, 1h or 1d, got 5x (characters 22 to 24)"],
    ["stats pct(a, 101)", "expected a number from 0 to 100, got 101 (characters 13 to 16)"],
    ["sort a down", 'expected "|" or the end of the query, got down (characters 7 to 11)'],
    ["limit 0", "expected a whole number from 1 to 10000, got 0 (characters 6 to 7)"],
    ["limit 10001", "expected a whole number from 1 to 10000, got 10001 (characters 6 to 11)"],
    ['parse @message "a=*, b=*" as a', "2 * must have as many names, got 1 (characters 15 to 25)"],
    [
      "parse @message /a=(.*)/",
      "the regular expression must name its groups, as (?<user>.*) does (characters 15 to 23)",
    ],
    ["fields foo-bar | fields a$b", "unexpected character $ (characters 25 to 26)"],
    ["dedup a | sort b", "only limit may follow dedup, got sort (characters 10 to 16)"],
    [
      "stats count(*) | stats count(*) | stats count(*)",
      "there may be two stats commands, got a third (characters 34 to 48)",
    ],
    [
      "sort a | stats count(*) by a | stats count(*)",
      "with two stats commands sort must stand after the second (characters 0 to 6)",
    ],
  ])("%s", (query, message) => {
    expect(refusal(query)).toBe(`MalformedQueryException: ${message}`);
  });

  it("gives the place as the API does", () => {
    expect(() => parseQuery("fields a b")).toThrow(
      expect.objectContaining({
        members: {
          queryCompileError: {
            location: { startCharOffset: 9, endCharOffset: 10 },
            message: 'expected "|" or the end of the query, got b (characters 9 to 10)',
          },
        },
      }),
    );
  });
});

describe("what AWS has and the simulator has not", () => {
  it.each([
    ["pattern @message", "the command pattern (characters 0 to 7)"],
    ["fields jsonParse(@message)", "the function jsonParse() (characters 7 to 16)"],
    ["stats count(*) by bin(1mo)", "periods of months, quarters and years such as 1mo (characters 22 to 25)"],
    ["stats max(a) - min(a)", "expressions around aggregations (characters 13 to 14)"],
    ["stats max(a) as b, b - 1", "expressions around aggregations (characters 19 to 20)"],
  ])("%s", (query, what) => {
    expect(refusal(query)).toBe(`SimulatorUnsupportedQuery: the simulator's Logs Insights does not have ${what}`);
  });
});
