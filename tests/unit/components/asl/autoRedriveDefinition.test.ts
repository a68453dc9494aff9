import aslValidator from "asl-validator";
import { describe, expect, it } from "vitest";
import { autoRedriveDefinition } from "../../../../components/asl/autoRedriveDefinition";
import { evaluate } from "./evaluate";

const called = (name: string) => ({
  arn: `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
  timeoutSeconds: 60,
});
const machine = { outcomes: called("outcomes"), reprocess: { ...called("reprocess"), timeoutSeconds: 900 } };
const probed = { ...machine, probe: called("probe") };

describe("the state machine of an automatic redrive", () => {
  it.each([
    ["with a probe", probed],
    ["without", machine],
  ])("is valid Amazon States Language %s", (_name, options) => {
    const { errors } = aslValidator(JSON.parse(JSON.stringify(autoRedriveDefinition(options))));
    expect(errors).toEqual([]);
  });

  it("has no state that it does not come to", () => {
    expect(autoRedriveDefinition(machine).States).not.toHaveProperty("Probe");
    const { StartAt, States } = autoRedriveDefinition(probed);
    const named = JSON.stringify(States).matchAll(/"(?:Next|Default)":"(\w+)"/g);
    expect(new Set([StartAt, ...[...named].map(([, state]) => state)])).toEqual(new Set(Object.keys(States)));
  });

  it("waits for its functions for longer than they run", () => {
    const { Redrive, Judge } = autoRedriveDefinition(machine).States;
    expect([Redrive, Judge]).toMatchObject([{ TimeoutSeconds: 930 }, { TimeoutSeconds: 90 }]);
  });

  it("invokes the reprocess function again only where it was not invoked", () => {
    expect(autoRedriveDefinition(machine).States.Redrive).toMatchObject({
      Retry: [{ ErrorEquals: ["Lambda.TooManyRequestsException"] }],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Judge" }],
    });
  });

  it.each([
    [
      { Error: "Error", Cause: "down" },
      { of: "reprocess", error: "Error", cause: "down" },
    ],
    [{ Error: "States.Timeout" }, { of: "reprocess", error: "States.Timeout" }],
  ])("tells its function of the error %j", async (errorOutput, answer) => {
    const { Redrive } = autoRedriveDefinition(machine).States;
    const catcher = Redrive !== undefined && "Catch" in Redrive ? Redrive.Catch[0] : undefined;
    expect(await evaluate(catcher?.Assign?.answer, { errorOutput })).toEqual(answer);
  });
});
