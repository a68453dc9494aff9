// Deploys a program the way that this machine can: with the Pulumi CLI where it is on PATH, else with live mocks.
import { spawnSync } from "node:child_process";
import type { Change, Deployment, DeploymentRequest } from "./deployment";
import { deployWithLiveMocks } from "./liveMocks";
import { deployWithPulumi } from "./pulumiStack";

let pulumi: boolean | undefined;

function hasPulumi(): boolean {
  pulumi ??= spawnSync("pulumi", ["version"], { stdio: "ignore" }).status === 0;
  return pulumi;
}

/** @param change only live mocks can change resources on their way: with it, they deploy wherever the CLI is */
export function deploy(request: DeploymentRequest, change?: Change): Promise<Deployment> {
  return change === undefined && hasPulumi() ? deployWithPulumi(request) : deployWithLiveMocks(request, change);
}
