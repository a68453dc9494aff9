// What `npm pack` makes, installed into an empty Pulumi project: the library is there, and what it packages for Lambda runs.
import { execFileSync, fork } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageEntry } from "../../packaging/packageEntry";
import { type ProgramRun, resourceOf, runProgram } from "../support/runProgram";

const repository = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "respool-package-"));
const project = join(folder, "project");

/** A copy, so that packing leaves nothing behind in the repository. */
function copyOfRepository(): string {
  const copy = join(folder, "respool");
  const left = ["node_modules", "dist", ".git", ".cache", "coverage", "tests"];
  cpSync(repository, copy, { recursive: true, filter: (path) => !left.includes(basename(path)) });
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
  return copy;
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
}

function compile(cwd: string, ...args: string[]): string {
  const compiler = join(repository, "node_modules", "typescript", "bin", "tsc");
  return execFileSync(process.execPath, [compiler, ...args], { cwd, encoding: "utf8" });
}

const manifest = { name: "shop", version: "1.0.0", private: true };
const compilerOptions = {
  module: "nodenext",
  moduleResolution: "nodenext",
  target: "ES2022",
  strict: true,
  skipLibCheck: true,
};

/** The repository's own choice of versions: npm has them in its cache, and need not ask the registry. */
function lockfile(): object {
  const { packages }: { packages: Record<string, { dev?: boolean; peer?: boolean; link?: boolean }> } = JSON.parse(
    readFileSync(join(repository, "package-lock.json"), "utf8"),
  );
  const kept = Object.entries(packages).filter(
    ([path, { dev, peer, link }]) => path.startsWith("node_modules/") && !dev && !peer && !link,
  );
  return { ...manifest, lockfileVersion: 3, packages: Object.fromEntries(kept) };
}

const program = `import { Logger } from "@aws-lambda-powertools/logger";
import { ErrorSpool, ReprocessFunction, UncertainTask } from "respool";

const spool = new ErrorSpool("spool");
const greet = new UncertainTask("greet", {
  spool,
  task: {
    callbackFactory: () => {
      const logger = new Logger({ serviceName: "shop" });
      return async (event: { name: string }) => ({ greeting: "hello " + event.name, level: logger.getLevelName() });
    },
  },
});
new ReprocessFunction("reprocess", { spool, sources: [greet] });

export const arn = greet.arn;
`;

let run: ProgramRun;
let tarball: string;

beforeAll(async () => {
  const copy = copyOfRepository();
  compile(copy, "--project", "tsconfig.build.json");
  // Not by the prepack script: it may install what is missing, which here would be the repository's own node_modules.
  npm(["pack", "--ignore-scripts", "--pack-destination", folder], copy);
  tarball = readdirSync(folder).find((file) => file.endsWith(".tgz")) ?? "";
  mkdirSync(project);
  const files = {
    "package.json": JSON.stringify({ ...manifest, dependencies: { respool: `file:../${tarball}` } }),
    "package-lock.json": JSON.stringify(lockfile()),
    "Pulumi.yaml": "name: shop\nruntime: nodejs\nmain: index.ts\n",
    "tsconfig.json": JSON.stringify({ compilerOptions, files: ["index.ts"] }),
    "index.ts": program,
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(project, name), text);
  }
  // What a Pulumi project has anyway is taken from here: it is large.
  npm(["install", "--prefer-offline", "--legacy-peer-deps", "--ignore-scripts"], project);
  for (const name of ["@pulumi", "typescript", "@types"]) {
    symlinkSync(join(repository, "node_modules", name), join(project, "node_modules", name));
  }
  run = await runProgram("index.ts", { folder: project });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesOf(name: string): Record<string, string> {
  return resourceOf(run, "aws:lambda/function:Function", name).inputs.code as Record<string, string>;
}

/** Calls the handler as Lambda would: the files in a folder of their own, the runtime's modules beside them. */
function invoke(name: string, event: object, environment: Record<string, string> = {}): Promise<unknown> {
  const { handler } = resourceOf(run, "aws:lambda/function:Function", name).inputs;
  const task = mkdtempSync(join(folder, "task-"));
  for (const [file, text] of Object.entries(filesOf(name))) {
    writeFileSync(join(task, file), text);
  }
  mkdirSync(join(task, "node_modules"));
  symlinkSync(join(repository, "node_modules", "@aws-sdk"), join(task, "node_modules", "@aws-sdk"));
  const [file, exported] = String(handler).split(".");
  writeFileSync(
    join(task, "bootstrap.cjs"),
    `process.once("message", async (event) => {
       try {
         process.send({ result: await require("./${file}.js").${exported}(event, { getRemainingTimeInMillis: () => 30_000 }) });
       } catch (error) {
         process.send({ error: error.name + ": " + error.message });
       }
       process.disconnect();
     });`,
  );
  const child = fork(join(task, "bootstrap.cjs"), {
    cwd: task,
    execArgv: [],
    env: { ...process.env, ...environment },
    silent: true,
  });
  child.send(event);
  return new Promise((done, failed) => {
    child.once("message", done);
    child.once("exit", (code) => failed(new Error(`the function ended with ${code} before it answered`)));
  });
}

describe("the installed package", () => {
  it("is what was packed, not the repository", () => {
    expect(existsSync(join(project, "node_modules", "respool", "dist", "components", "index.js"))).toBe(true);
    expect(existsSync(join(project, "node_modules", "respool", "components"))).toBe(false);
  });

  it("holds nothing but the library", () => {
    const installed = join(project, "node_modules", "respool");

    expect(readdirSync(installed).sort()).toEqual([
      "LICENSE",
      "README.md",
      "dist",
      "handlers",
      "package.json",
      "records",
    ]);
    expect(readdirSync(join(installed, "dist")).filter((name) => /simulator|demo|tests|bookshop/.test(name))).toEqual(
      [],
    );
    expect(existsSync(join(installed, "handlers", "bookshop"))).toBe(false);
  });

  it("has types that a strict compiler takes", () => {
    expect(compile(project, "--noEmit")).toBe("");
  });
});

describe("a program that imports it", () => {
  it("runs", () => {
    expect(run.errors).toEqual([]);
    expect(run.outputs.arn).toMatch(/^arn:aws:/);
  });

  it("packages the program's closure, which runs", async () => {
    const name = run.resources.find(
      ({ type, name }) => type === "aws:lambda/function:Function" && name.startsWith("greet"),
    );

    expect(Object.keys(filesOf(name?.name ?? ""))).toEqual(["__index.js"]);
    await expect(invoke(name?.name ?? "", { name: "Ada" })).resolves.toEqual({
      result: { greeting: "hello Ada", level: "INFO" },
    });
  });

  it("packages the library's handlers, the same bytes as in the repository", async () => {
    const archive = await packageEntry("reprocess").archive;
    const assets = (await (archive as { assets: Promise<Record<string, { text: Promise<string> }>> }).assets) ?? {};
    const own = await Promise.all(Object.entries(assets).map(async ([file, { text }]) => [file, await text]));

    expect(JSON.stringify(filesOf("reprocess")) === JSON.stringify(Object.fromEntries(own))).toBe(true);
  });

  it("packages handlers that run: without their configuration they say what is missing", async () => {
    const answer = await invoke("reprocess", {}, { RESPOOL_CONFIG: "", AWS_REGION: "eu-west-1" });

    expect(answer).toEqual({
      error: "Error: [RESPOOL_CONFIG] must be the function's configuration as JSON, got ",
    });
  });
});
