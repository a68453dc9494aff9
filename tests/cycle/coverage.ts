// Which cycle cases a permission is used by: those are run to see whether one of them misses it.
import type { EvaluatedProgram } from "@respool/simulator";
import { simulatorBackend } from "../support/simulatorBackend";
import { Cycle, type CycleCase } from "./cycleCase";
import type { Mutant } from "./mutants";

/** A case, and what it used when nothing was missing. */
export interface Candidate {
  readonly entry: CycleCase;
  /** How long it took. */
  readonly milliseconds: number;
  uses(mutant: Mutant): boolean;
}

/** Runs the cases on the program as it is; the quickest come first. */
export async function candidates(
  program: EvaluatedProgram,
  cases: readonly CycleCase[],
): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const entry of cases) found.push(await candidate(program, entry));
  return found.sort((left, right) => left.milliseconds - right.milliseconds);
}

async function candidate(program: EvaluatedProgram, entry: CycleCase): Promise<Candidate> {
  const backend = simulatorBackend(program);
  const started = performance.now();
  await entry.run(new Cycle(backend));
  const milliseconds = performance.now() - started;
  const used = backend.simulation.iam.usedStatements();
  return {
    entry,
    milliseconds,
    uses: ({ policy, action, resource }) => {
      const [start = "", end = ""] = resource.split("*");
      const matches = (arn: string) =>
        resource.includes("*") ? arn.startsWith(start) && arn.endsWith(end) : arn === resource;
      return used.some(
        (statement) =>
          statement.policy.startsWith(policy) &&
          statement.actions.has(action) &&
          [...statement.resources].some(matches),
      );
    },
  };
}

/** The mutants that no case notices, by name. */
export async function survivors(
  program: EvaluatedProgram,
  mutants: readonly Mutant[],
  tried: readonly Candidate[],
): Promise<readonly string[]> {
  const survived: string[] = [];
  let order = tried;
  for (const mutant of mutants) {
    const noticed = await noticedBy(program, mutant, order);
    if (noticed === undefined) survived.push(mutant.name);
    // What looks closely at one permission of a role often does at its others.
    else order = [noticed, ...order.filter((other) => other !== noticed)];
  }
  return survived;
}

/** The first case that fails on the mutant; undefined when it survives all that use what it lacks. */
async function noticedBy(
  program: EvaluatedProgram,
  mutant: Mutant,
  tried: readonly Candidate[],
): Promise<Candidate | undefined> {
  for (const each of tried.filter((one) => one.uses(mutant))) {
    // What cannot even be deployed was not tested: an error here is none of the case's.
    const cycle = new Cycle(simulatorBackend(program, { change: mutant.change }));
    try {
      await each.entry.run(cycle);
    } catch {
      return each;
    }
  }
  return undefined;
}
