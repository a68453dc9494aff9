// What the process that evaluates a Pulumi program and the one that creates its resources say to each other.
import type { JsonObject } from "../json";

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

export interface NewResource {
  readonly type: string;
  readonly name: string;
  /** Archives encoded as in assets.ts. */
  readonly inputs: JsonObject;
  /** False for components and for the stack itself. */
  readonly custom: boolean;
  readonly provider: string;
}

export type FromProgram =
  | { readonly kind: "create"; readonly call: number; readonly resource: NewResource }
  | { readonly kind: "done"; readonly outputs: JsonObject }
  | { readonly kind: "failed"; readonly message: string };

export type ToProgram =
  | { readonly kind: "run"; readonly settings: ProgramSettings }
  | { readonly kind: "created"; readonly call: number; readonly id: string; readonly state: JsonObject }
  | { readonly kind: "refused"; readonly call: number; readonly message: string };
