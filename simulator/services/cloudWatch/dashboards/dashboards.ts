// Dashboards. AWS: API PutDashboard, GetDashboard, ListDashboards, DeleteDashboards.
import type { JsonObject } from "../../../json";
import {
  type Authorization,
  AwsError,
  type CreatedResource,
  type Operation,
  operation,
  type ResourceType,
} from "../../../service";
import type { World } from "../../../world";
import { checkDashboardBody } from "./dashboardBody";

interface PutInput {
  readonly DashboardName?: string;
  readonly DashboardBody?: string;
}

interface Dashboard {
  readonly name: string;
  readonly body: string;
  readonly modifiedAt: number;
}

/** API PutDashboard, DashboardName. */
const namePattern = /^[A-Za-z0-9_-]{1,255}$/;

export class Dashboards {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceType: ResourceType;
  private readonly all = new Map<string, Dashboard>();

  constructor(private readonly world: World) {
    this.resourceType = {
      knownArguments: ["dashboardName", "dashboardBody"],
      create: (inputs) => this.createResource(inputs),
    };
    const on = (action: string, name = "*"): Authorization[] => [
      { action: `cloudwatch:${action}`, resource: this.arn(name) },
    ];
    this.operations = {
      PutDashboard: operation<PutInput>({
        authorize: ({ DashboardName }) => on("PutDashboard", DashboardName),
        handle: (input) => {
          this.put(input);
          return { DashboardValidationMessages: [] };
        },
      }),
      GetDashboard: operation<PutInput>({
        authorize: ({ DashboardName }) => on("GetDashboard", DashboardName),
        handle: ({ DashboardName = "" }) => {
          const { name, body } = this.find(DashboardName);
          return { DashboardArn: this.arn(name), DashboardBody: body, DashboardName: name };
        },
      }),
      ListDashboards: operation<{ readonly DashboardNamePrefix?: string }>({
        authorize: () => on("ListDashboards"),
        handle: ({ DashboardNamePrefix = "" }) => ({
          DashboardEntries: [...this.all.values()]
            .filter(({ name }) => name.startsWith(DashboardNamePrefix))
            .map(({ name, body, modifiedAt }) => ({
              DashboardName: name,
              DashboardArn: this.arn(name),
              LastModified: modifiedAt / 1000,
              Size: Buffer.byteLength(body),
            })),
        }),
      }),
      DeleteDashboards: operation<{ readonly DashboardNames?: readonly string[] }>({
        authorize: ({ DashboardNames = [] }) => DashboardNames.flatMap((name) => on("DeleteDashboards", name)),
        handle: ({ DashboardNames = [] }) => {
          for (const name of DashboardNames) this.find(name);
          for (const name of DashboardNames) this.all.delete(name);
          return {};
        },
      }),
    };
  }

  private put({ DashboardName: name = "", DashboardBody: body = "" }: PutInput): void {
    if (!namePattern.test(name)) {
      throw invalidBody(
        `[DashboardName] must be 1 to 255 letters, digits, "-" and "_", got ${JSON.stringify(name)}`,
        [],
      );
    }
    const findings = checkDashboardBody(body);
    if (findings.length > 0) {
      const errors = findings.length === 1 ? "is 1 validation error" : `are ${findings.length} validation errors`;
      const text = `The dashboard body is invalid, there ${errors}:\n${JSON.stringify(findings, undefined, 2)}`;
      throw invalidBody(
        text,
        findings.map(({ dataPath, message }) => ({ DataPath: dataPath, Message: message })),
      );
    }
    this.all.set(name, { name, body, modifiedAt: this.world.clock.now });
  }

  private find(name: string): Dashboard {
    const found = this.all.get(name);
    if (found === undefined) throw new AwsError("DashboardNotFoundError", `Dashboard ${name} does not exist`, 404);
    return found;
  }

  /** A dashboard belongs to no region. */
  private arn(name: string): string {
    return `arn:aws:cloudwatch::${this.world.accountId}:dashboard/${name}`;
  }

  private createResource(inputs: JsonObject): CreatedResource {
    const { dashboardName, dashboardBody } = inputs;
    if (typeof dashboardName !== "string" || typeof dashboardBody !== "string") {
      throw invalidBody("[dashboardName] and [dashboardBody] must be texts", []);
    }
    if (this.all.has(dashboardName)) {
      throw invalidBody(`[dashboardName] a dashboard ${dashboardName} exists already`, []);
    }
    this.put({ DashboardName: dashboardName, DashboardBody: dashboardBody });
    return { id: dashboardName, state: { ...inputs, dashboardArn: this.arn(dashboardName) } };
  }
}

function invalidBody(message: string, dashboardValidationMessages: readonly JsonObject[]): AwsError {
  return new AwsError("DashboardInvalidInputError", message, 400, {
    dashboardValidationMessages: [...dashboardValidationMessages],
  });
}
