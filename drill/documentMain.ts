// Writes what the drill prints into docs/guide/drill.md: `node scripts/run.js tsx drill/documentMain.ts`.
import { readFileSync, writeFileSync } from "node:fs";
import { documentPath, withOutput } from "./documentation";
import { runDrill } from "./program";
import { evaluateDrillProgram, type ProgramName } from "./programs";

async function document(program: ProgramName, args: readonly string[]): Promise<void> {
  const output: string[] = [];
  const stdout = { write: (text: string) => void output.push(text) };
  await runDrill(args, { stdout, stderr: process.stderr, environment: {}, evaluate: evaluateDrillProgram });
  writeFileSync(documentPath, withOutput(readFileSync(documentPath, "utf8"), program, output.join("")));
}

document("bookshop", [])
  .then(() => document("control", ["--control"]))
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  });
