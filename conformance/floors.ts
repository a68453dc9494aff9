// The share of its cases that each area must pass. It only ever rises: a floor below one that was committed is refused.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Counts, type Summary, share } from "./run";

/** By area, from 0 to 1. */
export type Floors = Readonly<Record<string, number>>;

/** An area that no floor names is new, or the user's own: all of it must pass. */
const otherFloor = 1;

function parse(text: string, file: string): Floors {
  const floors = JSON.parse(text) as Record<string, unknown>;
  for (const [area, floor] of Object.entries(floors)) {
    if (typeof floor !== "number" || !(floor >= 0 && floor <= 1)) {
      throw new Error(`[${area}] in ${file} must be a share from 0 to 1, got ${JSON.stringify(floor)}`);
    }
  }
  return floors as Floors;
}

export function readFloors(file: string): Floors {
  return existsSync(file) ? parse(readFileSync(file, "utf8"), file) : {};
}

export function floorOf(area: string, floors: Floors): number {
  return floors[area] ?? otherFloor;
}

/** What became of an area: all of it skipped, at or above its floor, or below. */
export function verdict(area: string, counts: Counts, floors: Floors): "skipped" | "passed" | "failed" {
  const reached = share(counts);
  if (reached === undefined) return "skipped";
  return reached >= floorOf(area, floors) ? "passed" : "failed";
}

/** The floors with every share that is higher now. Throws an Error that names the areas that fell. */
export function raised(floors: Floors, { areas }: Summary): Floors {
  const next: Record<string, number> = { ...floors };
  const fallen: string[] = [];
  for (const [area, counts] of Object.entries(areas)) {
    const reached = share(counts);
    if (reached === undefined) continue;
    const floor = floors[area] ?? 0;
    // Rounded down, so that the share itself reaches its floor.
    const rounded = Math.floor(reached * 10_000) / 10_000;
    if (reached < floor) fallen.push(`${area} (${reached} is below ${floor})`);
    next[area] = Math.max(floor, rounded);
  }
  if (fallen.length > 0) throw new Error(`floors only rise: ${fallen.join(", ")}`);
  return Object.fromEntries(Object.entries(next).sort(([left], [right]) => (left < right ? -1 : 1)));
}

export function writeFloors(file: string, floors: Floors): void {
  writeFileSync(file, `${JSON.stringify(floors, undefined, 2)}\n`);
}

/** Throws an Error that names each area whose floor is below one of `earlier`, or gone. */
export function checkRisen(floors: Floors, earlier: readonly Floors[]): void {
  const lowered = new Set<string>();
  for (const before of earlier) {
    for (const [area, floor] of Object.entries(before)) {
      if ((floors[area] ?? 0) < floor) lowered.add(`${area} (${floors[area] ?? "none"} is below ${floor})`);
    }
  }
  if (lowered.size > 0) throw new Error(`floors only rise, and these were higher: ${[...lowered].join(", ")}`);
}

/** Every committed version of a file of floors; none where there is no git, or no history. */
export function committedFloors(file: string): Floors[] {
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: path.dirname(file), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  try {
    const name = path.basename(file);
    const commits = git("log", "--format=%H", "--", name).split("\n").filter(Boolean);
    return commits.flatMap((commit) => {
      try {
        return [parse(git("show", `${commit}:./${name}`), `${name} of ${commit}`)];
      } catch {
        // A commit that took the file away.
        return [];
      }
    });
  } catch {
    return [];
  }
}
