import { describe, expect, it } from "vitest";
import { refusal } from "../stepFunctionsWorld";

const invalid = (text: string) => `InvalidDefinition: Invalid State Machine Definition: '${text}'`;
const end = { Type: "Pass", End: true };
const charge = { Type: "Task", Resource: "arn:aws:lambda:eu-west-1:123456789012:function:f", End: true };

describe("transitions", () => {
  it("must lead to states that exist", () => {
    expect(refusal({ A: end }, { StartAt: "B" })).toContain(
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /StartAt",
    );
    expect(refusal({ A: { Type: "Pass", Next: "B" }, C: { Type: "Succeed" } })).toContain(
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next",
    );
    const caught = { ...charge, Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }] };
    expect(refusal({ A: caught })).toBe(
      invalid("MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Catch[0]/Next"),
    );
    const choice = { Type: "Choice", Choices: [{ Condition: true, Next: "B" }], Default: "C" };
    expect(refusal({ A: choice, D: end })).toContain(
      "Missing 'Default' target: C at /States/A/Default, MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Choices[0]/Next",
    );
  });

  it("must reach every state, also when it leads to itself", () => {
    expect(refusal({ A: end, B: { Type: "Pass", Next: "B" } })).toBe(
      invalid('MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B'),
    );
  });

  it("must end somewhere", () => {
    expect(refusal({ A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } })).toBe(
      invalid("SCHEMA_VALIDATION_FAILED: The state machine has no state that ends it at /States"),
    );
  });
});
