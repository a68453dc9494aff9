// Which status events the safety net takes, of executions on the simulator as EventBridge matches them there.
import { describe, expect, it } from "vitest";
import { safetyNetPattern } from "../../../components/safetyNet";
import { testPattern } from "../../../simulator/services/eventBridge/eventPattern";
import { statusChangeEvent } from "../../support/records";
import { continuedWorld, machineArn } from "./asl/continuedWorld";

type Continued = ReturnType<typeof continuedWorld>;

function takes(event: ReturnType<Continued["failedEvents"]>[number] | undefined, resumes = true): boolean {
  if (event === undefined) throw new Error("no event");
  const { source, detailType, detail } = event;
  return testPattern(safetyNetPattern(machineArn, { resumes }), { source, "detail-type": detailType, detail });
}

/** An event of an execution that failed in this way. */
function ended(detail: { readonly error?: string | null; readonly cause?: string | null; readonly status?: string }) {
  const event = { ...statusChangeEvent("order-1", { ...detail, stateMachineArn: machineArn }) };
  return { source: event.source, detailType: event["detail-type"], detail: event.detail, resources: [] };
}

const atGate = (state: string) =>
  `An error occurred while executing the state '${state}' (entered at the event id #17). Failed to transition out of the state. The state does not point to a next state.`;

describe("the safety net of a source that resumes", () => {
  it("leaves out what its gate recorded", () => {
    const { begin, failedEvents } = continuedWorld("resume");
    begin({ order: 1 });
    expect(failedEvents()).toHaveLength(1);
    expect(takes(failedEvents()[0])).toBe(false);
    expect(takes(ended({ error: "States.Runtime", cause: atGate("Gate") }))).toBe(false);
    expect(takes(ended({ error: "States.NoChoiceMatched", cause: atGate("Charge: Gate") }))).toBe(false);
  });

  it.each(["resume", "park"] as const)("takes what could not be recorded (%s)", (mode) => {
    const { begin, failedEvents, state } = continuedWorld(mode);
    state.spoolDown = true;
    begin({ order: 1 });
    expect(takes(failedEvents()[0])).toBe(true);
  });

  it("leaves out what was given up", () => {
    const { world, begin, records, failedEvents } = continuedWorld("park");
    begin({ order: 1 });
    const [record] = records();
    world.call("states", "SendTaskFailure", { taskToken: record?.taskToken, error: "Respool.Discarded", cause: "" });
    world.run(60_000);
    expect(takes(failedEvents()[0])).toBe(false);
  });

  it.each([
    { error: "ProviderDown", cause: atGate("Gate") },
    { error: "States.Runtime", cause: atGate("TheGate") },
    { error: "States.Runtime", cause: atGate("Charge: SpoolFailedGate") },
    { error: "States.Runtime", cause: null },
    { error: null, cause: null, status: "TIMED_OUT" },
    { error: "States.Runtime", cause: `{"Cause":"${atGate("Gate")}"}` },
  ])("takes every other failure: $error, $cause", (detail) => {
    expect(takes(ended(detail))).toBe(true);
  });

  it("leaves out what is parked, as ever", () => {
    expect(takes(ended({ error: "Respool.Spooled", cause: "{}" }))).toBe(false);
  });
});

describe("the safety net of any other source", () => {
  it("takes an unmatched Choice", () => {
    expect(takes(ended({ error: "States.Runtime", cause: atGate("Gate") }), false)).toBe(true);
    expect(takes(ended({ error: "Respool.Spooled", cause: "{}" }), false)).toBe(false);
  });
});
