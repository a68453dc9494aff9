// The run as one HTML page that needs nothing else: no script, no font, no network.
import type { Performance } from "./play";
import { PLOT_STYLE, renderPlot } from "./plot";
import type { StoryLine } from "./story";
import { closingRows, type Row, type Summary, verdictOf } from "./summary";
import { formatElapsed } from "./time";
import { hasBreaker, type Timeline } from "./timeline";
import { counted } from "./words";

export interface Report extends Pick<Performance, "timeline" | "story"> {
  readonly summary: Summary;
  /** Path of the file with the orders; undefined where the seed made them. */
  readonly input: string | undefined;
  /** Lines of that file that hold no order. */
  readonly skippedLines: number;
  readonly seed: number;
}

const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --line: #c9d1d9; --good: #1a7f37; --bad: #b3261e; --wait: #9a5b00; --act: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #12161c; --ink: #e6edf3; --line: #3d444d; --good: #4ac26b; --bad: #ff7b72; --wait: #e3a23c; --act: #79b8ff; }
}
body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
.plot { display: block; width: 100%; min-width: 52rem; height: auto; }
code, td { overflow-wrap: anywhere; } table { border-collapse: collapse; max-width: 100%; } th, td { text-align: left; padding: .25rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number { text-align: right; overflow-wrap: normal; font-variant-numeric: tabular-nums; }
.story { table-layout: fixed; width: 100%; } .story th:first-child { width: 6.5rem; }
.story td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
.story .alarm { color: var(--bad); } .story .cleared { color: var(--good); } .story .operator { color: var(--act); } .story .provider { font-weight: 600; }
pre { overflow-x: auto; max-width: 100%; overflow-wrap: normal; font-size: .85rem; margin: .25rem 0; }
.verdict { font-weight: 600; }
`;

/** Draws the page. */
export function renderReport({ timeline, story, summary, input, skippedLines, seed }: Report): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Respool demo: ${counted(summary.submitted, "order")}, seed ${seed}</title>
<style>${STYLE}${PLOT_STYLE}</style>
</head>
<body>
<main>
<h1>${counted(summary.submitted, "order")} through an unreliable payment provider</h1>
<p>${input === undefined ? "Orders made of the seed" : `Input <code>${escapeHtml(input)}</code>, seed`} ${seed}. Times are simulated, and count from the opening of the shop.</p>
<p class="verdict">${escapeHtml(verdictOf(summary))}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Plot">
${renderPlot(timeline)}
</div>
<p>${legendOf(timeline)}</p>
<h2>Result</h2>
<table>
<tbody>
${closingRows(summary, skippedLines).map(renderRow).join("\n")}
</tbody>
</table>
<h2>What happened</h2>
<table class="story">
<thead><tr><th scope="col">Time</th><th scope="col">What</th></tr></thead>
<tbody>
${story.map(renderLine).join("\n")}
</tbody>
</table>
</main>
</body>
</html>
`;
}

function legendOf(timeline: Timeline): string {
  if (!hasBreaker(timeline)) return "A triangle marks a run of the reprocess function, a dashed line an alarm.";
  return (
    "A dashed line marks an alarm, a triangle that the redrive takes more at once. Below the provider, a red circle marks that the circuit " +
    "breaker opened, a small hollow one a probe, a green one that it closed."
  );
}

function renderRow([label, value, note]: Row): string {
  return `<tr><th scope="row">${escapeHtml(label)}</th><td class="number">${escapeHtml(value)}</td><td>${escapeHtml(note)}</td></tr>`;
}

function renderLine({ at, tone, text, detail }: StoryLine): string {
  const below = detail === undefined ? "" : `<pre>${escapeHtml(detail)}</pre>`;
  return `<tr><td>${formatElapsed(at)}</td><td class="${tone}">${escapeHtml(text)}${below}</td></tr>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Makes a text safe within an element and within an attribute's quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
