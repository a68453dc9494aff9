// What the process that evaluates a Pulumi program and the one that creates its resources say to each other.
import type { JsonObject } from "../json";
import type { CreatedResource } from "../service";

/** Settings of one evaluation. */
export interface ProgramSettings {
  /** The program's folder: where Pulumi.yaml stands. */
  readonly directory: string;
  /** The program's entry file. */
  readonly main: string;
  readonly project: string;
  readonly stack: string;
  /** Fully qualified: "respool:spoolRetention". */
  readonly config: Readonly<Record<string, string>>;
  readonly accountId: string;
  readonly region: string;
}

/** A resource that a provider creates; components never leave the program's process. */
export interface NewResource {
  readonly type: string;
  readonly name: string;
  /** Archives encoded as in assets.ts. */
  readonly inputs: JsonObject;
  readonly provider: string;
}

export type FromProgram =
  | { readonly kind: "create"; readonly call: number; readonly resource: NewResource }
  /** The program can only wait for the resources that it asked for. */
  | { readonly kind: "rest" }
  | { readonly kind: "done"; readonly outputs: JsonObject }
  | { readonly kind: "failed"; readonly message: string };

/** The answer to one "create". */
export interface Created extends CreatedResource {
  readonly call: number;
}

export type ToProgram =
  | { readonly kind: "run"; readonly settings: ProgramSettings }
  | { readonly kind: "created"; readonly created: readonly Created[] };
