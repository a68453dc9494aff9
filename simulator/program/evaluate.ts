// Evaluates a Pulumi program in a process of its own and hands each resource to whoever creates it.
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { CreatedResource } from "../service";
import { readProject } from "./projectFiles";
import type { Created, FromProgram, NewResource, ProgramSettings, ToProgram } from "./protocol";

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

type Asked = Extract<FromProgram, { kind: "create" }>;

function typeAndName({ resource }: Asked): string {
  return `${resource.type} ${resource.name}`;
}

/**
 * Creates what a program asked for until it could only wait. All of it is sorted and answered together, so that bundling
 * that takes longer this time changes no order.
 */
async function createRound(asked: readonly Asked[], create: Create): Promise<readonly Created[]> {
  const created: Created[] = [];
  for (const { call, resource } of [...asked].sort((left, right) =>
    typeAndName(left) < typeAndName(right) ? -1 : 1,
  )) {
    try {
      created.push({ call, ...(await create(resource)) });
    } catch (error) {
      throw new Error(`${resource.type} ${resource.name}: ${(error as Error).message}`, { cause: error });
    }
  }
  return created;
}

function converse(child: ChildProcess, settings: ProgramSettings, create: Create): Promise<EvaluatedProgram> {
  const resources: NewResource[] = [];
  let asked: Asked[] = [];
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (printed += String(data)));
  const say = (message: ToProgram) => void (child.connected && child.send(message));
  return new Promise((resolve, reject) => {
    child.on("message", (message: FromProgram) => {
      if (message.kind === "create") asked.push(message);
      else if (message.kind === "done") resolve({ resources, outputs: message.outputs });
      else if (message.kind === "failed") reject(new Error(message.message));
      else {
        const round = asked;
        asked = [];
        createRound(round, async (resource) => {
          const created = await create(resource);
          resources.push(resource);
          return created;
        }).then((created) => say({ kind: "created", created }), reject);
      }
    });
    child.on("error", reject);
    child.on("close", (code) =>
      reject(new Error(`the program ended with exit code ${code} before it was done:\n${printed}`)),
    );
    say({ kind: "run", settings });
  });
}

/**
 * Runs the program as `pulumi up` compiles it, in a process that is gone when this settles. Resources are created in an
 * order that depends on the program alone.
 *
 * Rejects with the program's own error, or with that of `create` behind the resource's type and name.
 */
export async function evaluateProgram(options: ProgramOptions, create: Create): Promise<EvaluatedProgram> {
  const stack = options.stack ?? "dev";
  const project = readProject(options.directory, stack, options.config);
  const settings: ProgramSettings = {
    directory: options.directory,
    main: options.main ?? project.main,
    project: project.name,
    stack,
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
  const closed = new Promise((resolve) => child.once("close", resolve));
  try {
    return await converse(child, settings, create);
  } finally {
    child.kill("SIGKILL");
    await closed;
  }
}
