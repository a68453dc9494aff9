// Closures as Lambda code: what is packaged runs, holds no folder of this machine, and what cannot be packaged says why.
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluate } from "../../support/evaluate";
import { type ProgramRun, resourceOf, runProgram } from "../../support/runProgram";

const programs = "tests/unit/packaging/programs";

function filesOf(run: ProgramRun, name: string): Record<string, string> {
  return resourceOf(run, "aws:lambda/function:Function", name).inputs.code as Record<string, string>;
}

function codeOf(run: ProgramRun, name: string): string {
  return filesOf(run, name)["__index.js"] ?? "";
}

describe("a closure that can be packaged", () => {
  let run: ProgramRun;

  beforeAll(async () => {
    run = await runProgram(`${programs}/working.ts`);
  });

  it("is one file that exports the handler", () => {
    expect(run.errors).toEqual([]);
    expect(Object.keys(filesOf(run, "plain"))).toEqual(["__index.js"]);
    expect(resourceOf(run, "aws:lambda/function:Function", "plain").inputs.handler).toBe("__index.handler");
  });

  it("runs with what it captured, local modules included", async () => {
    await expect(evaluate(codeOf(run, "plain")).handler?.({ price: 9.99 })).resolves.toEqual({
      price: 8.99,
      currency: "EUR",
    });
  });

  it("captures outputs of resources and plain values", async () => {
    await expect(evaluate(codeOf(run, "capturing")).handler?.()).resolves.toEqual({
      queue: "orders-url",
      provider: "none",
    });
  });

  it("keeps the names of errors that a factory declares", async () => {
    const thrown = await evaluate(codeOf(run, "failing"))
      .handler?.()
      .catch((error: Error) => error);

    expect(thrown).toBeInstanceOf(Error);
    const { name, message, constructor: made } = thrown as Error;
    expect([name, made.name, message]).toEqual(["Declined", "Declined", "no funds"]);
  });

  it("leaves out comments", () => {
    expect(codeOf(run, "failing")).not.toContain("A comment");
  });

  it("leaves the AWS SDK's clients to the runtime, by the names of their packages", async () => {
    const sent: unknown[] = [];
    class SQSClient {
      async send(command: unknown) {
        sent.push(command);
      }
    }
    class SendMessageCommand {
      constructor(readonly input: unknown) {}
    }
    const { handler } = evaluate(codeOf(run, "sending"), { "@aws-sdk/client-sqs": { SQSClient, SendMessageCommand } });

    await expect(handler?.({ id: "order-1" })).resolves.toBe("sent");
    expect(sent).toEqual([{ input: { QueueUrl: "orders-url", MessageBody: "order-1" } }]);
  });

  it("bundles them where that is asked for", () => {
    expect(codeOf(run, "sendingBundled").includes('require("@aws-sdk/client-')).toBe(false);
    expect(evaluate(codeOf(run, "sendingBundled")).handler).toBeTypeOf("function");
  });

  it("bundles other packages", async () => {
    await expect(evaluate(codeOf(run, "logging")).handler?.()).resolves.toBe("INFO");
  });
});

describe("two checkouts", () => {
  const folders: string[] = [];

  /** A checkout of what the program needs, in a folder of its own. */
  function checkout(path: string): string {
    const folder = join(mkdtempSync(join(tmpdir(), "respool-")), path);
    folders.push(folder);
    for (const part of ["components", "packaging", programs, "tsconfig.json", "package.json"]) {
      cpSync(part, join(folder, part), { recursive: true });
    }
    symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
    return folder;
  }

  afterAll(() => {
    for (const folder of folders) {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("give the same bytes, without a folder in them", async () => {
    const [one, other] = [checkout("a"), checkout("somewhere/much deeper")];
    const [first, second] = await Promise.all(
      [one, other].map((folder) => runProgram(`${programs}/working.ts`, { folder })),
    );
    const archives = (run: ProgramRun | undefined) =>
      run?.resources
        .filter(({ inputs }) => inputs.code !== undefined)
        .map(({ name, inputs }) => [name, inputs.code])
        .sort();

    expect(first?.errors).toEqual([]);
    expect(archives(first)).toHaveLength(6);
    expect(JSON.stringify(archives(second)) === JSON.stringify(archives(first))).toBe(true);
    expect(JSON.stringify(archives(first)).includes(tmpdir())).toBe(false);
    expect(JSON.stringify(archives(first)).includes(process.cwd())).toBe(false);
  });

  it("have source maps with portable names for modules that a closure imports by the package's name", async () => {
    const folder = checkout("b");
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name: "shop", version: "1.0.0", exports: { "./*": "./*.ts" } }),
    );
    writeFileSync(join(folder, "stock.ts"), "export function stock() { throw new Error('sold out'); }\n");
    writeFileSync(
      join(folder, "program.ts"),
      `import { packageClosure } from "./packaging/packageClosure";
       const handler = async () => (await import("shop/stock")).stock();
       const { archive } = packageClosure(handler, { factory: false, bundleSdk: false });
       export const files = archive.then((made) => made);`,
    );
    const run = await runProgram("program.ts", { folder });
    const files = run.outputs.files as Record<string, string>;

    expect(run.errors).toEqual([]);
    expect(Object.keys(files)).toEqual(["__index.js", "__index.js.map"]);
    expect(files["__index.js"]).toMatch(/\n\/\/# sourceMappingURL=__index\.js\.map\n$/);
    expect(JSON.parse(files["__index.js.map"] ?? "")).toMatchObject({ sources: expect.arrayContaining(["stock.ts"]) });
    expect(files["__index.js.map"]).not.toContain(folder);
  });
});

describe("a closure that cannot be packaged", () => {
  const make = (what: string) =>
    `Make "${what}" in a [callbackFactory], which runs in Lambda once per execution environment, or inside the callback.`;
  const notExported = '"@aws-lambda-powertools/logger/lib/cjs/constants.js", a file that its package does not export';
  let errors: ProgramRun["outputs"];

  beforeAll(async () => {
    errors = (await runProgram(`${programs}/failures.ts`)).outputs;
  });

  it.each([
    ["logger", `it captures "log", which leads to ${notExported}. ${make("log")}`],
    ["nested", `it captures "clients", which leads to ${notExported}. ${make("clients")}`],
    ["throughFunction", `it captures "log" (through "report"), which leads to ${notExported}. ${make("log")}`],
    [
      "sdkClient",
      `it captures "client", which leads to "CredentialsProviderError", a class that extends Error, which would lose its message and name. ${make("client")}`,
    ],
    ["map", `it captures "seen", a Map, which would arrive without its contents. ${make("seen")}`],
    [
      "mapOfModule",
      `it captures "prices" (through "priceOf"), a Map, which would arrive without its contents. ${make("prices")}`,
    ],
    ["date", `it captures "started", a Date, which would arrive without its contents. ${make("started")}`],
    ["url", `it captures "endpoint", a URL, which would arrive without its contents. ${make("endpoint")}`],
    ["buffer", `it captures "key", a Buffer, which would arrive without its contents. ${make("key")}`],
    ["native", `it captures "now", which leads to native code. ${make("now")}`],
    [
      "nativeFromModule",
      `it captures "open", which leads to "ERR_INVALID_ARG_TYPE", a class that extends Error, which would lose its message and name. ${make("open")}`,
    ],
    [
      "secret",
      'it captures "password", a secret Output, which would be readable in the function\'s code. Hand it over in [environment], or have the function read it from AWS Secrets Manager.',
    ],
    [
      "configuration",
      'it captures "config", a pulumi.Config, which would bring all of the stack\'s configuration into the code. Read the value outside the closure and capture that.',
    ],
    [
      "errorClass",
      `it captures "Declined", a class that extends Error, which would lose its message and name. ${make("Declined")}`,
    ],
    [
      "privateMember",
      `it captures "till", an object whose class has the private member "#total", which no copy can have. ${make("till")}`,
    ],
  ])("names what it captured and what to do instead: %s", (name, message) => {
    expect(errors[name]).toBe(`[callback] cannot be serialized: ${message}`);
  });

  it("is told about the factory if it is one", () => {
    expect(errors.loggerInFactory).toBe(
      `[callbackFactory] cannot be serialized: it captures "log", which leads to ${notExported}. Make "log" inside the factory, which runs in Lambda.`,
    );
  });

  it("is called what its component calls it", () => {
    const captures = `cannot be serialized: it captures "log", which leads to ${notExported}.`;
    expect([errors.check, errors.checkFactory]).toEqual([
      `[check] ${captures} Make "log" in a [checkFactory], which runs in Lambda once per execution environment, or inside the check.`,
      `[checkFactory] ${captures} Make "log" inside the factory, which runs in Lambda.`,
    ]);
  });

  it.each([
    [
      "missingPackage",
      'it imports "payments-that-nobody-installed", which was not found. Install it where the Pulumi program is.',
    ],
    [
      "relativeImport",
      'it imports "./prices", which was not found. A path is looked for in the folder of Pulumi.yaml: import the module by the name of its package.',
    ],
  ])("names the import that was not found: %s", (name, message) => {
    expect(errors[name]).toBe(`[callback] cannot be bundled: ${message}`);
  });
});
