// Dashboards by their API, with the real client, and as a resource.
import {
  CloudWatchClient,
  DashboardInvalidInputError,
  DashboardNotFoundError,
  DeleteDashboardsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  PutDashboardCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Listener, listen, Simulation } from "../../../../../../simulator";

let simulation: Simulation;
let listener: Listener;
let client: CloudWatchClient;

beforeEach(async () => {
  simulation = new Simulation();
  listener = await listen(simulation);
  const credentials = { accessKeyId: "AKIA", secretAccessKey: "secret" };
  client = new CloudWatchClient({ region: "eu-central-1", endpoint: listener.url, credentials, maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await listener.close();
});

const body = JSON.stringify({ widgets: [{ type: "text", properties: { markdown: "é" } }] });
const arn = "arn:aws:cloudwatch::123456789012:dashboard/shop";

describe("a dashboard", () => {
  it("is put, read, listed and deleted", async () => {
    const put = await client.send(new PutDashboardCommand({ DashboardName: "shop", DashboardBody: body }));
    expect(put.DashboardValidationMessages).toEqual([]);
    expect(await client.send(new GetDashboardCommand({ DashboardName: "shop" }))).toMatchObject({
      DashboardArn: arn,
      DashboardBody: body,
    });
    const { DashboardEntries } = await client.send(new ListDashboardsCommand({ DashboardNamePrefix: "sh" }));
    expect(DashboardEntries).toMatchObject([{ DashboardName: "shop", DashboardArn: arn, Size: body.length + 1 }]);
    expect(DashboardEntries?.[0]?.LastModified).toBeInstanceOf(Date);
    await client.send(new DeleteDashboardsCommand({ DashboardNames: ["shop"] }));
    await expect(client.send(new GetDashboardCommand({ DashboardName: "shop" }))).rejects.toBeInstanceOf(
      DashboardNotFoundError,
    );
  });

  it("is refused with what is wrong in it, and where", async () => {
    const DashboardBody = JSON.stringify({ widgets: [{ type: "text", x: 24, properties: {} }] });
    const put = client.send(new PutDashboardCommand({ DashboardName: "shop", DashboardBody }));
    const error = await put.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DashboardInvalidInputError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^The dashboard body is invalid, there are 2 validation errors:\n\[\n {2}\{\n {4}"dataPath": "\/widgets\/0\/x",/,
      ),
      dashboardValidationMessages: [
        { DataPath: "/widgets/0/x", Message: "Should be <= 23" },
        { DataPath: "/widgets/0/properties", Message: "Should have required property 'markdown'" },
      ],
    });
  });

  it("needs a name of letters, digits, hyphens and underscores", async () => {
    await expect(client.send(new PutDashboardCommand({ DashboardName: "a b", DashboardBody: body }))).rejects.toThrow(
      '[DashboardName] must be 1 to 255 letters, digits, "-" and "_", got "a b"',
    );
  });
});

describe("aws:cloudwatch/dashboard:Dashboard", () => {
  const create = (inputs: Record<string, string>) =>
    simulation.create({ type: "aws:cloudwatch/dashboard:Dashboard", name: "shop", inputs });

  it("gives the provider's properties", () => {
    const inputs = { dashboardName: "shop", dashboardBody: body };
    expect(create(inputs)).toEqual({ id: "shop", state: { ...inputs, dashboardArn: arn } });
    expect(() => create(inputs)).toThrow("[dashboardName] a dashboard shop exists already");
  });

  it("is refused with a body that CloudWatch would not take", () => {
    expect(() => create({ dashboardName: "shop", dashboardBody: "{}" })).toThrow(
      "The dashboard body is invalid, there is 1 validation error:",
    );
    expect(() => create({ dashboardBody: body })).toThrow("[dashboardName] and [dashboardBody] must be texts");
  });
});
