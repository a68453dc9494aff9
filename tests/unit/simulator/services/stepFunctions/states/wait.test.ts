import { describe, expect, it } from "vitest";
import { parseTimestamp } from "../../../../../../simulator/services/stepFunctions/states/timestamp";
import { refusal, stepFunctionsWorld } from "../stepFunctionsWorld";

const wait = (fields: object) => ({ A: { Type: "Wait", ...fields, End: true } });

function waited(fields: object, input: unknown = {}): number {
  const { history } = stepFunctionsWorld().run(wait(fields), input);
  const at = (type: string) => history.find((event) => event.type === type)?.timestamp ?? Number.NaN;
  return at("WaitStateExited") - at("WaitStateEntered");
}

describe("Wait", () => {
  it("waits for seconds, given or computed", () => {
    expect(waited({ Seconds: 90 })).toBeCloseTo(90);
    expect(waited({ Seconds: "{% $states.input.n * 60 %}" }, { n: 2 })).toBeCloseTo(120);
    expect(waited({ Seconds: 0 })).toBe(0);
  });

  it("waits until a moment, and not at all for one that has passed", () => {
    const { history } = stepFunctionsWorld().run(wait({ Timestamp: "2026-01-02T00:00:00+02:00" }));
    expect(history[2]?.timestamp).toBe(Date.UTC(2026, 0, 1, 22) / 1000);
    expect(waited({ Timestamp: "2016-03-05T21:29:29.243167252Z" })).toBe(0);
  });

  it("fails for a moment that is none; the event follows the state's entry", () => {
    const execution = stepFunctionsWorld().run(wait({ Timestamp: "{% $states.input %}" }), "2016-13-05T21:29:29Z");
    expect(execution.error).toBe("States.QueryEvaluationError");
    expect(execution.cause).toBe(
      "An error occurred while executing the state 'A' (entered at the event id #2). The Timestamp field cannot be parsed " +
        "as an ISO-8601 extended offset date-time format string: 2016-13-05T21:29:29Z",
    );
    expect(execution.history[2]).toMatchObject({ type: "EvaluationFailed", previousEventId: 2 });
  });

  it("fails for seconds that are none", () => {
    expect(stepFunctionsWorld().run(wait({ Seconds: "{% -1 %}" })).cause).toContain(
      "The Seconds field must be a whole number from 0 to 99999999: -1",
    );
    expect(stepFunctionsWorld().run(wait({ Seconds: "{% '1' %}" })).cause).toContain(
      "Expected 'number', but was 'string'",
    );
  });

  it("needs exactly one of the two, in the right form", () => {
    expect(refusal(wait({}))).toContain("Wait state must have exactly one of 'Seconds' and 'Timestamp' at /States/A");
    expect(refusal(wait({ Timestamp: "2016-12-05 21:29:29Z" }))).toBe(
      "InvalidDefinition: Invalid State Machine Definition: " +
        "'SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/A/Timestamp'",
    );
    expect(refusal(wait({ Seconds: 1.5 }))).toContain(
      "must be a whole number from 0 to 99999999 or a JSONata expression",
    );
  });
});

describe("parseTimestamp", () => {
  it("reads RFC 3339 only", () => {
    expect(parseTimestamp("2026-05-06T07:08:09.5Z")).toBe(Date.UTC(2026, 4, 6, 7, 8, 9, 500));
    expect(parseTimestamp("2026-05-06T07:08:09-01:30")).toBe(Date.UTC(2026, 4, 6, 8, 38, 9));
    for (const text of ["2026-02-30T00:00:00Z", "2026-05-06T25:00:00Z", "2026-05-06T07:08:09", "2026-05-06"]) {
      expect(parseTimestamp(text)).toBeUndefined();
    }
  });
});
