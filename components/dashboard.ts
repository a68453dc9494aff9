// One dashboard for a program: what each component does, whether it fails, and what waits in the spool.
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx/classic/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { checkObserved, type Observed } from "./observed";
import { logGroupNamesOf } from "./observedLogs";
import { recentErrors } from "./queries";
import { type Transform, transformed } from "./transform";
import { checkArgs, matching } from "./validate";
import { componentRow } from "./widgets/componentRow";
import { LogTable } from "./widgets/logTable";

/** Arguments of a Dashboard. */
export interface DashboardArgs {
  /** What it shows, from top to bottom. */
  readonly components: readonly Observed[];
  /**
   * The dashboard's own name: 1 to 255 letters, digits, `-` and `_`.
   *
   * @default project, stack and the component's name
   */
  readonly dashboardName?: string;
  /** The span of time that it shows when it is opened, back from now, as ISO 8601 writes it. @default "-PT12H" */
  readonly start?: string;
  /** Changes to the dashboard: widgets to add, for instance. */
  readonly transform?: { readonly dashboard?: Transform<awsx.DashboardArgs> };
}

/**
 * A CloudWatch dashboard: a row of graphs for each component, and a table of the latest errors.
 *
 * @example `new Dashboard("dashboard", { components: [spool, chargeCard, reprocess] })`
 * @throws when an argument is not allowed
 */
export class Dashboard extends pulumi.ComponentResource {
  readonly dashboard: aws.cloudwatch.Dashboard;
  /** Where it is shown. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: DashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:Dashboard", name, {}, opts);
    checkArgs(args, "components");
    const { start = "-PT12H", transform = {} } = args;
    const components = checkObserved(args.components);
    const startInWords = `a span before now such as "-PT6H" or "-P7D"`;
    matching("start", start, /^-P(?=.)(?:\d+[MWD])?(?:T(?=.)(?:\d+H)?(?:\d+M)?)?$/, startInWords);
    const logGroupNames = logGroupNamesOf(components);
    const errors = new LogTable({ title: "Latest errors", logGroupNames, query: recentErrors() });
    const dashboard = new awsx.Dashboard(
      ...transformed(
        transform.dashboard,
        name,
        {
          name: checkedName(args.dashboardName ?? defaultName(name)),
          // awsx itself knows the region of the configuration only.
          region: aws.getRegionOutput({}, { parent: this }).region.apply((region) => region as aws.Region),
          start,
          widgets: [
            ...components.map(({ observed }) => componentRow(observed)),
            ...(logGroupNames.length === 0 ? [] : [new awsx.RowWidget(errors)]),
          ],
        },
        { parent: this },
      ),
    );
    this.dashboard = dashboard;
    this.url = dashboard.url;
    this.registerOutputs({ url: this.url });
  }
}

function checkedName(dashboardName: string): string {
  return matching("dashboardName", dashboardName, /^[\w-]{1,255}$/, `1 to 255 letters, digits, "-" and "_"`);
}

/** A dashboard's name must be the only one of its account. */
function defaultName(name: string): string {
  return [pulumi.getProject(), pulumi.getStack(), name].join("-").replaceAll(/[^\w-]/g, "-");
}
