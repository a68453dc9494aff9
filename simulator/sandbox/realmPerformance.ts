// `performance` inside a realm, on the simulation's clock. See "performance_hooks" in Node's documentation.
import type { RealmHost } from "./host";
import { unavailable } from "./realmUnavailable";

interface Entry {
  readonly name: string;
  readonly entryType: "mark" | "measure";
  /** Milliseconds since the realm began. */
  readonly startTime: number;
  readonly duration: number;
  readonly detail: unknown;
}

interface MeasureOptions {
  readonly start?: string | number;
  readonly end?: string | number;
  readonly duration?: number;
  readonly detail?: unknown;
}

export function realmPerformance(host: RealmHost): Record<string, unknown> {
  const HostException = host.globals.DOMException as typeof DOMException;
  const timeOrigin = host.now();
  let entries: Entry[] = [];
  const now = () => host.now() - timeOrigin;
  const add = (entry: Entry) => {
    entries.push(entry);
    return entry;
  };
  const timeOf = (mark: string | number | undefined): number | undefined => {
    if (typeof mark !== "string") return mark;
    const found = entries.findLast(({ entryType, name }) => entryType === "mark" && name === mark);
    if (found !== undefined) return found.startTime;
    throw new HostException(`The "${mark}" performance mark has not been set`, "SyntaxError");
  };
  const clear = (type: Entry["entryType"], name: string | undefined) => {
    entries = entries.filter((entry) => entry.entryType !== type || (name !== undefined && entry.name !== name));
  };
  const byTime = (found: Entry[]) => found.sort((left, right) => left.startTime - right.startTime);
  return {
    timeOrigin,
    now,
    mark: (name: string, options: { startTime?: number; detail?: unknown } = {}) =>
      add({
        name: String(name),
        entryType: "mark",
        startTime: options.startTime ?? now(),
        duration: 0,
        detail: options.detail ?? null,
      }),
    measure(name: string, from?: string | MeasureOptions, to?: string) {
      const options: MeasureOptions = typeof from === "object" ? from : { start: from, end: to };
      const { duration } = options;
      const end = timeOf(options.end) ?? (duration === undefined ? now() : (timeOf(options.start) ?? 0) + duration);
      const startTime = timeOf(options.start) ?? (duration === undefined ? 0 : end - duration);
      const detail = options.detail ?? null;
      return add({ name: String(name), entryType: "measure", startTime, duration: end - startTime, detail });
    },
    clearMarks: (name?: string) => clear("mark", name),
    clearMeasures: (name?: string) => clear("measure", name),
    getEntries: () => byTime([...entries]),
    getEntriesByName: (name: string, type?: string) =>
      byTime(entries.filter((entry) => entry.name === name && (type === undefined || entry.entryType === type))),
    getEntriesByType: (type: string) => byTime(entries.filter((entry) => entry.entryType === type)),
    timerify: <Run>(run: Run) => run,
    eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }),
    toJSON: () => ({ timeOrigin, nodeTiming: {}, eventLoopUtilization: {} }),
    nodeTiming: {},
    setResourceTimingBufferSize: unavailable("performance", "setResourceTimingBufferSize"),
  };
}
