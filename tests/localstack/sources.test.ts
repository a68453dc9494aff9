// The cycle of what is no execution of its own, on an AWS endpoint: cases that share deployments, which have everything and take long.
import { availableParallelism } from "node:os";
import { afterAll, describe, it } from "vitest";
import { caseGroupsOf } from "../cycle/cases/cases";
import { SharedDeployments } from "./deployed";
import { skipped } from "./skipped";

const program = "sources.ts";
const deployments = new SharedDeployments({ program }, availableParallelism());

afterAll(() => deployments.close());

describe.concurrent.each(caseGroupsOf((entry) => entry.program === program))("%s", (_group, cases) => {
  for (const { name, needs, run } of cases) {
    it(name, async (context) => {
      if (needs !== undefined) context.skip(skipped[needs]);
      await deployments.run(run);
    });
  }
});
