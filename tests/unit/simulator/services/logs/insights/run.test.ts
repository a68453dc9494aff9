// What Logs Insights queries answer.
import { describe, expect, it } from "vitest";
import { insightsWorld } from "./insightsWorld";

const requestId = "11111111-2222-4333-8444-555555555555";
const report = (milliseconds: number, rest = "") =>
  `REPORT RequestId: ${requestId}\tDuration: ${milliseconds.toFixed(2)} ms\tBilled Duration: ${milliseconds + 1} ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB${rest}\n`;

function orders() {
  const world = insightsWorld();
  world.write(
    { level: "INFO", work_id: "a", amount: 10, customer: { name: "Ann" } },
    { level: "ERROR", work_id: "b", amount: 2, paid: false },
    { level: "ERROR", work_id: "a", amount: 30.5, items: ["book", { title: "Emma" }] },
  );
  return world;
}

describe("a line's fields", () => {
  it("are those of its JSON, nested ones with a dot", () => {
    const { query } = orders();
    expect(query("filter ispresent(customer.name) | display customer.name, level")).toEqual([
      { "customer.name": "Ann", level: "INFO" },
    ]);
    expect(query("filter items.1.title = 'Emma' | display items.0")).toEqual([{ "items.0": "book" }]);
    expect(query("filter paid = 0 | display paid")).toEqual([{ paid: "0" }]);
  });

  it("are those of the first JSON in a line of text, and its request id", () => {
    const { write, query } = insightsWorld();
    write(`2026-01-01T00:00:00.000Z\t${requestId}\tINFO\tgot {"a": "}", "b": {"c": 1}} and {"a": 2}`);
    expect(query("display a, b.c, @requestId, @log, @logStream, @timestamp")).toEqual([
      {
        a: "}",
        "b.c": "1",
        "@requestId": requestId,
        "@log": "123456789012:/aws/lambda/charge",
        "@logStream": "stream",
        "@timestamp": "2026-01-01 00:00:00.000",
      },
    ]);
  });

  it("are those of Lambda's report", () => {
    const { write, query } = insightsWorld();
    write(`START RequestId: ${requestId} Version: $LATEST\n`, report(12.5, "\tInit Duration: 200.25 ms"));
    const names = "@type, @requestId, @duration, @billedDuration, @initDuration, @memorySize, @maxMemoryUsed";
    expect(query(`display ${names} | sort @timestamp`)).toEqual([
      { "@type": "START", "@requestId": requestId },
      {
        "@type": "REPORT",
        "@requestId": requestId,
        "@duration": "12.5",
        "@billedDuration": "13.5",
        "@initDuration": "200.25",
        "@memorySize": "128000000",
        "@maxMemoryUsed": "64000000",
      },
    ]);
  });

  it("of a report without a cold start have none", () => {
    const { write, query } = insightsWorld();
    write(report(1));
    expect(query("filter ispresent(@initDuration)")).toEqual([]);
  });
});

describe("commands", () => {
  it("show the newest lines first, with time and message, when nothing else is said", () => {
    const { write, query } = insightsWorld();
    write("one", "two");
    expect(query('filter @message like "o"')).toEqual([
      { "@timestamp": "2026-01-01 00:00:01.000", "@message": "two" },
      { "@timestamp": "2026-01-01 00:00:00.000", "@message": "one" },
    ]);
  });

  it("filter, sort and limit", () => {
    const { query } = orders();
    expect(query("filter level = 'ERROR' | sort amount | display amount")).toEqual([
      { amount: "2" },
      { amount: "30.5" },
    ]);
    expect(query("sort amount desc | limit 1 | display amount")).toEqual([{ amount: "30.5" }]);
    expect(query("filter work_id in ['b', 'c'] | display work_id")).toEqual([{ work_id: "b" }]);
    expect(query("filter level not like /(?i)^err/ | display work_id")).toEqual([{ work_id: "a" }]);
    expect(query("filter not (level = 'ERROR') or amount >= 30 | sort amount | display amount")).toEqual([
      { amount: "10" },
      { amount: "30.5" },
    ]);
  });

  it("take what is missing for unequal to everything, and for neither more nor less", () => {
    const { query } = orders();
    expect(query("filter paid != 1 | stats count(*) as n")).toEqual([{ n: "3" }]);
    expect(query("filter paid < 1 | stats count(*) as n")).toEqual([{ n: "1" }]);
    expect(query("filter nothing = nothing_else or nothing in [nothing_else]")).toEqual([]);
  });

  it("count and group", () => {
    const { query } = orders();
    expect(
      query("stats count(*) as n, sum(amount), avg(amount), min(amount), max(amount) by work_id | sort work_id"),
    ).toEqual([
      {
        work_id: "a",
        n: "2",
        "sum(amount)": "40.5",
        "avg(amount)": "20.25",
        "min(amount)": "10",
        "max(amount)": "30.5",
      },
      { work_id: "b", n: "1", "sum(amount)": "2", "avg(amount)": "2", "min(amount)": "2", "max(amount)": "2" },
    ]);
    expect(query("stats count(paid), count_distinct(work_id), latest(amount), earliest(amount)")).toEqual([
      { "count(paid)": "1", "count_distinct(work_id)": "2", "latest(amount)": "30.5", "earliest(amount)": "10" },
    ]);
    expect(query("filter amount > 100 | stats count(*)")).toEqual([]);
  });

  it("put lines into bins of time", () => {
    const { world, write, query } = insightsWorld();
    write("one", "two");
    world.run(300_000);
    write("three");
    expect(query("stats count(*) as n by bin(5m) as start | sort start")).toEqual([
      { start: "2026-01-01 00:00:00.000", n: "2" },
      { start: "2026-01-01 00:05:00.000", n: "1" },
    ]);
  });

  it("give percentiles", () => {
    const { write, query } = insightsWorld();
    write(...Array.from({ length: 100 }, (_, index) => report(index + 1)));
    expect(query('filter @type = "REPORT" | stats pct(@duration, 50) as p50, pct(@duration, 99) as p99')).toEqual([
      { p50: "50", p99: "99" },
    ]);
  });

  it("parse with a glob and with a regular expression", () => {
    const { write, query } = insightsWorld();
    write("user=ann, took 12 ms (a.b)", "something else");
    expect(
      query(
        'parse @message "user=*, took * ms (*)" as user, took, what | filter ispresent(user) | display user, took, what',
      ),
    ).toEqual([{ user: "ann", took: "12", what: "a.b" }]);
    expect(
      query(
        "parse @message /user=(?<user>\\w+), took (?<took>\\d+)/ | stats sum(took) as sum by user | filter sum > 0",
      ),
    ).toEqual([{ user: "ann", sum: "12" }]);
  });

  it("keep one line of each kind, the first in order", () => {
    const { query } = orders();
    expect(query("fields work_id, amount | sort amount desc | dedup work_id")).toEqual([
      { work_id: "a", amount: "30.5" },
      { work_id: "b", amount: "2" },
    ]);
  });

  it("compute with functions and operators", () => {
    const { write, query } = insightsWorld();
    write({ a: 2, b: "x y", c: " t " });
    const fields = [
      "a ^ 3 - 1 as power",
      "-a % 2 as rest",
      "greatest(a, 5) as most",
      "coalesce(nothing, b) as first",
      "concat(b, '!') as joined",
      "toupper(substr(b, 2)) as last",
      "strlen(trim(c)) as length",
      "replace(b, ' ', '-') as dashed",
      "strcontains(b, 'x') as has",
      "isempty(nothing) as missing",
      "datefloor(@timestamp, 1d) as day",
      "a / 0 as endless",
    ];
    expect(query(`fields ${fields.join(", ")}`)).toEqual([
      {
        power: "7",
        rest: "0",
        most: "5",
        first: "x y",
        joined: "x y!",
        last: "Y",
        length: "1",
        dashed: "x-y",
        has: "1",
        missing: "1",
        day: "2026-01-01 00:00:00.000",
      },
    ]);
  });
});
