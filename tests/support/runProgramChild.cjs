// The child process of runProgram.ts: does what Pulumi's Node.js host does (@pulumi/pulumi/cmd/run), with mocks for the engine.
const { existsSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");

const [program, project, stack] = process.argv.slice(2);
const requireFromProject = createRequire(join(process.cwd(), "index.js"));
const errors = [];
const resources = [];

function registerCompiler() {
  const { loadTypeScriptCompilerOptions, typeScriptRequireStrings } = requireFromProject("@pulumi/pulumi/tsutils");
  const { tsnodeRequire, typescriptRequire } = typeScriptRequireStrings();
  const hostRequire = createRequire(requireFromProject.resolve("@pulumi/pulumi/tsutils"));
  hostRequire(tsnodeRequire).register({
    compiler: hostRequire.resolve(typescriptRequire),
    transpileOnly: true,
    project: "tsconfig.json",
    skipProject: !existsSync("tsconfig.json"),
    compilerOptions: {
      target: "ES2020",
      module: "nodenext",
      moduleResolution: "nodenext",
      sourceMap: "true",
      // A test's program is not at the project's root as index.ts is, and TypeScript 6 infers no root above it.
      rootDir: process.cwd(),
      ...loadTypeScriptCompilerOptions("tsconfig.json"),
    },
  });
}

/** Assets as plain data. */
async function plain(value) {
  const known = await value;
  if (Array.isArray(known)) {
    return Promise.all(known.map(plain));
  }
  if (known === null || typeof known !== "object") {
    return known;
  }
  if (known.__pulumiAsset) {
    return plain(known.text);
  }
  if (known.__pulumiArchive) {
    return plain(known.assets);
  }
  const entries = Object.entries(known).map(async ([name, member]) => [name, await plain(member)]);
  return Object.fromEntries(await Promise.all(entries));
}

const arnPrefixes = {
  "aws:lambda/function:Function": "lambda:eu-west-1:123456789012:function:",
  "aws:sfn/stateMachine:StateMachine": "states:eu-west-1:123456789012:stateMachine:",
  "aws:cloudwatch/logGroup:LogGroup": "logs:eu-west-1:123456789012:log-group:",
  "aws:cloudwatch/eventRule:EventRule": "events:eu-west-1:123456789012:rule/",
  "aws:iam/role:Role": "iam::123456789012:role/",
  "aws:sqs/queue:Queue": "sqs:eu-west-1:123456789012:",
};

async function newResource({ type, name, inputs }) {
  resources.push({ type, name, inputs: await plain(inputs) });
  const physicalName = inputs.name ?? `${name}-0123456`;
  const arn = `arn:aws:${arnPrefixes[type] ?? "other:eu-west-1:123456789012:"}${physicalName}`;
  return { id: `${name}-id`, state: { ...inputs, arn, url: `${name}-url`, name: physicalName } };
}

async function main() {
  registerCompiler();
  const pulumi = requireFromProject("@pulumi/pulumi");
  await pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs }, project, stack, false);
  const report = (error) => errors.push(error instanceof Error ? error.message : String(error));
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
  const started = performance.now();
  const exported = pulumi.runtime.runInPulumiStack(async () => {
    const outputs = requireFromProject(program);
    return typeof outputs === "function" ? outputs() : { ...outputs };
  });
  const outputs = await exported.catch(report);
  process.on("beforeExit", async () => {
    const milliseconds = performance.now() - started;
    const known = {};
    for (const [name, output] of Object.entries(errors.length === 0 ? (outputs ?? {}) : {})) {
      known[name] = await plain(await pulumi.output(output).promise());
    }
    process.send({ resources, outputs: known, errors: [...new Set(errors)], milliseconds }, () => process.exit(0));
  });
}

main();
