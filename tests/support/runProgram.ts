// Runs a Pulumi program in a child process with mocks, compiled as `pulumi up` compiles it: closures cannot be serialized in a vitest worker.
import { fork } from "node:child_process";
import { join, resolve } from "node:path";

/** A resource as the program registered it; an archive is an object of texts by file name. */
export interface RegisteredResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a program did. */
export interface ProgramRun {
  readonly resources: readonly RegisteredResource[];
  /** What the program exports, Outputs resolved. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What `pulumi up` would print as the error, if the program failed. */
  readonly errors: readonly string[];
  /** Milliseconds from the program's first line, its imports included, to the last registration. */
  readonly milliseconds: number;
}

export interface ProgramOptions {
  /** The folder of Pulumi.yaml: where the program runs. @default the repository */
  readonly folder?: string;
  readonly project?: string;
  readonly stack?: string;
}

/** Runs a program with mocks that give every resource an id, an ARN and a name. */
export function runProgram(program: string, options: ProgramOptions = {}): Promise<ProgramRun> {
  const { folder = join(__dirname, "..", ".."), project = "shop", stack = "test" } = options;
  const child = fork(join(__dirname, "runProgramChild.cjs"), [resolve(folder, program), project, stack], {
    cwd: folder,
    // Without this the child would inherit vitest's loaders.
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (data: Buffer) => {
      printed += data.toString();
    });
  }
  return new Promise((done, failed) => {
    child.once("message", (run) => done(run as ProgramRun));
    child.once("exit", (code) =>
      failed(new Error(`${program} ended with ${code} before it had a result:\n${printed}`)),
    );
  });
}

/** The one resource of a type, such as `"aws:lambda/function:Function"`. */
export function resourceOf(run: ProgramRun, type: string, name?: string): RegisteredResource {
  const found = run.resources.filter((resource) => resource.type === type && (name ?? resource.name) === resource.name);
  const [only] = found;
  if (only === undefined || found.length > 1) {
    const present = run.resources.map((resource) => `${resource.type} ${resource.name}`).join(", ");
    throw new Error(
      `${found.length} resources ${type} ${name ?? ""} among ${present}; errors: ${run.errors.join("; ")}`,
    );
  }
  return only;
}
