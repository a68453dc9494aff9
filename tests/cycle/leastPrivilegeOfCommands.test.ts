// Every Allow that functions of commands, and the API in front of them, get is needed, as leastPrivilege.test.ts tries it for state machines.
import type { EvaluatedProgram } from "@respool/simulator";
import { beforeAll, describe, expect, it } from "vitest";
import { cycleProgram } from "../support/cycleProgram";
import { commandGroups } from "./cases/commands/groups";
import { type Candidate, candidates, survivors } from "./coverage";
import { type Mutant, withoutOnePermission } from "./mutants";

/** Quick cases that between them use all that the others use. */
const looking = new RegExp(
  [
    "an order is accepted, runs down",
    "the functions log and are traced",
    "parked, and each is done once when they are redriven",
    "has begun cannot be cancelled",
    "that has not begun is cancelled",
    "a plain run leaves it",
    "restored by a run that includes it",
    "out of reach at the last receive",
    "a message that comes back",
    "a client may ask a function below",
  ].join("|"),
);

/** What AWS, or a library, asks for where the simulator has no need of it; nothing else may be left over. */
const unnoticed: readonly RegExp[] = [
  // Powertools reads a result, and a command's sender a status, only where DynamoDB did not return it with the refusal of a condition.
  /^(orders|stock|parcels)-policy: dynamodb:GetItem /,
  // Without it a failed attempt's mark stays until its function must have ended, which is before the message comes again.
  /^(orders|stock|parcels)-policy: dynamodb:DeleteItem /,
];

/** Beginnings of the names of what carries a policy. */
const owners = ["orders-", "stock-", "parcels-", "shop-"] as const;

const cases = commandGroups.flatMap(([, group]) => group).filter(({ name }) => looking.test(name));

let program: EvaluatedProgram;
let mutants: readonly Mutant[];
let tried: readonly Candidate[];

beforeAll(async () => {
  program = await cycleProgram("commands.ts");
  mutants = withoutOnePermission(program.resources);
  tried = await candidates(program, cases);
}, 600_000);

describe("every Allow is needed", () => {
  it.each(owners)(
    "of %s",
    async (owner) => {
      const isUnnoticed = ({ name }: Mutant) => unnoticed.some((known) => known.test(name));
      const own = mutants.filter((one) => one.name.startsWith(owner) && !isUnnoticed(one));
      expect(own).not.toEqual([]);
      expect(await survivors(program, own, tried)).toEqual([]);
    },
    600_000,
  );
});
