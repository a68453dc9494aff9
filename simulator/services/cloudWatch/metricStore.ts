// All metrics of an account and region.
import type { Clock } from "../../clock";
import { type Gauge, GaugeHistory } from "./gauge";
import { type MetricIdentity, Series } from "./series";

/** Where a service gets the gauges that it reports by. */
export interface GaugeRegistry {
  /** The gauge of a metric; the same one for the same namespace, name and dimensions. */
  gauge(identity: MetricIdentity & { readonly unit?: string }): Gauge;
}

function key(identity: MetricIdentity): string {
  const dimensions = Object.entries(identity.dimensions).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([identity.namespace, identity.name, dimensions]);
}

export class MetricStore implements GaugeRegistry {
  private readonly series = new Map<string, Series>();

  constructor(private readonly clock: Clock) {}

  /** Every metric that was ever reported, in the order of first appearance. */
  get all(): readonly Series[] {
    return [...this.series.values()].filter((series) => series.hasData);
  }

  /** The metric, whether or not it has data yet: an alarm may be created before its metric. */
  get(identity: MetricIdentity): Series {
    const name = key(identity);
    let series = this.series.get(name);
    if (series === undefined) {
      series = new Series(identity);
      this.series.set(name, series);
    }
    return series;
  }

  gauge(identity: MetricIdentity & { readonly unit?: string }): Gauge {
    const { unit, namespace, name, dimensions } = identity;
    const series = this.get({ namespace, name, dimensions });
    series.unit ??= unit;
    series.gauge ??= new GaugeHistory(
      () => this.clock.now,
      () => series.changed(),
    );
    return series.gauge;
  }
}
