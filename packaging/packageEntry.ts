// The library's own Lambda handlers as archives, bundled from their files: with source maps, and the same bytes in every folder.
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { archiveOf } from "./archive";
import { bundle } from "./bundle";
import type { PackagedFunction } from "./packageClosure";
import { packageFolder } from "./packageFolder";

/**
 * The handler in `handlers/entries/<name>.ts`, with the AWS SDK left to the Lambda runtime. The archive holds `index.js` and
 * `index.js.map`; stack traces use the map where the function's environment says `NODE_OPTIONS=--enable-source-maps`.
 *
 * @throws when there is no such entry
 */
export function packageEntry(name: string): PackagedFunction {
  const root = packageFolder();
  const path = join(root, "handlers", "entries", `${name}.ts`);
  if (!existsSync(path)) {
    throw new pulumi.RunError(`there is no handler entry "${name}"`);
  }
  const files = bundle({ kind: "file", path }, { fileName: "index.js", root, bundleSdk: false });
  return { archive: files.then(archiveOf), handler: "index.handler" };
}
