// CloudWatch dashboards, created by the AWS SDK.
import { type CloudWatchClient, DeleteDashboardsCommand, PutDashboardCommand } from "@aws-sdk/client-cloudwatch";
import { type LiveResourceTypes, liveType } from "./resourceType";

interface DashboardArguments {
  readonly dashboardName?: string;
  readonly dashboardBody: string;
}

/** @param accountId the account's 12 digits */
export function dashboardTypes(cloudWatch: CloudWatchClient, accountId: string): LiveResourceTypes {
  return {
    "aws:cloudwatch/dashboard:Dashboard": liveType<DashboardArguments>({
      knownArguments: ["dashboardName", "dashboardBody"],
      async create({ dashboardName = "", dashboardBody: DashboardBody }, physicalName) {
        const DashboardName = dashboardName || physicalName;
        await cloudWatch.send(new PutDashboardCommand({ DashboardName, DashboardBody }));
        return {
          id: DashboardName,
          state: {
            dashboardName: DashboardName,
            dashboardArn: `arn:aws:cloudwatch::${accountId}:dashboard/${DashboardName}`,
          },
          remove: () => cloudWatch.send(new DeleteDashboardsCommand({ DashboardNames: [DashboardName] })),
        };
      },
    }),
  };
}
