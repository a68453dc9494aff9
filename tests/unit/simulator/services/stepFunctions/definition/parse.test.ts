import { describe, expect, it } from "vitest";
import { refusal, stepFunctionsWorld } from "../stepFunctionsWorld";

const invalid = (text: string) => `InvalidDefinition: Invalid State Machine Definition: '${text}'`;
const end = { Type: "Pass", End: true };

describe("a definition", () => {
  it("must be a JSON object", () => {
    const { world } = stepFunctionsWorld();
    const create = (definition: string) => () =>
      world.call("states", "CreateStateMachine", {
        name: "m",
        definition,
        roleArn: "arn:aws:iam::123456789012:role/r",
      });
    expect(create("{")).toThrow("Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: ");
    expect(create("[]")).toThrow("Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: not a JSON object'");
  });

  it("needs StartAt, States, and fields that are known", () => {
    expect(refusal({ A: end }, { StartAt: undefined })).toBe(
      invalid("SCHEMA_VALIDATION_FAILED: The field 'StartAt' is required but was missing at /"),
    );
    expect(refusal({}, { StartAt: "A" })).toBe(
      invalid("SCHEMA_VALIDATION_FAILED: The field 'States' should be non-empty at /"),
    );
    expect(refusal({ A: { ...end, _note: 1 } })).toBe(
      invalid("SCHEMA_VALIDATION_FAILED: Field '_note' is not supported at /States/A"),
    );
    expect(refusal({ A: { ...end, Catch: [] } })).toBe(
      invalid("SCHEMA_VALIDATION_FAILED: Field 'Catch' is not supported at /States/A"),
    );
    expect(refusal({ A: end }, { TimeoutSeconds: 0 })).toBe(
      invalid(
        "SCHEMA_VALIDATION_FAILED: Value for the field 'TimeoutSeconds' must be a whole number from 1 to 99999999, got 0 at /TimeoutSeconds",
      ),
    );
  });

  it("names all that is wrong", () => {
    expect(refusal({ A: { Type: "Pass" }, B: { Type: "Nap" } })).toBe(
      invalid(
        "SCHEMA_VALIDATION_FAILED: State must have exactly one of 'Next' and 'End': true at /States/A, " +
          "SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values: " +
          "[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/B/Type",
      ),
    );
  });

  it("says what the simulator lacks", () => {
    const processor = { StartAt: "B", States: { B: end }, ProcessorConfig: { Mode: "DISTRIBUTED" } };
    expect(refusal({ A: { Type: "Map", ItemProcessor: processor, End: true } })).toBe(
      'SimulatorUnsupportedDefinition: the simulator does not have the processor mode "DISTRIBUTED" ' +
        "(at /States/A/ItemProcessor/ProcessorConfig/Mode); it has Map states in inline mode",
    );
    expect(refusal({ A: { Type: "Map", ItemReader: {}, End: true } })).toBe(
      "SimulatorUnsupportedDefinition: the simulator does not have ItemReader (at /States/A); " +
        "it has Map states in inline mode",
    );
  });

  it("names every state once, in branches too", () => {
    const branch = { StartAt: "A", States: { A: end } };
    expect(refusal({ A: { Type: "Parallel", Branches: [branch], End: true } })).toBe(
      invalid("DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A/Branches[0]/States/A"),
    );
  });

  it("looks at the states of branches and item processors", () => {
    const branch = { StartAt: "B", States: { B: { Type: "Pass" } } };
    const missing = "SCHEMA_VALIDATION_FAILED: State must have exactly one of 'Next' and 'End': true at";
    expect(refusal({ A: { Type: "Parallel", Branches: [branch], End: true } })).toBe(
      invalid(`${missing} /States/A/Branches[0]/States/B`),
    );
    expect(refusal({ A: { Type: "Map", ItemProcessor: branch, End: true } })).toBe(
      invalid(`${missing} /States/A/ItemProcessor/States/B`),
    );
    expect(refusal({ A: { Type: "Parallel", Branches: [], End: true } })).toBe(
      invalid("SCHEMA_VALIDATION_FAILED: The field 'Branches' must be a non-empty array at /States/A"),
    );
  });

  it("may choose JSONata state by state, and not leave it", () => {
    expect(refusal({ A: { ...end, QueryLanguage: "JSONata" } }, { QueryLanguage: undefined })).toBe("accepted");
    expect(refusal({ A: { ...end, QueryLanguage: "JSONPath" } })).toBe(
      invalid(
        "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A",
      ),
    );
  });

  it("keeps variable names apart from AWS's own", () => {
    expect(refusal({ A: { ...end, Assign: { states: 1 } } })).toBe(
      invalid("SCHEMA_VALIDATION_FAILED: The variable name 'states' is reserved at /States/A/Assign"),
    );
    expect(refusal({ A: { ...end, Assign: { "a-b": 1 } } })).toContain("The variable name 'a-b' is not valid");
  });
});
