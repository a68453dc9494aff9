// The report: one page that stands alone.
import { describe, expect, it } from "vitest";
import { renderPlot, spells } from "../../../demo/plot";
import { escapeHtml, type Report, renderReport } from "../../../demo/report";
import { timeline } from "./builders";

const MINUTE = 60_000;
const run = timeline(
  120 * MINUTE,
  [
    { at: 0, spoolDepth: 0, health: "healthy" },
    { at: 30 * MINUTE, spoolDepth: 0, health: "maintenance" },
    { at: 100 * MINUTE, spoolDepth: 7, health: "maintenance" },
    { at: 110 * MINUTE, spoolDepth: 0, health: "healthy" },
  ],
  {
    charges: [0, MINUTE, 119 * MINUTE],
    marks: [
      { kind: "alarm", at: 40 * MINUTE },
      { kind: "redrive", at: 105 * MINUTE },
      { kind: "cleared", at: 110 * MINUTE },
    ],
  },
);

const summary = {
  submitted: 3,
  completed: 3,
  spooled: 7,
  redriven: 7,
  poisoned: 0,
  lost: 0,
  duplicated: 0,
  attempts: 1234,
  simulatedSeconds: 7200,
  wallSeconds: 1.25,
  eventHash: "0123456789abcdef0123",
};

const gentle = { mostInFlight: 5, probesPerMinute: 1, redriveSeconds: 1385.9, shortestSeconds: 1200, ratio: 1.155 };

function report(changes: Partial<Report> = {}): string {
  return renderReport({
    timeline: run,
    story: [],
    summary,
    input: "orders.jsonl",
    skippedLines: 0,
    seed: 7,
    ...changes,
  });
}

describe("spells", () => {
  it("joins samples of the same health", () => {
    expect(spells(run)).toEqual([
      { health: "healthy", from: 0, until: 30 * MINUTE },
      { health: "maintenance", from: 30 * MINUTE, until: 110 * MINUTE },
      { health: "healthy", from: 110 * MINUTE, until: 120 * MINUTE },
    ]);
  });
});

describe("renderPlot", () => {
  it("says in words what it shows", () => {
    expect(renderPlot(run)).toContain(
      "In 2:00 hours there were 3 charges. The spool held at most 7 records, at 1:40, and the reprocess function ran 1 time.",
    );
    expect(renderPlot(run)).toContain('role="img" aria-labelledby="plot-title plot-description"');
  });

  it("draws a bar for each part with charges, an alarm, a run, and the provider's spells", () => {
    const plot = renderPlot(run);
    expect(plot.match(/class="charge"/g)).toHaveLength(2);
    expect(plot.match(/class="alarm"/g)).toHaveLength(1);
    expect(plot.match(/class="redrive"/g)).toHaveLength(1);
    expect(plot.match(/<rect class="(healthy|maintenance)"/g)).toHaveLength(3);
  });

  it("marks what a circuit breaker did, and says so in words", () => {
    const marks = (["opened", "probe", "probe", "closed"] as const).map((kind, index) => ({
      kind,
      at: (40 + index) * MINUTE,
    }));
    const plot = renderPlot({ ...run, marks });
    expect(plot.match(/<circle class="(opened|probe|closed)"/g)).toHaveLength(4);
    expect(plot).toContain("the circuit breaker opened 1 time, was half-open 2 times, and closed 1 time.");
    expect(report({ timeline: { ...run, marks } })).toContain("a small hollow one a probe");
  });

  it("draws numbers only, also of an empty run", () => {
    const empty = timeline(0, [{ at: 0, spoolDepth: 0, health: "healthy" }]);
    expect(renderPlot(empty)).not.toMatch(/NaN|Infinity|undefined/);
    expect(renderPlot(run)).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("renderReport", () => {
  it("loads nothing from anywhere", () => {
    expect(report()).not.toMatch(/<script|<link|@import|url\(|src=|https?:/);
  });

  it("has the closing table and the verdict", () => {
    expect(report()).toContain('<th scope="row">provider calls</th><td class="number">1,234</td>');
    expect(report()).toContain("Every order was charged once.");
    expect(report({ summary: { ...summary, lost: 1 } })).toContain("Not every order was charged once.");
  });

  it("shows how the provider was spared, and says when it was not", () => {
    const page = report({ summary: { ...summary, gentle } });
    expect(page).toContain('<th scope="row">ratio</th><td class="number">1.16</td>');
    expect(page).toContain("Every order was charged once.<");
    const broken = report({ summary: { ...summary, gentle: { ...gentle, mostInFlight: 6 } } });
    expect(broken).toContain(
      "Every order was charged once. But the provider was not spared: 6 calls were in flight at once.",
    );
  });

  it("tells where the orders come from", () => {
    expect(report()).toContain("<p>Input <code>orders.jsonl</code>, seed 7. Times");
    expect(report({ input: undefined })).toContain("<p>Orders made of the seed 7. Times");
  });

  it("escapes what comes from outside", () => {
    const page = report({
      input: "<b>.jsonl",
      story: [{ at: 0, tone: "order", text: "a & b", detail: '{"customer":"<script>"}' }],
    });
    expect(page).toContain("<code>&lt;b&gt;.jsonl</code>");
    expect(page).toContain("a &amp; b<pre>{&quot;customer&quot;:&quot;&lt;script&gt;&quot;}</pre>");
  });
});

describe("escapeHtml", () => {
  it("replaces all five characters", () =>
    expect(escapeHtml(`<a b='c' d="&">`)).toBe("&lt;a b=&#39;c&#39; d=&quot;&amp;&quot;&gt;"));
});
