// What `npm run conformance` prints.
import { type Floors, floorOf, verdict } from "./floors";
import { type CaseResult, type Counts, type Summary, share } from "./run";

function percent(counts: Counts): string {
  const value = share(counts);
  return value === undefined ? "" : `${(value * 100).toFixed(1)}%`;
}

function counted({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** One failing case, with every difference. */
export function describeFailure({ name, differences }: CaseResult): string {
  const lines = differences.flatMap(({ at, recorded, observed }) => [
    `    ${at}`,
    `      recorded  ${recorded}`,
    `      simulated ${observed}`,
  ]);
  return [`  FAILED ${name}`, ...lines].join("\n");
}

/** One case that is left out, and why. */
export function describeSkip({ name, reason }: CaseResult): string {
  return `  SKIPPED ${name}: it uses ${reason}`;
}

/** One line per area, then the sum, and the mean over the areas that were not skipped whole. */
export function describeSummary({ areas, ...total }: Summary, floors: Floors = {}): string {
  const names = Object.keys(areas).sort();
  const width = Math.max(0, ...names.map((name) => name.length));
  const lines = names.map((name) => {
    const counts = areas[name] as Counts;
    const fell = verdict(name, counts, floors) === "failed" ? `, below its floor of ${floorOf(name, floors)}` : "";
    return `${name.padEnd(width)}  ${percent(counts).padStart(6)}  ${counted(counts)}${fell}`;
  });
  const shares = Object.values(areas).flatMap((counts) => share(counts) ?? []);
  const mean = shares.reduce((sum, value) => sum + value, 0) / Math.max(1, shares.length);
  const cases = total.passed + total.failed + total.skipped;
  return [
    ...lines,
    `${cases} cases: ${counted(total)}; mean over ${shares.length} areas ${(mean * 100).toFixed(1)}%`,
  ].join("\n");
}
