// Which names somebody may have meant.
import { expect, it } from "vitest";
import { drillCases } from "../../../drill/cases";
import { closest } from "../../../drill/closest";

const names = drillCases.map(({ name }) => name);

it.each([
  ["queue-timout", "queue-timeout"],
  ["fifo_poison", "fifo-poison"],
  ["queuetimeout", "queue-timeout"],
  ["tabel-memory", "table-memory"],
])("takes %s for %s", (given, meant) => {
  expect(closest(given, names)[0]).toBe(meant);
});

it("offers three, the closest first", () => {
  expect(closest("aab", ["zzz", "abb", "aab", "aaa", "zab"])).toEqual(["aab", "abb", "aaa"]);
});
