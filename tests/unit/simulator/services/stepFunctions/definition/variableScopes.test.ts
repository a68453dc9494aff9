// The scopes of variables in a definition.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../../simulator/json";
import { refusal } from "../stepFunctionsWorld";

const end = { Type: "Pass", End: true };

function nested(outer: object, inner: object, around: object = {}): JsonObject {
  const graph = { StartAt: "I", States: { I: { ...end, ...inner } } };
  return {
    S: { Type: "Pass", Next: "P", ...outer },
    P: { Type: "Parallel", Branches: [graph], End: true, ...around },
  } as unknown as JsonObject;
}

const refused = (variable: string, location: string) =>
  `InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The variable '${variable}' is ` +
  `assigned in an outer scope, and cannot be assigned here at ${location}'`;

describe("a variable of a branch or an iteration", () => {
  it("must not have the name of an outer one, whichever state assigns that", () => {
    const at = "/States/P/Branches[0]/States/I/Assign";
    expect(refusal(nested({ Assign: { x: 1 } }, { Assign: { x: 2 } }))).toBe(refused("x", at));
    expect(refusal(nested({}, { Assign: { x: 2 } }, { Assign: { x: 1 } }))).toBe(refused("x", at));
    const Catch = [{ ErrorEquals: ["States.ALL"], Next: "S", Assign: { x: 1 } }];
    expect(refusal(nested({}, { Assign: { x: 2 } }, { Catch }))).toBe(refused("x", at));
    const jsonPath = nested({ Assign: { "x.$": "$" } }, { Assign: { x: 2 } });
    expect(refusal(jsonPath, { QueryLanguage: "JSONPath" })).toBe(refused("x", at));
    const processor = { StartAt: "I", States: { I: { ...end, Assign: { x: 1 } } } };
    expect(refusal({ M: { Type: "Map", Assign: { x: 1 }, ItemProcessor: processor, End: true } })).toBe(
      refused("x", "/States/M/ItemProcessor/States/I/Assign"),
    );
  });

  it("may have the name of one beside it", () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: { ...end, Assign: { x: 1 } } } });
    expect(refusal({ P: { Type: "Parallel", Branches: [branch("A"), branch("B")], End: true } })).toBe("accepted");
    expect(refusal(nested({ Assign: { x: 1 } }, { Assign: { y: 2 } }))).toBe("accepted");
  });
});
