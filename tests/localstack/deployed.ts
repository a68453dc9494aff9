// Deploys the cycle tests' program for one case, and takes it down again.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { inject } from "vitest";
import { Cycle } from "../cycle/cycleCase";
import { awsBackend } from "../support/awsBackend/awsBackend";
import { deploy } from "../support/awsBackend/deploy";
import type { Change } from "../support/awsBackend/deployment";
import { remoteProvider } from "../support/awsBackend/remoteProvider";

const directory = join(__dirname, "../cycle/program");

export interface DeployedOptions {
  /** Another entry file in tests/cycle/program. */
  readonly program?: string;
  /** What a control changes about the program. */
  readonly change?: Change;
}

/** Runs something on a deployment that nobody else uses. */
export async function withDeployment(
  run: (cycle: Cycle) => Promise<void>,
  options: DeployedOptions = {},
): Promise<void> {
  const { program, change } = options;
  const endpoint = inject("endpoint");
  const provider = inject("provider");
  const stack = `t${randomBytes(4).toString("hex")}`;
  const deployment = await deploy(
    {
      endpoint,
      directory,
      main: program && join(directory, program),
      stack,
      config: { providerUrl: `${provider.url}/${stack}` },
    },
    change,
  );
  const backend = awsBackend({ endpoint, deployment, provider: remoteProvider(`${provider.controlUrl}/${stack}`) });
  try {
    await run(new Cycle(backend));
  } finally {
    await backend.close();
  }
}
