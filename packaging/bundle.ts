// One file of JavaScript out of a module and all that it imports: the same bytes for the same sources, in whatever folder they are.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type BuildOptions, type BuildResult, build, type Plugin } from "esbuild";
import { isInLambdaRuntime, portableSource, splitSpecifier, withoutMainEntry } from "./modulePaths";
import { linesOnly, type SourceMap } from "./sourceMap";

/** What is bundled. */
export type BundleSource =
  | { readonly kind: "text"; readonly text: string /** Where its imports are looked for. */; readonly folder: string }
  | { readonly kind: "file"; readonly path: string };

export interface BundleOptions {
  /** The name of the file in the archive, such as `"index.js"`. */
  readonly fileName: string;
  /** Names in the source map are relative to it. */
  readonly root: string;
  /** Bundles the AWS SDK's clients, too. */
  readonly bundleSdk: boolean;
}

/** The files of an archive by name. */
export type BundledFiles = Readonly<Record<string, string>>;

const bundles = new Map<string, Promise<BundledFiles>>();

/**
 * Bundles for Node.js 24 as CommonJS, with a source map of the project's own modules, if there are any in the bundle: a
 * serialized closure has no file that a map could point to.
 *
 * The result is kept for the life of the process, by the content of a text and the path of a file.
 */
export function bundle(source: BundleSource, options: BundleOptions): Promise<BundledFiles> {
  const key = createHash("sha256")
    .update(JSON.stringify([source, options]))
    .digest("base64");
  const known = bundles.get(key);
  if (known !== undefined) {
    return known;
  }
  const made = makeBundle(source, options);
  bundles.set(key, made);
  // What failed may succeed later: a program that is watched may have had a package installed meanwhile.
  made.catch(() => bundles.delete(key));
  return made;
}

async function makeBundle(source: BundleSource, options: BundleOptions): Promise<BundledFiles> {
  const { fileName, root } = options;
  const result = await build({ ...settings(source, options), outfile: join(root, fileName) });
  const code = textOf(result, fileName);
  const full: SourceMap = JSON.parse(textOf(result, `${fileName}.map`));
  const portable = { ...full, sources: full.sources.map((name) => portableSource(name, root, root)) };
  const map = linesOnly(portable, (name) => name !== fileName && !name.startsWith("node_modules/"));
  return map.sources.length === 0
    ? { [fileName]: code }
    : { [fileName]: `${code}//# sourceMappingURL=${fileName}.map\n`, [`${fileName}.map`]: JSON.stringify(map) };
}

function settings(source: BundleSource, { fileName, bundleSdk }: BundleOptions) {
  return {
    ...(source.kind === "file"
      ? { entryPoints: [source.path] }
      : { stdin: { contents: source.text, resolveDir: source.folder, sourcefile: fileName } }),
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    format: "cjs",
    // Without it, the paths of CommonJS modules would be in the code, as names of their wrappers.
    minify: true,
    // The names of error classes decide about retries.
    keepNames: true,
    legalComments: "none",
    sourcemap: "external",
    sourcesContent: false,
    // A tsconfig.json nearby must not change the result.
    tsconfigRaw: {},
    logLevel: "silent",
    plugins: [modulesPlugin(bundleSdk)],
  } as const satisfies BuildOptions;
}

function textOf(result: BuildResult<{ write: false }>, fileName: string): string {
  const file = result.outputFiles.find(({ path }) => path.endsWith(fileName));
  if (file === undefined) {
    throw new Error(`esbuild gave no file ${fileName}`);
  }
  return file.text;
}

/** Leaves to the Lambda runtime what it has, and turns deep paths of serialized closures into package names. */
function modulesPlugin(bundleSdk: boolean): Plugin {
  return {
    name: "respool-modules",
    setup({ onResolve, resolve }) {
      // Backslashes and drive letters are absolute paths on Windows; what a package imports itself is found by esbuild alone.
      onResolve({ filter: /^[^./\\][^:\\]*$/ }, async ({ path, resolveDir, kind, importer, pluginData }) => {
        const split = pluginData === resolved ? undefined : splitSpecifier(path);
        if (split === undefined) {
          return undefined;
        }
        const name = split.path === "" ? path : withoutMainEntry(path, mainEntry(split.packageName, resolveDir));
        if (!bundleSdk && isInLambdaRuntime(split.packageName)) {
          return { path: name, external: true };
        }
        return name === path ? undefined : resolve(name, { resolveDir, kind, importer, pluginData: resolved });
      });
    },
  };
}

const resolved = Symbol("resolved");

function mainEntry(packageName: string, folder: string): string | undefined {
  for (const modules of createRequire(join(folder, "index.js")).resolve.paths(packageName) ?? []) {
    try {
      const manifest: { main?: string } = JSON.parse(readFileSync(join(modules, packageName, "package.json"), "utf8"));
      return manifest.main ?? "index.js";
    } catch {
      // Not in this folder: Node.js looks in the next one, too.
    }
  }
  return undefined;
}
