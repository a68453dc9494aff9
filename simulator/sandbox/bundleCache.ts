// Bundles that take esbuild a moment are kept on disk, below node_modules/.cache, until a dependency changes; so is what V8
// made of them, which halves the first cold start of a process.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Script } from "node:vm";

/** The folder node_modules in which esbuild is installed: npm keeps there what it installed. */
const modules = dirname(dirname(require.resolve("esbuild/package.json")));

function readOrUndefined(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Other processes may read at the same time: a file is there whole, or not at all. */
function keep(path: string, content: string | Buffer): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const own = `${path}.${process.pid}`;
    writeFileSync(own, content);
    renameSync(own, path);
  } catch {
    // A read-only installation costs time, nothing else.
  }
}

let installed: string | undefined;

/** Undefined when it is not known what is installed. */
function pathOf(name: string, sources: readonly string[]): string | undefined {
  installed ??= readOrUndefined(join(modules, ".package-lock.json"))?.toString("utf8") ?? "";
  if (installed === "") return undefined;
  const key = createHash("sha256")
    .update(JSON.stringify([installed, name, ...sources]))
    .digest("hex")
    .slice(0, 32);
  return join(modules, ".cache", "respool-simulator", `${name.replace(/\W+/g, "-")}-${key}.js`);
}

/** V8 takes its own code back only in the version that made it. */
function compile(text: string, filename: string, path: string | undefined): Script {
  if (path === undefined) return new Script(text, { filename });
  const codePath = `${path}.${process.versions.v8}`;
  const cachedData = readOrUndefined(codePath);
  const script = new Script(text, { filename, cachedData });
  if (cachedData === undefined || script.cachedDataRejected === true) {
    // At the end it holds the functions that were really called.
    process.once("exit", () => keep(codePath, script.createCachedData()));
  }
  return script;
}

export interface Bundle {
  /** Of the bundle, for the file's name. */
  readonly name: string;
  /** How it shows in stack traces. */
  readonly filename: string;
  /** Texts that it depends on, beside the installed packages. */
  readonly sources: readonly string[];
  build(): string;
}

/** The script that `build` makes, from the cache when nothing that it depends on has changed. */
export function cachedScript({ name, filename, sources, build }: Bundle): Script {
  const path = pathOf(name, sources);
  const known = path === undefined ? undefined : readOrUndefined(path)?.toString("utf8");
  const text = known ?? build();
  if (known === undefined && path !== undefined) keep(path, text);
  return compile(text, filename, path);
}
