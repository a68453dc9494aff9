// The failure-and-redrive cycle on an AWS endpoint: the cases of tests/cycle, each on a deployment of its own.
import { describe, expect, it } from "vitest";
import { crashCases } from "../cycle/cases/crashes";
import { duplicateCases } from "../cycle/cases/duplicates";
import { poisonCases } from "../cycle/cases/poison";
import { redriveCases } from "../cycle/cases/redrive";
import { waitingCases } from "../cycle/cases/waiting";
import { withDeployment } from "./deployed";
import { reasonToSkip, skippedCases } from "./skipped";

const groups = {
  redrive: redriveCases,
  poison: poisonCases,
  duplicates: duplicateCases,
  crashes: crashCases,
  waiting: waitingCases,
};

describe.concurrent.each(Object.entries(groups))("%s", (_group, cases) => {
  for (const entry of cases) {
    it(entry.name, async (context) => {
      const reason = reasonToSkip(entry);
      context.skip(reason !== undefined, reason);
      await withDeployment((cycle) => entry.run(cycle));
    });
  }
});

describe("the table of skipped cases", () => {
  it("names cases that exist", () => {
    const names = Object.values(groups).flatMap((cases) => cases.map(({ name }) => name));
    expect(Object.keys(skippedCases).filter((name) => !names.includes(name))).toEqual([]);
  });
});
