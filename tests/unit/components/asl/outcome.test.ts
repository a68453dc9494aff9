import { describe, expect, it } from "vitest";
import { parkedOrHeldOutput, parkedOutput } from "../../../../components/asl/outcome";
import { identityOf } from "../../../../records/executionName";
import { contextOf, evaluate } from "./evaluate";

const outputOf = (name: string) => evaluate(parkedOutput, { context: contextOf({ name }) });

describe("the output of a parked execution", () => {
  it.each([
    "order-1",
    "a".repeat(48),
    "order-1-redrive-1-tncm40",
    "order-1-redrive-12-tncm40",
    "order-1-redrive-1-tncm40-redrive-2-tncm40",
    "order-1-redrive-0-tncm40",
    "order-1-redrive-1-",
    "order-1-redrive-1-TNCM40",
    `${"a".repeat(48)}-redrive-9999-tncm40`,
  ])("has the id and generation that the parser gives to %s", async (name) => {
    const { id, generation } = identityOf(name, 0);
    expect(await outputOf(name)).toEqual({ spooled: true, id, generation });
  });

  it.each(["a".repeat(49), "café", "a.b"])("has no id for %s, whose id is a hash", async (name) => {
    expect(await outputOf(name)).toEqual({ spooled: true, id: null, generation: 0 });
  });
});

describe("the output of work that may be held", () => {
  const output = (failure: unknown) =>
    evaluate(parkedOrHeldOutput, { context: contextOf({ name: "order-1-redrive-1-tncm40" }), variables: { failure } });
  const parked = { spooled: true, id: "order-1", generation: 1 };

  it("says so where nobody attempted it", async () => {
    expect(await output({ Error: "Respool.Held", Cause: "open", Held: true })).toEqual({ ...parked, held: true });
  });

  it("is the same as ever where it failed", async () => {
    expect(await output({ Error: "ProviderDown", Cause: null })).toEqual(parked);
  });
});
