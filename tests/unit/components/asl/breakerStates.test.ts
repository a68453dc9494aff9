import aslValidator from "asl-validator";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../../simulator/service";
import { breakerWorld, controlDefinition, outputOf, protectedDefinition, use } from "./breakerWorld";

describe("the definitions", () => {
  it.each([
    ["of protected work", protectedDefinition()],
    ["of work without answers", protectedDefinition({ ...use, answers: [] })],
    ["of the control", controlDefinition()],
  ])("%s are valid Amazon States Language", (_, definition) => {
    expect(aslValidator(JSON.parse(JSON.stringify(definition))).errors).toEqual([]);
  });
});

describe("while it is closed", () => {
  it("costs two transitions: the check and the report", () => {
    const { work } = breakerWorld();
    const done = work();
    expect(done.status).toBe("SUCCEEDED");
    expect(done.output).toBe('"done"');
    expect(done.stateTransitions).toBe(1 + 2);
  });
});
