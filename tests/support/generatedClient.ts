// Generates a TypeScript client from an OpenAPI document, and compiles it with what uses it: all in a folder of its own.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const compilerOptions: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
};

/** An error of the compiler's. */
export interface CompileError {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly code: number;
  readonly message: string;
}

export interface CompiledClient {
  /** The folder of the compiled files. */
  readonly folder: string;
  readonly errors: readonly CompileError[];
}

/**
 * @param document of OpenAPI, as JSON
 * @param uses texts of TypeScript by the files' names, which find the client at `./generated/index.js`
 */
export async function generatedClient(
  folder: string,
  document: string,
  uses: Readonly<Record<string, string>>,
): Promise<CompiledClient> {
  // It has modules of ECMAScript alone.
  const { createClient } = await import("@hey-api/openapi-ts");
  const source = join(folder, "src");
  mkdirSync(source);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "commonjs" }));
  const settings = { compilerOptions: { module: "nodenext", moduleResolution: "nodenext" } };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
  await createClient({
    input: JSON.parse(document),
    output: { path: join(source, "generated"), tsConfigPath: join(folder, "tsconfig.json") },
    plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
    logs: { level: "silent", file: false },
  });
  for (const [name, text] of Object.entries(uses)) writeFileSync(join(source, name), text);
  const files = Object.keys(uses).map((name) => join(source, name));
  const compiled = join(folder, "dist");
  const program = ts.createProgram(files, { ...compilerOptions, rootDir: source, outDir: compiled });
  program.emit();
  return { folder: compiled, errors: ts.getPreEmitDiagnostics(program).map((found) => compileError(source, found)) };
}

function compileError(source: string, { file, start = 0, code, messageText }: ts.Diagnostic): CompileError {
  return {
    file: file?.fileName.slice(source.length + 1) ?? "",
    line: file === undefined ? 0 : ts.getLineAndCharacterOfPosition(file, start).line + 1,
    code,
    message: ts.flattenDiagnosticMessageText(messageText, "\n"),
  };
}
