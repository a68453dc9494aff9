// The cycle of what is no execution of its own, on an AWS endpoint: the cases share deployments, since one takes longer than they do.
import { availableParallelism } from "node:os";
import { afterAll, describe, it } from "vitest";
import { sourceCrashGroups, sourceGroups } from "../cycle/cases/cases";
import { SharedDeployments } from "./deployed";
import { skipped } from "./skipped";

// Cases mostly wait, but deploying does not.
const most = Math.ceil(1.5 * availableParallelism());
const deployments = new SharedDeployments({ program: "sources.ts" }, most);

afterAll(() => deployments.close());

describe.concurrent.each([...sourceGroups, ...sourceCrashGroups])("%s", (_group, cases) => {
  for (const { name, needs, run } of cases) {
    it(name, async (context) => {
      if (needs !== undefined) context.skip(skipped[needs]);
      await deployments.run(run);
    });
  }
});
