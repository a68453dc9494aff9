// Commands: accepted, decided, failed and redriven, on the simulator.
import { expect, it } from "vitest";
import { cycleProgram } from "../support/cycleProgram";
import { commandGroups } from "./cases/commands/groups";
import { onSimulator } from "./onSimulator";

onSimulator(commandGroups);

it("a program whose commands lead back is not deployed, and told the way", async () => {
  await expect(cycleProgram("commandsInARound.ts")).rejects.toThrow(
    "[sends] must not lead back: orders -> stock -> billing -> orders",
  );
});
