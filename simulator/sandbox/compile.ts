// Compiled code that every sandbox shares: the realm's own, the runtime's packages, the assets of functions.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";
import { buildSync } from "esbuild";
import { cachedScript } from "./bundleCache";

const wrapped = new Map<string, Script>();

function wrap(source: string): string {
  return `(function (exports, require, module, __filename, __dirname) {${source.replace(/^#!.*/, "")}\n})`;
}

/** A module as a function of (exports, require, module, __filename, __dirname); compiled once for all contexts. */
export function compileModule(path: string, source: string): Script {
  const key = `${path}\n${source}`;
  let script = wrapped.get(key);
  if (script === undefined) {
    script = new Script(wrap(source), { filename: path });
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
  const text = built.outputFiles[0]?.text ?? "";
  return `(function (require, process, AbortController) {${text}\nreturn respoolRealm.createRealm;\n})`;
}

/** The script that leaves `createRealm` as its value; see realm.ts. */
export function realmScript(): Script {
  if (realm === undefined) {
    const sources = readdirSync(__dirname).filter((name) => name.startsWith("realm"));
    const texts = [...sources, basename(__filename)].map((name) => readFileSync(join(__dirname, name), "utf8"));
    realm = cachedScript({ name: "realm", filename: "/var/runtime/realm.js", sources: texts, build: buildRealm });
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
  const path = `/var/runtime/node_modules/${name}/index.js`;
  const sources = [readFileSync(__filename, "utf8")];
  const build = () => wrap(buildPackage(entry));
  const result = { path, script: cachedScript({ name, filename: path, sources, build }) };
  packages.set(name, result);
  return result;
}
