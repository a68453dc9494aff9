// The table of costs in docs/guide/commands.md is what commands come to: `vitest run tests/guide -u` writes it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Simulation } from "@respool/simulator";
import { expect, it } from "vitest";
import { withTables } from "../costs/tables";
import { costTable } from "./commandCosts";

const path = join(__dirname, "../../docs/guide/commands.md");
const directory = join(__dirname, "program");

it("is in the guide as it is counted", async () => {
  const [first, second] = await Promise.all(
    ["firstCommand.ts", "shopCommands.ts"].map((file) =>
      new Simulation().deploy({ directory, main: join(directory, file) }),
    ),
  );
  if (first === undefined || second === undefined) throw new Error("two programs were deployed");

  const commands = costTable(first, second);

  await expect(withTables(readFileSync(path, "utf8"), { commands })).toMatchFileSnapshot(path);
});
