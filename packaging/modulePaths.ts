// Names of modules: what the Lambda runtime has, what a deep path stands for, and names of files that hold no folder of this machine.
import { isAbsolute, relative, resolve } from "node:path";

/**
 * Whether a package comes with the Lambda runtime: the SDK's clients and libraries
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included). `@smithy/*` and the SDK's smaller
 * packages cannot be relied on there (https://github.com/aws/aws-sdk-js-v3/issues/6169,
 * https://github.com/aws/aws-cdk/issues/33099), so they are bundled.
 */
export function isInLambdaRuntime(packageName: string): boolean {
  return /^@aws-sdk\/(client|lib)-[^/]+$/.test(packageName);
}

/** A bare specifier as package name and path: `"@aws-sdk/client-sqs/dist-cjs/index.js"` has the path `"dist-cjs/index.js"`. */
export function splitSpecifier(specifier: string): { packageName: string; path: string } | undefined {
  const match = /^((?:@[^/]+\/)?[^./@][^/]*)(?:\/(.+))?$/.exec(specifier);
  return match?.[1] === undefined ? undefined : { packageName: match[1], path: match[2] ?? "" };
}

/**
 * What to import instead of a deep path. A serialized closure requires the file that a package's main entry led to; the package
 * name stands for the same module, and is what the Lambda runtime and `exports` maps know.
 *
 * @param main the main entry of the package, from its package.json
 */
export function withoutMainEntry(specifier: string, main: string | undefined): string {
  const split = splitSpecifier(specifier);
  return split !== undefined && main !== undefined && split.path === main.replace(/^\.\//, "")
    ? split.packageName
    : specifier;
}

/**
 * The name of a source file in a source map: below `node_modules`, or relative to the project, with forward slashes. The same on
 * every machine.
 *
 * @param folder what `source` is relative to
 * @param root the folder of the project that the source belongs to
 */
export function portableSource(source: string, folder: string, root: string): string {
  const file = isAbsolute(source) ? source : resolve(folder, source);
  const inProject = relative(root, file).replaceAll("\\", "/");
  const installed = file.replaceAll("\\", "/").lastIndexOf("/node_modules/");
  const isOwn = !inProject.startsWith("../") && !isAbsolute(inProject) && !inProject.includes("node_modules/");
  return isOwn || installed < 0 ? inProject : file.replaceAll("\\", "/").slice(installed + 1);
}
