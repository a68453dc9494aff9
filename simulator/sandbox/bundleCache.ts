// Bundles that take esbuild a moment are kept on disk, below node_modules/.cache, until a dependency changes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder node_modules in which esbuild is installed: npm keeps there what it installed. */
const modules = dirname(dirname(require.resolve("esbuild/package.json")));

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

let installed: string | undefined;

/**
 * The text that `build` makes, from the cache when nothing that it depends on has changed.
 *
 * @param name of the bundle, for the file's name
 * @param sources texts that it depends on, beside the installed packages
 */
export function cachedBundle(name: string, sources: readonly string[], build: () => string): string {
  installed ??= readOrUndefined(join(modules, ".package-lock.json")) ?? "";
  if (installed === "") return build();
  const key = createHash("sha256")
    .update(JSON.stringify([installed, name, ...sources]))
    .digest("hex")
    .slice(0, 32);
  const folder = join(modules, ".cache", "respool-simulator");
  const path = join(folder, `${name.replace(/\W+/g, "-")}-${key}.js`);
  const known = readOrUndefined(path);
  if (known !== undefined) return known;
  const text = build();
  try {
    mkdirSync(folder, { recursive: true });
    const own = `${path}.${process.pid}`;
    writeFileSync(own, text);
    renameSync(own, path);
  } catch {
    // A read-only installation costs time, nothing else.
  }
  return text;
}
