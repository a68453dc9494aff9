// The process in which a Pulumi program is evaluated: compiles it as Pulumi's own Node.js host does, under live mocks.
// See `cmd/run/run.js` of @pulumi/pulumi for the compiler's options.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { FromProgram, NewResource, ProgramSettings, ToProgram } from "./protocol.ts";

type Pulumi = typeof import("@pulumi/pulumi");
type JsonObject = NewResource["inputs"];

const archiveMark = "4dabf18193072939515e22adb298388d:archive";

function say(message: FromProgram): void {
  process.send?.(message);
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

function invokeResult(settings: ProgramSettings, token: string): object {
  const { accountId, region } = settings;
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId, id: accountId, arn: `arn:aws:iam::${accountId}:user/simulated`, userId: "SIMULATED" };
    case "aws:index/getRegion:getRegion":
      return { id: region, name: region, region, description: region, endpoint: `ec2.${region}.amazonaws.com` };
    case "aws:index/getPartition:getPartition":
      return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
    default:
      throw new Error(`the simulator does not know the function ${token}`);
  }
}

async function run(
  settings: ProgramSettings,
  create: (resource: NewResource) => Promise<{ id: string; state: JsonObject }>,
): Promise<void> {
  const require = createRequire(settings.main);
  const pulumi = require("@pulumi/pulumi") as Pulumi;
  registerCompiler(require);
  await pulumi.runtime.setMocks(
    {
      async newResource(resource) {
        const { type, name, custom, provider } = resource;
        const inputs = (await plain(pulumi, resource.inputs)) as JsonObject;
        if (type.startsWith("pulumi:")) return { id: name, state: resource.inputs };
        const created = await create({ type, name, inputs, custom: custom ?? false, provider: provider ?? "" });
        return { id: created.id, state: { ...resource.inputs, ...created.state } };
      },
      async call(invoke) {
        return invokeResult(settings, invoke.token);
      },
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

const waiting = new Map<
  number,
  { resolve(value: { id: string; state: JsonObject }): void; reject(error: Error): void }
>();
let calls = 0;

function fail(error: unknown): void {
  say({ kind: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
process.on("message", (message: ToProgram) => {
  if (message.kind === "run") {
    run(message.settings, (resource) => {
      const call = calls++;
      return new Promise((resolve, reject) => {
        waiting.set(call, { resolve, reject });
        say({ kind: "create", call, resource });
      });
    }).catch(fail);
    return;
  }
  const asked = waiting.get(message.call);
  waiting.delete(message.call);
  if (message.kind === "created") asked?.resolve({ id: message.id, state: message.state });
  else asked?.reject(new Error(message.message));
});
