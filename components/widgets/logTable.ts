// A table of what a Logs Insights query finds; awsx's own log widget only draws lines.
import type { Widget, WidgetJson } from "@pulumi/awsx/classic/cloudwatch";
import * as pulumi from "@pulumi/pulumi";

export interface LogTableArgs {
  readonly title: string;
  readonly logGroupNames: readonly pulumi.Input<string>[];
  readonly query: string;
}

export class LogTable implements Widget {
  constructor(private readonly args: LogTableArgs) {}

  width(): number {
    return 24;
  }

  height(): number {
    return 8;
  }

  addWidgetJson(widgets: WidgetJson[], x: number, y: number, region: pulumi.Output<string>): void {
    const { title, logGroupNames, query } = this.args;
    const sources = pulumi.all([...logGroupNames]);
    widgets.push({
      type: "log",
      x,
      y,
      width: this.width(),
      height: this.height(),
      properties: { title, region, view: "table", query: sources.apply((names) => sourced(names, query)) },
    });
  }
}

/** A dashboard's query names its log groups itself. */
function sourced(logGroupNames: readonly string[], query: string): string {
  return [...logGroupNames.map((name) => `SOURCE '${name}'`), query].join(" | ");
}
