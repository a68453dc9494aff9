// Metrics and expressions over them that belong together: of one alarm, or of one GetMetricData.
import { AwsError } from "../../service";
import type { Datapoint, MetricMath } from "./metricMath";
import type { Series } from "./series";
import { type Statistic, statisticName } from "./statistics";

/** A statistic of a metric. */
export interface MetricStat {
  readonly series: Series;
  readonly statistic: Statistic;
  /** Seconds. */
  readonly period: number;
}

export interface MetricQuery {
  readonly id: string;
  readonly label?: string;
  readonly returnData: boolean;
  readonly source:
    | { readonly kind: "stat"; readonly stat: MetricStat }
    | { readonly kind: "math"; readonly expression: string; readonly math: MetricMath };
}

const idPattern = /^[a-z][A-Za-z0-9_]*$/;

function invalid(message: string): AwsError {
  return new AwsError("ValidationError", message);
}

/** Throws AwsError ValidationError for ids that are malformed, repeated, unknown or refer to themselves. */
export class MetricQueries {
  private readonly byId = new Map<string, MetricQuery>();

  constructor(readonly all: readonly MetricQuery[]) {
    for (const query of all) {
      if (!idPattern.test(query.id)) {
        throw invalid(
          `Invalid id '${query.id}': it must begin with a lower-case letter and hold letters, digits, _ only`,
        );
      }
      if (this.byId.has(query.id)) throw invalid(`The id '${query.id}' is used more than once`);
      this.byId.set(query.id, query);
    }
    for (const query of all) this.checkReferences(query, []);
  }

  /** The value of a query over the minutes from `first` to before `end`. */
  datapoint(id: string, first: number, end: number): Datapoint {
    const { source } = this.query(id);
    if (source.kind === "math") return source.math.compute((reference) => this.datapoint(reference, first, end));
    return source.stat.series.statistic(source.stat.statistic, first, end);
  }

  /** The statistics of metrics that a query needs. */
  statsOf(id: string): readonly MetricStat[] {
    const { source } = this.query(id);
    return source.kind === "stat" ? [source.stat] : source.math.references.flatMap((each) => this.statsOf(each));
  }

  /** The one period, in seconds, of all metrics that a query needs. */
  periodOf(id: string): number {
    const periods = [...new Set(this.statsOf(id).map((stat) => stat.period))];
    const [period] = periods;
    if (period === undefined) throw invalid(`The expression '${id}' must use at least one metric`);
    if (periods.length > 1) {
      throw invalid(`The metrics of '${id}' must have the same period, got ${periods.join(", ")} seconds`);
    }
    return period;
  }

  /** What an operator reads for a query that has no label. */
  label(query: MetricQuery): string {
    if (query.label !== undefined) return query.label;
    if (query.source.kind === "math") return query.id;
    const { series, statistic } = query.source.stat;
    return typeof statistic === "string" ? series.identity.name : `${series.identity.name} ${statisticName(statistic)}`;
  }

  private query(id: string): MetricQuery {
    const query = this.byId.get(id);
    if (query === undefined) {
      throw invalid(`An expression refers to '${id}'; there are ${[...this.byId.keys()].join(", ")}`);
    }
    return query;
  }

  private checkReferences(query: MetricQuery, path: readonly string[]): void {
    if (path.includes(query.id)) throw invalid(`The expression '${query.id}' refers to itself`);
    if (query.source.kind !== "math") return;
    for (const id of query.source.math.references) this.checkReferences(this.query(id), [...path, query.id]);
  }
}
