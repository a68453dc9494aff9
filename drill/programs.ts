// The two programs of the drill, each evaluated once: the bookshop as it is, and one written by hand without components.
import { join } from "node:path";
import { type EvaluatedProgram, Simulation } from "@respool/simulator";
import { neighboursUrl } from "./neighbours";

export type ProgramName = "bookshop" | "control";

const root = join(__dirname, "..");

const config = {
  paymentProviderUrl: neighboursUrl,
  partnersUrl: neighboursUrl,
  fakePaymentProvider: "false",
};

/** Evaluates a program; what it creates can then be created in any simulation. */
export function evaluateDrillProgram(name: ProgramName): Promise<EvaluatedProgram> {
  const main = name === "bookshop" ? undefined : join(__dirname, "control", "index.ts");
  return new Simulation().deploy({ directory: root, config, main });
}
