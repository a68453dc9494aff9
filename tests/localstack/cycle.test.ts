// The failure-and-redrive cycle of state machines and of commands on an AWS endpoint: the cases of tests/cycle, each on a deployment of its own.
import { describe, it } from "vitest";
import { machineGroups } from "../cycle/cases/cases";
import { commandGroups } from "../cycle/cases/commands/groups";
import { controlledGroups } from "../cycle/cases/controlled/groups";
import { withDeployment } from "./deployed";
import { skipped } from "./skipped";

describe.concurrent.each([...machineGroups, ...controlledGroups, ...commandGroups])("%s", (_group, cases) => {
  for (const { name, needs, program, run } of cases) {
    it(name, async (context) => {
      if (needs !== undefined) context.skip(skipped[needs]);
      await withDeployment(run, { program });
    });
  }
});
