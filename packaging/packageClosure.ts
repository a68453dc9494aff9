// A closure of the Pulumi program as the archive of a Lambda function.
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { archiveOf } from "./archive";
import { type BundledFiles, bundle } from "./bundle";
import { capturePath } from "./captures";
import { explainBundling, inComponent, privateMemberIn } from "./explain";
import { packageFolder } from "./packageFolder";
import { type Closure, serialize } from "./serialize";

/** An archive and the handler in it, as `aws.lambda.Function` takes them. */
export interface PackagedFunction {
  readonly archive: Promise<pulumi.asset.Archive>;
  /** File and export. */
  readonly handler: string;
}

export interface PackageClosureOptions {
  /** Whether the closure makes the handler, rather than being it. */
  readonly factory: boolean;
  /** What the program calls the closure; one that makes the handler has `Factory` after it. @default "callback" */
  readonly argument?: string;
  /** Packages the AWS SDK's clients instead of leaving them to the Lambda runtime. */
  readonly bundleSdk: boolean;
  /** The name of the component that errors are about. */
  readonly component?: string;
  /** The resource that errors are reported for. */
  readonly resource?: pulumi.Resource;
  /** Wraps the handler in `handlers/middleware/<middleware>.ts`: in what its export `wrap` makes of it. @default none */
  readonly middleware?: string;
  /** What `wrap` is given beside the handler: a JSON value that is part of the package. @default none */
  readonly middlewareData?: unknown;
}

/** Serializes and bundles a closure. The archive holds `__index.js`, the same bytes on every machine. */
export function packageClosure(closure: Closure, options: PackageClosureOptions): PackagedFunction {
  return { archive: filesOf(closure, options).then(archiveOf), handler: "__index.handler" };
}

async function filesOf(
  closure: Closure,
  {
    factory,
    argument: handler = "callback",
    bundleSdk,
    component,
    resource,
    middleware,
    middlewareData,
  }: PackageClosureOptions,
): Promise<BundledFiles> {
  const argument = factory ? `${handler}Factory` : handler;
  const serialized = await serialize(closure, factory, { argument, component, resource });
  const text = middleware === undefined ? serialized : `${serialized}\n${wrapping(middleware, middlewareData)}`;
  // Pulumi runs a program in the folder of Pulumi.yaml, and names modules as seen from there.
  const folder = process.cwd();
  try {
    return await bundle({ kind: "text", text, folder }, { fileName: "__index.js", root: folder, bundleSdk });
  } catch (error) {
    const messages = esbuildMessages(error);
    const member = privateMemberIn(messages);
    const found = member === undefined ? undefined : capturePath(closure, (value) => isClassWith(member, value));
    throw new pulumi.ResourceError(inComponent(component, explainBundling(argument, messages, found)), resource, true);
  }
}

function esbuildMessages(error: unknown): string[] {
  if (error instanceof Error && "errors" in error && Array.isArray(error.errors)) {
    return error.errors.map(({ text }: { text: string }) => text);
  }
  return [String(error)];
}

function isClassWith(member: string, value: unknown): boolean {
  return typeof value === "function" && String(value).startsWith("class") && String(value).includes(member);
}

/** The serialized module exports `handler`; what Lambda calls is the handler in its middleware. */
function wrapping(middleware: string, data: unknown): string {
  const path = join(packageFolder(), "handlers", "middleware", `${middleware}.ts`);
  const given = data === undefined ? "" : `, ${JSON.stringify(data)}`;
  return `exports.handler = require(${JSON.stringify(path)}).wrap(exports.handler${given});\n`;
}
