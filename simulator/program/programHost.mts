// The process in which a Pulumi program is evaluated: compiles it as Pulumi's own Node.js host does, under live mocks.
// See `cmd/run/run.js` of @pulumi/pulumi for the compiler's options.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Created, FromProgram, NewResource, ProgramSettings, ToProgram } from "./protocol.ts";

type Pulumi = typeof import("@pulumi/pulumi");
type JsonObject = NewResource["inputs"];

const archiveMark = "4dabf18193072939515e22adb298388d:archive";

function say(message: FromProgram): void {
  if (process.connected) process.send?.(message);
}

function readFolder(folder: string, prefix = ""): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) Object.assign(files, readFolder(path, `${prefix}${name}/`));
    else files[`${prefix}${name}`] = readFileSync(path).toString("base64");
  }
  return files;
}

async function archiveFiles(pulumi: Pulumi, archive: unknown, prefix = ""): Promise<Record<string, string>> {
  const { asset } = pulumi;
  if (archive instanceof asset.StringAsset) return { [prefix]: Buffer.from(await archive.text).toString("base64") };
  if (archive instanceof asset.FileAsset) return { [prefix]: readFileSync(await archive.path).toString("base64") };
  if (archive instanceof asset.FileArchive) {
    const folder = await archive.path;
    if (!statSync(folder).isDirectory())
      throw new Error(`the simulator takes an archive from a folder, got the file ${folder}`);
    return readFolder(folder, prefix === "" ? "" : `${prefix}/`);
  }
  if (archive instanceof asset.AssetArchive) {
    const files: Record<string, string> = {};
    for (const [path, entry] of Object.entries(await archive.assets)) {
      Object.assign(files, await archiveFiles(pulumi, await entry, prefix === "" ? path : `${prefix}/${path}`));
    }
    return files;
  }
  throw new Error("the simulator does not take remote assets or archives");
}

async function plain(pulumi: Pulumi, value: unknown): Promise<unknown> {
  const isAsset: boolean = pulumi.asset.Asset.isInstance(value) || pulumi.asset.Archive.isInstance(value);
  if (isAsset) {
    return { [archiveMark]: await archiveFiles(pulumi, value) };
  }
  const isResource: boolean = pulumi.Resource.isInstance(value);
  if (isResource) return undefined;
  if (Array.isArray(value)) return Promise.all(value.map((entry) => plain(pulumi, entry)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(async ([key, entry]) => [key, await plain(pulumi, entry)] as const);
  return Object.fromEntries((await Promise.all(entries)).filter(([, entry]) => entry !== undefined && entry !== null));
}

function registerCompiler(require: NodeJS.Require): void {
  const tsutils = require("@pulumi/pulumi/tsutils") as {
    typeScriptRequireStrings(): { tsnodeRequire: string; typescriptRequire: string };
    loadTypeScriptCompilerOptions(path: string): object;
  };
  const { tsnodeRequire, typescriptRequire } = tsutils.typeScriptRequireStrings();
  const pulumiRequire = createRequire(require.resolve("@pulumi/pulumi/tsutils"));
  const project = "tsconfig.json";
  const tsNode = pulumiRequire(tsnodeRequire) as { register(options: object): void };
  tsNode.register({
    compiler: typescriptRequire,
    transpileOnly: process.env.PULUMI_NODEJS_TRANSPILE_ONLY === "true",
    project,
    skipProject: !existsSync(project),
    compilerOptions: {
      target: "ES2020",
      module: "nodenext",
      moduleResolution: "nodenext",
      sourceMap: "true",
      ...(existsSync(project) ? tsutils.loadTypeScriptCompilerOptions(project) : {}),
    },
  });
}

const waiting = new Map<number, (created: Created) => void>();
let calls = 0;

/** Real milliseconds between two looks at whether the program still works on something. */
const lookEvery = 1;
/** So many looks in a row must see it at rest. */
const restfulLooks = 5;
/** Real milliseconds after which a program that keeps something open, a timer for instance, counts as at rest. */
const patience = 10_000;
let looks = 0;
let stirredAt = 0;
let watching = false;

/** Whether something keeps the process alive, apart from its pipes and the channel to its parent. */
function isWorking(): boolean {
  return process.getActiveResourcesInfo().some((name) => !/^(?:Pipe|TTY)Wrap$/.test(name));
}

function look(): void {
  looks = isWorking() && performance.now() - stirredAt < patience ? 0 : looks + 1;
  if (looks < restfulLooks) {
    setTimeout(look, lookEvery).unref();
    return;
  }
  watching = false;
  say({ kind: "rest" });
}

/** Asks for a resource, and tells the parent when all that is left to do is to wait for it. */
function create(resource: NewResource): Promise<Created> {
  const call = calls++;
  say({ kind: "create", call, resource });
  looks = 0;
  stirredAt = performance.now();
  if (!watching) setTimeout(look, lookEvery).unref();
  watching = true;
  return new Promise((resolve) => waiting.set(call, resolve));
}

/** The provider's functions that a program may call, by token. */
const functions: Readonly<Record<string, (settings: ProgramSettings) => object>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": ({ accountId }) => ({
    accountId,
    id: accountId,
    arn: `arn:aws:iam::${accountId}:user/simulated`,
    userId: "SIMULATED",
  }),
  "aws:index/getRegion:getRegion": ({ region }) => ({
    id: region,
    name: region,
    region,
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
};

function invokeResult(settings: ProgramSettings, token: string): object {
  const result = functions[token]?.(settings);
  if (result !== undefined) return result;
  const known = Object.keys(functions).sort().join(", ");
  throw new Error(`the simulator does not have the function ${token}; it has ${known}`);
}

/** Pulumi's runtime drops some errors of its mocks, or their text: the parent hears of them first. */
function told<Asked, Answer>(answer: (asked: Asked) => Promise<Answer>): (asked: Asked) => Promise<Answer> {
  return async (asked) => {
    try {
      return await answer(asked);
    } catch (error) {
      fail(error);
      throw error;
    }
  };
}

/**
 * Pulumi takes the stack of an error without a message several times a resource, for its own debugging. Finding the sources of all those frames
 * took a third of a large program's time; errors that somebody will read have a message.
 */
function leaveSilentErrorsUnmapped(): void {
  const mapped = Error.prepareStackTrace;
  if (mapped === undefined) return;
  Error.prepareStackTrace = (error, frames) =>
    error.message === "" ? `${error}\n    at ${frames.join("\n    at ")}` : mapped(error, frames);
}

async function run(settings: ProgramSettings): Promise<void> {
  const require = createRequire(settings.main);
  const pulumi = require("@pulumi/pulumi") as Pulumi;
  registerCompiler(require);
  leaveSilentErrorsUnmapped();
  await pulumi.runtime.setMocks(
    {
      newResource: told(async (resource) => {
        const { type, name, custom, provider } = resource;
        const inputs = (await plain(pulumi, resource.inputs)) as JsonObject;
        if (type.startsWith("pulumi:")) return { id: name, state: resource.inputs };
        if (custom !== true) return { id: "", state: resource.inputs };
        const created = await create({ type, name, inputs, provider: provider ?? "" });
        return { id: created.id, state: { ...resource.inputs, ...created.state } };
      }),
      call: told(async (invoke) => invokeResult(settings, invoke.token)),
    },
    settings.project,
    settings.stack,
    false,
  );
  pulumi.runtime.setAllConfig({ "aws:region": settings.region, ...settings.config });
  const outputs = await pulumi.runtime.runInPulumiStack(async () => require(settings.main) as Promise<object>);
  await pulumi.runtime.disconnect();
  say({ kind: "done", outputs: (await plain(pulumi, outputs ?? {})) as JsonObject });
}

function fail(error: unknown): void {
  say({ kind: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

// Nobody is left to create resources for, or to tell an error.
process.on("disconnect", () => process.exit(1));
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
process.on("message", (message: ToProgram) => {
  if (message.kind === "run") {
    run(message.settings).catch(fail);
    return;
  }
  for (const created of message.created) {
    waiting.get(created.call)?.(created);
    waiting.delete(created.call);
  }
});
