// Evaluates a Pulumi program in a process of its own and hands each resource to whoever creates it.
import { fork } from "node:child_process";
import { join } from "node:path";
import type { CreatedResource } from "../service";
import { readProject } from "./projectFiles";
import type { FromProgram, NewResource, ProgramSettings, ToProgram } from "./protocol";

export interface ProgramOptions {
  /** The folder of Pulumi.yaml. */
  readonly directory: string;
  /** @default "dev" */
  readonly stack?: string;
  /** Values over those of the stack's file. */
  readonly config?: Readonly<Record<string, string>>;
  /** Another entry file than Pulumi.yaml's `main`, absolute. */
  readonly main?: string;
  /** @default "123456789012" */
  readonly accountId?: string;
  /** @default "eu-central-1" */
  readonly region?: string;
}

/** Creates one resource; the program waits for it. */
export type Create = (resource: NewResource) => CreatedResource | Promise<CreatedResource>;

export interface EvaluatedProgram {
  /** The program's resources in the order of their creation, components left out. */
  readonly resources: readonly NewResource[];
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Runs the program as `pulumi up` compiles it. Rejects with the program's own error. */
export async function evaluateProgram(options: ProgramOptions, create: Create): Promise<EvaluatedProgram> {
  const project = readProject(options.directory, options.stack ?? "dev", options.config);
  const settings: ProgramSettings = {
    directory: options.directory,
    main: options.main ?? project.main,
    project: project.name,
    stack: options.stack ?? "dev",
    config: project.config,
    accountId: options.accountId ?? "123456789012",
    region: options.region ?? "eu-central-1",
  };
  const child = fork(join(__dirname, "programHost.mts"), [], {
    cwd: options.directory,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "advanced",
    env: { ...process.env, PULUMI_NODEJS_TRANSPILE_ONLY: "true", NODE_OPTIONS: "" },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (printed += String(data)));
  const say = (message: ToProgram) => void (child.connected && child.send(message));
  const resources: NewResource[] = [];
  return new Promise((resolve, reject) => {
    child.on("message", async (message: FromProgram) => {
      if (message.kind === "create") {
        const { call, resource } = message;
        try {
          const created = resource.custom ? await create(resource) : { id: "", state: resource.inputs };
          if (resource.custom) resources.push(resource);
          say({ kind: "created", call, ...created });
        } catch (error) {
          const told = `${resource.type} ${resource.name}: ${(error as Error).message}`;
          reject(new Error(told));
          say({ kind: "refused", call, message: told });
        }
        return;
      }
      if (message.kind === "done") resolve({ resources, outputs: message.outputs });
      else reject(new Error(message.message));
      child.kill();
    });
    child.on("error", reject);
    child.on("close", (code) =>
      reject(new Error(`the program ended with exit code ${code} before it was done:\n${printed}`)),
    );
    say({ kind: "run", settings });
  });
}
