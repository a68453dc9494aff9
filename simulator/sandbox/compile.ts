// Compiled code that every sandbox shares: the realm's own, the runtime's packages, the assets of functions.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";
import { buildSync } from "esbuild";
import { cachedBundle } from "./bundleCache";

const wrapped = new Map<string, Script>();

/** A module as a function of (exports, require, module, __filename, __dirname); compiled once for all contexts. */
export function compileModule(path: string, source: string): Script {
  const key = `${path}\n${source}`;
  let script = wrapped.get(key);
  if (script === undefined) {
    const text = source.replace(/^#!.*/, "");
    script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, { filename: path });
    wrapped.set(key, script);
  }
  return script;
}

let realm: Script | undefined;

function buildRealm(): string {
  const built = buildSync({
    entryPoints: [join(__dirname, "realm.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "node22",
    format: "iife",
    globalName: "respoolRealm",
    external: ["events", "buffer", "string_decoder/", "process/"],
    alias: { "node:stream": require.resolve("readable-stream/lib/ours/index.js") },
    logLevel: "error",
  });
  return built.outputFiles[0]?.text ?? "";
}

/** The script that leaves `createRealm` as its value; see realm.ts. */
export function realmScript(): Script {
  if (realm === undefined) {
    const sources = readdirSync(__dirname).filter((name) => name.startsWith("realm"));
    const texts = [...sources, basename(__filename)].map((name) => readFileSync(join(__dirname, name), "utf8"));
    const text = cachedBundle("realm", texts, buildRealm);
    realm = new Script(`(function (require, process, AbortController) {${text}\nreturn respoolRealm.createRealm;\n})`, {
      filename: "/var/runtime/realm.js",
    });
  }
  return realm;
}

const packages = new Map<string, { readonly path: string; readonly script: Script } | undefined>();

/**
 * What Lambda's Node.js runtime brings: the AWS SDK's clients and its lib-* helpers, and nothing that these are made of. See
 * "Runtime-included SDK versions" in the Lambda developer guide.
 */
function isRuntimePackage(name: string): boolean {
  return /^@aws-sdk\/(?:client|lib)-[\w-]+$/.test(name);
}

/** A package's ES module, which bundles smaller and starts faster than its CommonJS form; they are the same code. */
function entryOf(name: string): string | undefined {
  const fromHere = createRequire(join(__dirname, "index.js"));
  try {
    const description = fromHere.resolve(`${name}/package.json`);
    const { module, main } = fromHere(description) as { module?: string; main?: string };
    return join(dirname(description), module ?? main ?? "index.js");
  } catch {
    return undefined;
  }
}

function buildPackage(entry: string): string {
  const built = buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "node",
    target: "node22",
    format: "cjs",
    mainFields: ["module", "main"],
    logLevel: "error",
    absWorkingDir: dirname(entry),
  });
  return built.outputFiles[0]?.text ?? "";
}

/** A package of the AWS SDK in one file, from the packages installed beside the simulator. */
export function runtimePackage(name: string): { readonly path: string; readonly script: Script } | undefined {
  if (!isRuntimePackage(name)) return undefined;
  if (packages.has(name)) return packages.get(name);
  const entry = entryOf(name);
  if (entry === undefined) {
    packages.set(name, undefined);
    return undefined;
  }
  const text = cachedBundle(name, [readFileSync(__filename, "utf8")], () => buildPackage(entry));
  const path = `/var/runtime/node_modules/${name}/index.js`;
  const result = { path, script: compileModule(path, text) };
  packages.set(name, result);
  return result;
}
