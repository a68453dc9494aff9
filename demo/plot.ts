// The timeline as an SVG plot: text and shapes tell everything that colour does.
import type { ProviderHealth } from "./stage";
import { formatTick, roundStep, timeTicks } from "./time";
import { BREAKER_NAMES, binTimeline, hasBreaker, type Mark, type Sample, type Timeline } from "./timeline";
import { counted } from "./words";

const WIDTH = 960;
const HEIGHT = 470;
const LEFT = 52;
const RIGHT = WIDTH - 16;
/** From top to bottom: where each panel begins and ends. */
const DEPTH = { top: 34, bottom: 214 };
const STRIP = { top: 258, bottom: 282 };
const CHARGES = { top: 326, bottom: 426 };
const MOST_BARS = 80;

/** What the plot's classes look like; it goes into the page once, and follows the reader's light or dark setting. */
export const PLOT_STYLE = `
.plot text { fill: var(--ink); font: 13px system-ui, sans-serif; }
.plot .heading { font-weight: 600; }
.plot .grid { stroke: var(--line); }
.plot .depth { fill: var(--wait); fill-opacity: .3; stroke: var(--wait); stroke-width: 1.5; }
.plot .charge { fill: var(--good); }
.plot .healthy { fill: var(--good); fill-opacity: .25; }
.plot .shaky { fill: var(--wait); fill-opacity: .45; }
.plot .maintenance { fill: var(--bad); fill-opacity: .35; stroke: var(--bad); }
.plot .alarm { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 5 3; }
.plot .redrive { fill: var(--act); }
.plot .opened { fill: var(--bad); }
.plot .probe { fill: var(--paper); stroke: var(--act); stroke-width: 1.5; }
.plot .closed { fill: var(--good); }
`;

type Scale = (value: number) => number;

/** Draws it as one `svg` element. */
export function renderPlot(timeline: Timeline): string {
  const step = roundStep(timeline.duration, MOST_BARS);
  const count = Math.max(1, Math.ceil(timeline.duration / step));
  const shown = { ...timeline, duration: count * step };
  const x: Scale = (at) => LEFT + (at / shown.duration) * (RIGHT - LEFT);
  const bins = binTimeline(shown, count);
  const [deepest, busiest] = [Math.max(1, ...bins.depths), Math.max(1, ...bins.charges)];
  return [
    `<svg class="plot" role="img" aria-labelledby="plot-title plot-description" viewBox="0 0 ${WIDTH} ${HEIGHT}">`,
    `<title id="plot-title">Spool depth, provider health and charges over simulated time</title>`,
    `<desc id="plot-description">${describe(timeline)}</desc>`,
    heading(DEPTH.top - 16, "Records in the spool"),
    valueGrid(DEPTH, deepest),
    depthArea(timeline, x, valueScale(DEPTH, deepest)),
    ...timeline.marks.map((mark) => drawMark(mark, x)),
    heading(STRIP.top - 10, "Payment provider"),
    ...spells(timeline).map((spell) => drawSpell(spell, x)),
    heading(CHARGES.top - 12, `Charges per ${formatTick(step)} (h:mm)`),
    valueGrid(CHARGES, busiest),
    ...bins.charges.map((charges, index) => bar(index, charges, step, x, valueScale(CHARGES, busiest))),
    ...timeTicks(shown.duration, 12).map((at) => tick(at, x)),
    "</svg>",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** A stretch of time in which the provider's health stayed the same. */
export interface Spell {
  readonly health: ProviderHealth;
  readonly from: number;
  readonly until: number;
}

export function spells({ samples, duration }: Timeline): readonly Spell[] {
  const changes = samples.filter((sample, index) => sample.health !== samples[index - 1]?.health);
  return changes
    .map(({ health, at }, index) => ({ health, from: at, until: changes[index + 1]?.at ?? duration }))
    .filter((spell) => spell.until > spell.from);
}

function describe(timeline: Timeline): string {
  const { samples, charges, duration } = timeline;
  const deepest = samples.reduce(
    (best, each) => (each.spoolDepth > best.spoolDepth ? each : best),
    samples[0] as Sample,
  );
  return (
    `In ${formatTick(duration)} hours there were ${counted(charges.length, "charge")}. The spool held at most ` +
    `${counted(deepest.spoolDepth, "record")}, at ${formatTick(deepest.at)}, and ${describeMarks(timeline)}.`
  );
}

function describeMarks(timeline: Timeline): string {
  const times = (kind: Mark["kind"]) => counted(timeline.marks.filter((mark) => mark.kind === kind).length, "time");
  if (!hasBreaker(timeline)) return `the reprocess function ran ${times("redrive")}`;
  return `the circuit breaker opened ${times("opened")}, was half-open ${times("probe")}, and closed ${times("closed")}`;
}

function valueScale({ top, bottom }: { top: number; bottom: number }, highest: number): Scale {
  return (value) => bottom - (value / highest) * (bottom - top);
}

function heading(y: number, text: string): string {
  return `<text class="heading" x="${LEFT}" y="${y}">${text}</text>`;
}

function valueGrid(panel: { top: number; bottom: number }, highest: number): string {
  const y = valueScale(panel, highest);
  return [0, highest]
    .map(
      (value) =>
        `<line class="grid" x1="${LEFT}" y1="${y(value)}" x2="${RIGHT}" y2="${y(value)}"/>` +
        `<text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
    )
    .join("\n");
}

function depthArea({ samples, duration }: Timeline, x: Scale, y: Scale): string {
  const steps = samples.map(({ at, spoolDepth }) => `H${round(x(at))}V${round(y(spoolDepth))}`);
  return `<path class="depth" d="M${LEFT} ${y(0)}${steps.join("")}H${round(x(duration))}V${y(0)}Z"/>`;
}

function drawMark({ kind, at }: Mark, x: Scale): string {
  const where = round(x(at));
  if (kind === "cleared") return "";
  if (kind === "opened" || kind === "probe" || kind === "closed") {
    return `<circle class="${kind}" cx="${where}" cy="${STRIP.bottom + 10}" r="${kind === "probe" ? 2.5 : 5}"><title>${BREAKER_NAMES[kind]}, ${formatTick(at)}</title></circle>`;
  }
  if (kind === "alarm")
    return (
      `<line class="alarm" x1="${where}" y1="${DEPTH.top}" x2="${where}" y2="${DEPTH.bottom}"/>` +
      `<text x="${where + 5}" y="${DEPTH.top + 14}">alarm</text>`
    );
  const [top, base] = [DEPTH.bottom + 4, DEPTH.bottom + 13];
  return `<path class="redrive" d="M${where} ${top}L${round(where + 5)} ${base}H${round(where - 5)}Z"><title>reprocess, ${formatTick(at)}</title></path>`;
}

function drawSpell({ health, from, until }: Spell, x: Scale): string {
  const width = round(x(until) - x(from));
  const label = width > health.length * 8 ? health : "";
  const text =
    label && `<text x="${round(x(from) + width / 2)}" y="${STRIP.bottom - 8}" text-anchor="middle">${label}</text>`;
  const height = STRIP.bottom - STRIP.top;
  return `<rect class="${health}" x="${round(x(from))}" y="${STRIP.top}" width="${width}" height="${height}"><title>${health} from ${formatTick(from)} to ${formatTick(until)}</title></rect>${text}`;
}

function bar(index: number, charges: number, step: number, x: Scale, y: Scale): string {
  if (charges === 0) return "";
  const from = x(index * step);
  const width = round(Math.max(1, x((index + 1) * step) - from - 1));
  return `<rect class="charge" x="${round(from)}" y="${round(y(charges))}" width="${width}" height="${round(CHARGES.bottom - y(charges))}"/>`;
}

function tick(at: number, x: Scale): string {
  const where = round(x(at));
  const line = `<line class="grid" x1="${where}" y1="${CHARGES.bottom}" x2="${where}" y2="${CHARGES.bottom + 6}"/>`;
  return `${line}<text x="${where}" y="${CHARGES.bottom + 22}" text-anchor="middle">${formatTick(at)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
