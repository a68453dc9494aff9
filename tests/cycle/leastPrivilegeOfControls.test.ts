// Every Allow that semaphores, breakers, work that goes on and automatic redrives need, as leastPrivilege.test.ts tries it for state machines.
import type { EvaluatedProgram } from "@respool/simulator";
import { beforeAll, describe, expect, it } from "vitest";
import { cycleProgram } from "../support/cycleProgram";
import { controlledGroups } from "./cases/controlled/groups";
import { type Candidate, candidates, survivors } from "./coverage";
import { type Mutant, withoutOnePermission } from "./mutants";

/** Quick cases that between them use all that the others use. */
const looking =
  /a mutex of each customer|frees its place|gives its place back|a run while the breaker is held|an alarm opens|by itself when/;

const cases = controlledGroups.flatMap(([, group]) => group).filter(({ name }) => looking.test(name));

/** All cases log and trace; leastPrivilege.test.ts looks at it. */
const isTelemetry = ({ action }: Mutant) => /^(logs|xray):/.test(action);

/** Beginnings of the names of what carries a policy, and which of its permissions are tried here. One of each kind stands for the others. */
const owners: Readonly<Record<string, (mutant: Mutant) => boolean>> = {
  "visit-policy": () => true,
  "visit-release-": () => true,
  "payments-control-policy": () => true,
  "payments-alarms-policy": () => true,
};

let program: EvaluatedProgram;
let mutants: readonly Mutant[];
let tried: readonly Candidate[];

beforeAll(async () => {
  program = await cycleProgram("controlled.ts");
  mutants = withoutOnePermission(program.resources);
  tried = await candidates(program, cases);
}, 180_000);

describe("every Allow is needed", () => {
  it.each(Object.entries(owners))(
    "of %s",
    async (owner, isTried) => {
      const own = mutants.filter((one) => one.name.startsWith(owner) && isTried(one) && !isTelemetry(one));
      expect(own).not.toEqual([]);
      expect(await survivors(program, own, tried)).toEqual([]);
    },
    180_000,
  );
});
