import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { Simulation } from "../../../../simulator";
import { archiveMark } from "../../../../simulator/assets";
import { type Create, evaluateProgram } from "../../../../simulator/program/evaluate";
import type { NewResource } from "../../../../simulator/program/protocol";

const folders: string[] = [];

/** A Pulumi project in a folder of its own, with this project's packages. */
function project(program: string, files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), "respool-program-"));
  folders.push(directory);
  symlinkSync(join(__dirname, "../../../../node_modules"), join(directory, "node_modules"));
  writeFileSync(join(directory, "Pulumi.yaml"), "name: shop\nconfig:\n  greeting: hello\n");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, name, ".."), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  writeFileSync(
    join(directory, "index.ts"),
    `import * as pulumi from "@pulumi/pulumi";\nimport * as aws from "@pulumi/aws";\n${program}`,
  );
  return directory;
}

afterAll(() => {
  for (const directory of folders) rmSync(directory, { recursive: true });
});

/** Creates nothing, but remembers in which order it was asked. */
function creator() {
  const asked: NewResource[] = [];
  const create: Create = (resource) => {
    asked.push(resource);
    return { id: `${resource.name}-id`, state: { arn: `arn:${resource.name}`, name: resource.name } };
  };
  return { asked, create };
}

const evaluate = (program: string, create: Create = creator().create, files = {}) =>
  evaluateProgram({ directory: project(program, files) }, create);

/** Child processes that are alive; esbuild may have one of its own for a while. */
function processes(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "ProcessWrap").length;
}

describe("evaluateProgram", () => {
  it("waits for what a resource needs, hands out real values, and keeps components to the program", async () => {
    const { asked, create } = creator();
    const program = `
      class Shop extends pulumi.ComponentResource {
        readonly policy: aws.iam.RolePolicy;
        constructor(name: string) {
          super("shop:index:Shop", name);
          const late = new Promise<string>((resolve) => setTimeout(() => resolve("late"), 300));
          const queue = new aws.sqs.Queue("z-queue", { tags: { late } }, { parent: this });
          const role = new aws.iam.Role("a-role", { assumeRolePolicy: "{}" }, { parent: this });
          this.policy = new aws.iam.RolePolicy("m-policy", { role: role.name, policy: pulumi.interpolate\`\${queue.arn}\` }, { parent: this });
          new aws.cloudwatch.LogGroup("b-logs", {}, { parent: this, dependsOn: [this.policy] });
          this.registerOutputs();
        }
      }
      const shop = new Shop("shop");
      const account = aws.getCallerIdentityOutput().accountId;
      export const told = { id: shop.policy.id, greeting: new pulumi.Config().require("greeting"), account, stack: pulumi.getStack(), none: undefined };`;
    const { outputs, resources } = await evaluate(program, create);
    expect(asked.map(({ name }) => name)).toEqual(["a-role", "z-queue", "m-policy", "b-logs"]);
    expect(asked[2]?.inputs).toEqual({ role: "a-role", policy: "arn:z-queue" });
    expect(asked[0]).toEqual({
      type: "aws:iam/role:Role",
      name: "a-role",
      inputs: { assumeRolePolicy: "{}" },
      provider: "",
    });
    expect(resources).toEqual(asked);
    expect(outputs).toEqual({ told: { id: "m-policy-id", greeting: "hello", account: "123456789012", stack: "dev" } });
  });

  it("creates in an order that no speed changes", async () => {
    const program = (slow: string, fast: string) => `
      const after = (ms: number) => new Promise<string>((resolve) => setTimeout(() => resolve("x"), ms));
      for (const name of ["${slow}", "${fast}"]) {
        const queue = new aws.sqs.Queue(name, { tags: { wait: after(name === "${slow}" ? 200 : 0) } });
        new aws.sqs.QueuePolicy(name + "-policy", { queueUrl: queue.id, policy: "{}" });
      }`;
    const orders = await Promise.all(
      [program("a", "b"), program("b", "a")].map(async (text) => {
        const { asked, create } = creator();
        await evaluate(text, create);
        return asked.map(({ name }) => name);
      }),
    );
    expect(orders).toEqual([
      ["a", "b", "a-policy", "b-policy"],
      ["a", "b", "a-policy", "b-policy"],
    ]);
  });

  it("reads archives, files and texts into one archive", async () => {
    const { asked, create } = creator();
    const program = `
      const { asset } = pulumi;
      new aws.lambda.Function("f", { role: "r", code: new asset.AssetArchive({
        "text.js": new asset.StringAsset("text"),
        "file.js": new asset.FileAsset("lib/a.js"),
        "folder": new asset.FileArchive("lib"),
      }) });`;
    await evaluate(program, create, { "lib/a.js": "a", "lib/deep/b.js": "b" });
    const archive = asked[0]?.inputs.code as Record<string, Record<string, string>>;
    const decoded = Object.entries(archive[archiveMark] ?? {}).map(([path, text]) => [
      path,
      Buffer.from(text, "base64").toString(),
    ]);
    expect(Object.fromEntries(decoded)).toEqual({
      "text.js": "text",
      "file.js": "a",
      "folder/a.js": "a",
      "folder/deep/b.js": "b",
    });
  });

  const failing: readonly (readonly [what: string, program: string, message: RegExp])[] = [
    [
      "throws",
      `new aws.sqs.Queue("q"); throw new RangeError("the shop is closed");`,
      /^RangeError: the shop is closed\n {4}at .*index\.ts:3:/,
    ],
    ["does not compile", `const = 5;`, /Variable declaration expected|Unexpected|index\.ts/],
    ["rejects", `export const never = (async () => { throw new Error("no stock"); })();`, /^Error: no stock\n/],
    [
      "ends itself",
      `console.error("last words"); process.exit(3);`,
      /^the program ended with exit code 3 before it was done:\nlast words\n$/,
    ],
    [
      "asks for a function that nobody knows",
      `export const zones = aws.getAvailabilityZones().then((all) => all.names);`,
      /the simulator does not have the function aws:index\/getAvailabilityZones:getAvailabilityZones; it has aws:index\/getCallerIdentity:getCallerIdentity, aws:index\/getPartition:getPartition, aws:index\/getRegion:getRegion/,
    ],
    [
      "takes a remote archive",
      `new aws.lambda.Function("f", { role: "r", code: new pulumi.asset.RemoteArchive("https://x.example/a.zip") });`,
      /the simulator does not take remote assets or archives/,
    ],
  ];

  it("rejects with a program's own error, and leaves no process behind", async () => {
    const before = processes();
    const ends = await Promise.all(
      failing.map(([, program]) =>
        evaluate(program).then(
          () => "it did not reject",
          (error: Error) => error.message,
        ),
      ),
    );
    for (const [index, [what, , message]] of failing.entries()) expect(ends[index], what).toMatch(message);
    await vi.waitFor(() => expect(processes()).toBeLessThanOrEqual(before), 20_000);
  });

  it("rejects with what creating a resource came to, behind its type and name", async () => {
    const create: Create = () => {
      throw new TypeError("no room");
    };
    const before = processes();
    await expect(evaluate(`new aws.sqs.Queue("q"); new aws.sqs.Queue("p");`, create)).rejects.toThrow(
      new Error("aws:sqs/queue:Queue p: no room"),
    );
    await vi.waitFor(() => expect(processes()).toBeLessThanOrEqual(before), 20_000);
  });
});

describe("Simulation.deploy", () => {
  const deploy = (program: string) => new Simulation().deploy({ directory: project(program) });

  it("creates the resources of a program, whose outputs are the account's own", async () => {
    const program = `const queue = new aws.sqs.Queue("orders", { visibilityTimeoutSeconds: 60 }); export const url = queue.url; export const arn = queue.arn;`;
    const simulation = new Simulation({ region: "eu-west-1", accountId: "210987654321" });
    const { outputs } = await simulation.deploy({ directory: project(program) });
    expect(outputs).toEqual({
      arn: expect.stringMatching(/^arn:aws:sqs:eu-west-1:210987654321:orders-[0-9a-f]{7}$/),
      url: expect.stringMatching(/^https:\/\/sqs\.eu-west-1\.amazonaws\.com\/210987654321\/orders-[0-9a-f]{7}$/),
    });
    const { Attributes } = simulation.call<{ Attributes: Record<string, string> }>("sqs", "GetQueueAttributes", {
      QueueUrl: String(outputs.url),
      AttributeNames: ["VisibilityTimeout"],
    });
    expect(Attributes.VisibilityTimeout).toBe("60");
  });

  it("names what it does not have, and what it has", async () => {
    const [type, argument] = await Promise.all([
      deploy(`new aws.ecs.Cluster("c");`).catch((error: Error) => error.message),
      deploy(
        `new aws.sqs.Queue("q", { sqsManagedSseEnabled: true, policy: "{}", tags: {}, region: "eu-west-1" });`,
      ).catch((error: Error) => error.message),
    ]);
    expect(type).toMatch(
      /^aws:ecs\/cluster:Cluster c: the simulator does not have the resource type aws:ecs\/cluster:Cluster; it has aws:.*aws:sqs\/queue:Queue/,
    );
    expect(argument).toMatch(
      /^aws:sqs\/queue:Queue q: the simulator does not know the argument .*region.* of aws:sqs\/queue:Queue; it knows .*visibilityTimeoutSeconds/,
    );
  });
});
