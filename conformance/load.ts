// Reads a folder of cases: `stepfunctions/**/*.json`, or any `*.json` with a definition, and `patterns.json`.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { ConformanceCase, PatternCase } from "./conformanceCase";

export interface CaseFolder {
  /** In the order of their files' names. */
  readonly executions: readonly ConformanceCase[];
  readonly patterns: readonly PatternCase[];
}

/** Rules of the recorder that all cases share; the runner knows them by heart. */
const sharedRules = "normalise-defaults.json";
const patternsFile = "patterns.json";

function readCase(file: string): ConformanceCase {
  const value = JSON.parse(readFileSync(file, "utf8")) as Partial<ConformanceCase>;
  const missing = (["name", "area", "definition", "expected"] as const).filter((field) => value[field] === undefined);
  if (missing.length > 0) throw new Error(`${file} is no case: it lacks ${missing.join(", ")}`);
  const empty = { features: [], functions: {}, queues: [], tables: [], normalise: [] };
  return { ...empty, ...(value as ConformanceCase) };
}

/** @throws Error naming a folder that is not there, or a file that is no case */
export function loadCases(folder: string): CaseFolder {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new Error(`[FOLDER] must be a folder of recorded cases, got ${folder}`);
  }
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json") && ![sharedRules, patternsFile].includes(path.basename(file)))
    .sort();
  const patterns = path.join(folder, patternsFile);
  return {
    executions: files.map((file) => readCase(path.join(folder, file))),
    patterns: existsSync(patterns) ? (JSON.parse(readFileSync(patterns, "utf8")) as PatternCase[]) : [],
  };
}
