import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Simulation } from "@respool/simulator";
import { describe, expect, it } from "vitest";
import { providerConfig } from "../../../support/awsBackend/pulumiStack";

const directory = join(__dirname, "../../../..");
const endpoint = {
  url: "http://localhost:4566",
  region: "eu-central-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
};

describe("Pulumi.localstack.yaml", () => {
  it("configures the provider as the tests do", () => {
    const yaml = readFileSync(join(directory, "Pulumi.localstack.yaml"), "utf8");
    const { "aws:endpoints": endpoints, ...settings } = providerConfig(endpoint);
    const lines = Object.entries(settings).map(([key, value]) => `  ${key}: ${value}\n`);
    const services = Object.entries(endpoints[0] ?? {}).map(([service, url]) => `${service}: ${url}\n`);
    expect(yaml).toContain(`${lines.join("")}  aws:endpoints:\n    - ${services.join("      ")}`);
  });

  it("deploys the sample program", async () => {
    const { outputs } = await new Simulation().deploy({ directory, stack: "localstack" });
    expect(outputs.spoolUrl).toMatch(/^https:/);
  });
});
