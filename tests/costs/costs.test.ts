// The tables of costs in the guide are what executions come to: `vitest run tests/costs -u` writes them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Simulation } from "@respool/simulator";
import { expect, it } from "vitest";
import { tables, withTables } from "./tables";
import { dollarsPerMillion } from "./usage";

const path = join(__dirname, "../../docs/guide/costs.md");

it("are in the guide as they are counted", async () => {
  const program = await new Simulation().deploy({ directory: join(__dirname, "program") });

  await expect(withTables(readFileSync(path, "utf8"), tables(program))).toMatchFileSnapshot(path);
});

it("adds up what each part costs", () => {
  expect(dollarsPerMillion({ transitions: 5, writes: 4, reads: 2, messages: 1, events: 1 })).toBeCloseTo(
    125 + 2.5 + 0.25 + 0.4 + 1,
  );
});

it("writes between the marks, and misses those that are not there", () => {
  const document = "a\n<!-- counted: work -->\n\nold\n\n<!-- end -->\nb\n";
  expect(withTables(document, { work: "new" })).toBe("a\n<!-- counted: work -->\n\nnew\n\n<!-- end -->\nb\n");
  expect(() => withTables(document, { added: "new" })).toThrow(
    new Error("the document must have a line <!-- counted: added -->"),
  );
});
