// The failure-and-redrive cycle on an AWS endpoint: the cases of tests/cycle, each on a deployment of its own; those of sources.test.ts
// excepted.
import { describe, it } from "vitest";
import { caseGroupsOf } from "../cycle/cases/cases";
import { withDeployment } from "./deployed";
import { skipped } from "./skipped";

describe.concurrent.each(caseGroupsOf((entry) => entry.program !== "sources.ts"))("%s", (_group, cases) => {
  for (const { name, needs, program, run } of cases) {
    it(name, async (context) => {
      if (needs !== undefined) context.skip(skipped[needs]);
      await withDeployment(run, { program });
    });
  }
});
