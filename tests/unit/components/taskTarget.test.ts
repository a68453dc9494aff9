import { describe, expect, it } from "vitest";
import { stateTimeout } from "../../../components/taskTarget";

describe("the timeout of a state that calls a function", () => {
  it("exceeds the function's own by 30 seconds", () => {
    expect(stateTimeout(undefined, 900)).toBe(930);
  });

  it("must exceed the function's own, or work recorded as failed would go on", () => {
    expect(() => stateTimeout(30, 30)).toThrow(
      new Error(
        `[timeout] must be longer than the function's own, which [task.timeout] gives ("30 seconds"), got "30 seconds"`,
      ),
    );
    expect(stateTimeout(31, 30)).toBe(31);
  });
});
