// Wrapped handlers are the same bytes in whatever folder they are packaged, and are packaged by the installed library, too.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ProgramRun, runProgram } from "../../support/runProgram";

const folders: string[] = [];
const sources = ["components", "packaging", "handlers", "records"];

function newFolder(path: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), "respool-")), path);
  folders.push(folder);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A checkout of what the program needs, in a folder of its own. */
function checkout(path: string): string {
  const folder = newFolder(path);
  for (const part of [...sources, "tests/unit/packaging/programs", "tsconfig.json", "package.json"]) {
    cpSync(part, join(folder, part), { recursive: true });
  }
  symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** A project that has the library in its node_modules as it is published: compiled, beside its handlers' sources. */
async function project(program: string): Promise<string> {
  const folder = newFolder("shop");
  const installed = join(folder, "node_modules", "respool");
  mkdirSync(installed, { recursive: true });
  for (const name of readdirSync("node_modules")) {
    symlinkSync(join(process.cwd(), "node_modules", name), join(folder, "node_modules", name));
  }
  const entryPoints = sources.flatMap((part) =>
    readdirSync(part, { recursive: true })
      .map((name) => join(part, String(name)))
      .filter((name) => name.endsWith(".ts")),
  );
  await build({ entryPoints, outdir: join(installed, "dist"), outbase: ".", format: "cjs", platform: "node" });
  for (const part of ["handlers", "records", "package.json"]) {
    cpSync(part, join(installed, part), { recursive: true });
  }
  cpSync("tsconfig.json", join(folder, "tsconfig.json"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "shop", version: "1.0.0" }));
  writeFileSync(join(folder, "index.ts"), program);
  return folder;
}

const archives = (run: ProgramRun) =>
  run.resources
    .filter(({ type }) => type === "aws:lambda/function:Function")
    .map(({ name, inputs }) => ({ name, files: inputs.code as Record<string, string> }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));

afterAll(() => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("two checkouts", () => {
  it("give the same bytes, without a folder in them", async () => {
    const [first, second] = await Promise.all(
      [checkout("a"), checkout("somewhere/much deeper")].map((folder) =>
        runProgram("tests/unit/packaging/programs/wrapped.ts", { folder }),
      ),
    );
    const text = JSON.stringify(first && archives(first));

    expect(first?.errors).toEqual([]);
    expect(first && archives(first)).toHaveLength(4);
    expect(JSON.stringify(second && archives(second)) === text).toBe(true);
    expect(text.includes(tmpdir())).toBe(false);
    expect(text.includes(process.cwd())).toBe(false);
  });
});

describe("the installed library", () => {
  let run: ProgramRun;

  beforeAll(async () => {
    const folder = await project(`
      import * as pulumi from "@pulumi/pulumi";
      import { middlewareFunction } from "respool/dist/components/middlewareFunction.js";
      const parent = new pulumi.ComponentResource("shop:index:Shop", "shop");
      for (const kind of ["async", "queue", "stream"] as const) {
        const config = { service: "shop" };
        middlewareFunction("shop-" + kind, { kind, config, handler: { callback: async () => "done" } }, parent);
      }
    `);
    run = await runProgram("index.ts", { folder });
  });

  it("packages wrapped handlers from the sources that come with it", () => {
    expect(run.errors).toEqual([]);
    expect(archives(run).map(({ name }) => name)).toEqual(["shop-async", "shop-queue", "shop-stream"]);
    for (const { files } of archives(run)) {
      expect(Object.keys(files)).toEqual(["__index.js"]);
      expect(files["__index.js"]).toContain("RESPOOL_MIDDLEWARE");
      expect(files["__index.js"]?.includes(dirname(folders.at(-1) ?? ""))).toBe(false);
    }
  });
});
