// Every Allow that semaphores, breakers, work that goes on and automatic redrives need, as leastPrivilege.test.ts tries it for state machines.
import type { EvaluatedProgram } from "@respool/simulator";
import { beforeAll, describe, expect, it } from "vitest";
import { cycleProgram } from "../support/cycleProgram";
import { controlledGroups } from "./cases/controlled/groups";
import { type Candidate, candidates, survivors } from "./coverage";
import { type Mutant, withoutOnePermission } from "./mutants";

/** Quick cases that between them use all that the others use. */
const looking = new RegExp(
  [
    "waits with its input and error",
    "a step that failed is done once",
    "whose record was copied",
    "the status event is never delivered",
    "outlives 60 days",
    "200 days",
    "sent back",
    "a mutex of each customer",
    "frees its place",
    "gives its place back",
    "no more than three of fifty",
    "a run while the breaker",
    "held five times",
    "its one redrive is poison",
    "an alarm opens the breaker",
    "what fails again",
    "outage of three hours",
    "is redriven by itself when",
  ].join("|"),
);

const cases = controlledGroups.flatMap(([, group]) => group).filter(({ name }) => looking.test(name));

/** All cases log and trace; leastPrivilege.test.ts looks at it. */
const isTelemetry = ({ action }: Mutant) => /^(logs|xray):/.test(action);

/** Of the library's own functions: what is there without controls, too, is tried beside state machines. */
const isOfControls = ({ action, resource }: Mutant) =>
  /^dynamodb:|RedriveExecution|SendTask/.test(action) || /recover/.test(resource);

/** What AWS asks for, or a rare moment, where no case has need of it; nothing else may be left over. */
const unnoticed: readonly RegExp[] = [];

/** Beginnings of the names of what carries a policy, and which of its permissions are tried here. One of each kind stands for the others. */
const owners: Readonly<Record<string, (mutant: Mutant) => boolean>> = {
  "charge-policy": () => true,
  "visit-policy": () => true,
  "resuming-policy": () => true,
  "parking-policy": () => true,
  "visit-release-": () => true,
  "payments-control-policy": () => true,
  "payments-alarms-policy": () => true,
  "recover-": () => true,
  "reprocess-policy": isOfControls,
  "reprocess-renewer-policy": isOfControls,
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
      const isUnnoticed = ({ name }: Mutant) => unnoticed.some((known) => known.test(name));
      const own = mutants.filter(
        (one) => one.name.startsWith(owner) && isTried(one) && !isTelemetry(one) && !isUnnoticed(one),
      );
      expect(own).not.toEqual([]);
      expect(await survivors(program, own, tried)).toEqual([]);
    },
    180_000,
  );
});
