// Bundles: what is left out, what is kept, and what is made once only.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../../../packaging/bundle";
import { evaluate } from "../../support/evaluate";

let root = "";

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "respool-"));
  const modules = join(root, "node_modules");
  const packages = {
    "@aws-sdk/client-sqs": "exports.name = 'sqs of the project';",
    "@smithy/types": "exports.name = 'smithy of the project';",
    lodash: "exports.name = 'lodash'; throw Object.assign(new Error('from ' + __filename), {});",
  };
  for (const [name, code] of Object.entries(packages)) {
    mkdirSync(join(modules, name, "lib"), { recursive: true });
    writeFileSync(join(modules, name, "package.json"), JSON.stringify({ name, main: "./lib/index.js" }));
    writeFileSync(join(modules, name, "lib", "index.js"), code);
  }
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const text = (code: string, bundleSdk = false) =>
  bundle({ kind: "text", text: code, folder: root }, { fileName: "__index.js", root, bundleSdk });

describe("the AWS SDK", () => {
  const source = 'exports.handler = async () => require("@aws-sdk/client-sqs/lib/index.js").name;';

  it("is required by the package's name where the runtime has it", async () => {
    const { "__index.js": code = "" } = await text(source);
    const { handler } = evaluate(code, { "@aws-sdk/client-sqs": { name: "sqs of the runtime" } });

    await expect(handler?.()).resolves.toBe("sqs of the runtime");
  });

  it("is bundled where that is asked for", async () => {
    const { "__index.js": code = "" } = await text(source, true);

    await expect(evaluate(code).handler?.()).resolves.toBe("sqs of the project");
  });

  it("has parts that the runtime does not offer: they are bundled", async () => {
    const { "__index.js": code = "" } = await text('exports.handler = async () => require("@smithy/types").name;');

    await expect(evaluate(code).handler?.()).resolves.toBe("smithy of the project");
  });
});

describe("the code", () => {
  it("holds no comments and no path", async () => {
    const { "__index.js": code = "" } = await text(
      '/*! a licence */ // a comment\nexports.handler = async () => require("lodash");',
    );

    expect(code).not.toMatch(/licence|comment|node_modules/);
    expect(code).not.toContain(root);
  });

  it("keeps the names of classes", async () => {
    const { "__index.js": code = "" } = await text(
      "class Declined extends Error {}\nexports.handler = async () => new Declined().constructor.name;",
    );

    await expect(evaluate(code).handler?.()).resolves.toBe("Declined");
  });

  it("does not depend on a tsconfig.json nearby", async () => {
    const path = join(root, "typed.ts");
    writeFileSync(path, "class A { x = 1 }\nexport const handler = async () => Object.keys(new A());");
    const make = (bundleSdk: boolean) => bundle({ kind: "file", path }, { fileName: "index.js", root, bundleSdk });
    const before = await make(false);
    writeFileSync(
      join(root, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { target: "ES5", useDefineForClassFields: false, alwaysStrict: true } }),
    );

    // The other option is only for a bundle that is not the one made before.
    expect(await make(true)).toEqual(before);
  });
});

describe("the source map", () => {
  it("is left out where nothing of the project is in the bundle", async () => {
    expect(Object.keys(await text("exports.handler = async () => 1;"))).toEqual(["__index.js"]);
  });

  it("is there for the project's own modules", async () => {
    writeFileSync(join(root, "prices.js"), "exports.price = 12;");
    const files = await text('exports.handler = async () => require("./prices").price;');

    expect(Object.keys(files)).toEqual(["__index.js", "__index.js.map"]);
    expect(JSON.parse(files["__index.js.map"] ?? "")).toMatchObject({ version: 3, sources: ["prices.js"] });
    expect(files["__index.js"]).toMatch(/\n\/\/# sourceMappingURL=__index\.js\.map\n$/);
  });
});

describe("the same content", () => {
  it("is bundled once in the life of a process", () => {
    expect(text("exports.handler = 1;")).toBe(text("exports.handler = 1;"));
    expect(text("exports.handler = 1;")).not.toBe(text("exports.handler = 2;"));
    expect(text("exports.handler = 1;")).not.toBe(text("exports.handler = 1;", true));
  });

  it("is tried again after a failure", async () => {
    const source = 'exports.handler = async () => require("late").name;';
    await expect(text(source)).rejects.toThrow('Could not resolve "late"');
    mkdirSync(join(root, "node_modules", "late"));
    writeFileSync(join(root, "node_modules", "late", "index.js"), "exports.name = 'installed';");
    const { "__index.js": code = "" } = await text(source);

    await expect(evaluate(code).handler?.()).resolves.toBe("installed");
  });
});
