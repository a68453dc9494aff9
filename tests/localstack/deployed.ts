// Deploys the cycle tests' programs, for one case or for several, and takes them down again.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { inject } from "vitest";
import { Cycle } from "../cycle/cycleCase";
import { type AwsBackend, awsBackend } from "../support/awsBackend/awsBackend";
import { deploy } from "../support/awsBackend/deploy";
import type { Change } from "../support/awsBackend/deployment";
import { remoteProvider } from "../support/awsBackend/remoteProvider";

const directory = join(__dirname, "../cycle/program");

/** Time is real here: a message that fails is tried again soon, and not often, and a function may be slow to start. */
const hasty = { visibilityTimeout: "5 seconds", maxReceiveCount: "2", unhurriedTimeout: "30 seconds" };

export interface DeployedOptions {
  /** Another entry file in tests/cycle/program. */
  readonly program?: string;
  /** What a control changes about the program. */
  readonly change?: Change;
}

async function deployProgram({ program, change }: DeployedOptions): Promise<AwsBackend> {
  const endpoint = inject("endpoint");
  const provider = inject("provider");
  const stack = `t${randomBytes(4).toString("hex")}`;
  const deployment = await deploy(
    {
      endpoint,
      directory,
      main: program && join(directory, program),
      stack,
      config: { providerUrl: `${provider.url}/${stack}`, eventSource: stack, ...hasty },
    },
    change,
  );
  return awsBackend({ endpoint, deployment, provider: remoteProvider(`${provider.controlUrl}/${stack}`) });
}

/** Runs something on a deployment that nobody else uses. */
export async function withDeployment(
  run: (cycle: Cycle) => Promise<void>,
  options: DeployedOptions = {},
): Promise<void> {
  const backend = await deployProgram(options);
  try {
    await run(new Cycle(backend));
  } finally {
    await backend.close();
  }
}

/** Deployments of one program, each used by one case after the other. */
export class SharedDeployments {
  private readonly idle: AwsBackend[] = [];
  private readonly waiting: (() => void)[] = [];
  private inUse = 0;

  /** @param most so many there are at a time; who needs another one waits */
  constructor(
    private readonly options: DeployedOptions,
    private readonly most: number,
  ) {}

  /** Runs something on a deployment that nobody else uses meanwhile. */
  async run(run: (cycle: Cycle) => Promise<void>): Promise<void> {
    while (this.inUse >= this.most) await new Promise<void>((resume) => this.waiting.push(resume));
    this.inUse += 1;
    try {
      await this.runOnIdle(run);
    } finally {
      this.inUse -= 1;
      this.waiting.shift()?.();
    }
  }

  private async runOnIdle(run: (cycle: Cycle) => Promise<void>): Promise<void> {
    const backend = this.idle.pop() ?? (await deployProgram(this.options));
    try {
      await run(new Cycle(backend));
      await backend.reset();
    } catch (error) {
      // Nobody knows what is still under way in it.
      await backend.close();
      throw error;
    }
    this.idle.push(backend);
  }

  /** Takes them down. */
  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((backend) => backend.close()));
  }
}
