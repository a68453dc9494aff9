import { describe, expect, it } from "vitest";
import { refusal } from "../stepFunctionsWorld";

const output = (text: string) => refusal({ A: { Type: "Pass", Output: { v: `{% ${text} %}` }, End: true } });
const invalid = (text: string) =>
  `InvalidDefinition: Invalid State Machine Definition: '${text} at /States/A/Output/v'`;

describe("expressions of a definition", () => {
  it("are parsed when it is created", () => {
    expect(output("1 +")).toBe(invalid("INVALID_JSONATA_EXPRESSION: Unexpected end of expression"));
    expect(output("$states.input[0]")).toBe("accepted");
  });

  it.each([
    "phone",
    "phone.home",
    "1 + phone",
    "$sum(phone)",
    "[phone]",
    "{ 'a': phone }",
    "true ? phone : 1",
    "($x := phone; 1)",
  ])("have no context item to look into: %s", (text) => {
    expect(output(text)).toBe(
      invalid("UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported."),
    );
  });

  it.each(["$states.input.phone", "$states.input[phone = 1]", "$x.(phone)", "$map($x, function($v) { $v.phone })"])(
    "may look into what they have: %s",
    (text) => {
      expect(output(text)).toBe("accepted");
    },
  );

  it("cannot use $eval", () => {
    expect(output("$eval('1')")).toContain("Function '$eval' is not supported.");
  });
});
