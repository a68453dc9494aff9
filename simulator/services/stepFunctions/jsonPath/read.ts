// The value that a path leads to, in a state's data, its context object or its variables.
import type { Json } from "../../../json";
import type { JsonPath, Step } from "./path";
import { select } from "./select";

/** What paths begin with. */
export interface PathScope {
  /** `$` */
  readonly data: Json;
  /** `$$` */
  readonly context: () => Json;
  /** `$name`; undefined when there is none. */
  readonly variable: (name: string) => Json | undefined;
}

/** A definite path led nowhere. */
export class PathNotFound extends Error {
  /**
   * @param source the document that was searched
   * @param step the first step without a match
   */
  constructor(
    readonly path: JsonPath,
    readonly source: Json,
    readonly step: number,
  ) {
    super(`no result for ${path.text}`);
  }

  /** Jayway's own words for it, which AWS passes on. */
  get jayway(): string {
    const { steps } = this.path;
    const isLeaf = this.step === steps.length - 1;
    const to = normalised(steps.slice(0, this.step + 1));
    return isLeaf ? `No results for path: ${to}` : `Missing property in path ${to}`;
  }
}

function normalised(steps: readonly Step[]): string {
  const parts = steps.map((step) => {
    if (step.kind === "members") return `[${step.names.map((name) => `'${name}'`).join(",")}]`;
    return step.kind === "indexes" ? `[${step.indexes.join(",")}]` : "[*]";
  });
  return `$${parts.join("")}`;
}

function sourceOf(path: JsonPath, scope: PathScope): Json | undefined {
  if (path.source === "data") return scope.data;
  return path.source === "context" ? scope.context() : scope.variable(path.variable);
}

/** Throws PathNotFound. */
export function readPath(path: JsonPath, scope: PathScope): Json {
  const source = sourceOf(path, scope);
  if (source === undefined) throw new PathNotFound(path, null, 0);
  const { values, missing } = select(source, path.steps, source);
  if (!path.isDefinite) return values;
  if (missing !== undefined) throw new PathNotFound(path, source, missing);
  return values[0] as Json;
}
