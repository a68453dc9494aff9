// The cases themselves are tried: each breakage of the program makes a case fail.
import { describe, expect, it } from "vitest";
import { cycleProgram } from "../support/cycleProgram";
import { simulatorBackend } from "../support/simulatorBackend";
import { breakages } from "./breakages";
import { caseGroups } from "./cases/cases";
import { commandGroups } from "./cases/commands/groups";
import { commandBreakages } from "./commandBreakages";
import { controlledBreakages } from "./controlledBreakages";
import { Cycle } from "./cycleCase";
import { sourceBreakages } from "./sourceBreakages";

const all = [...breakages, ...sourceBreakages, ...controlledBreakages, ...commandBreakages];

describe("the cases notice when", () => {
  it.each(all.map((breakage) => [breakage.name, breakage] as const))("%s", async (_name, breakage) => {
    const entry = [...caseGroups, ...commandGroups]
      .flatMap(([, cases]) => cases)
      .find(({ name }) => name === breakage.noticedBy);
    if (entry === undefined) throw new Error(`there is no case "${breakage.noticedBy}"`);
    const program = await cycleProgram(entry.program);
    const changed = program.resources.filter((resource) => breakage.change(resource) !== resource);
    expect(changed).not.toEqual([]);
    const cycle = new Cycle(simulatorBackend(program, { change: breakage.change }));
    await expect(entry.run(cycle)).rejects.toThrow();
  });
});
