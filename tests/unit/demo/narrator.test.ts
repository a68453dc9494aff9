// What is told of all that happens.
import { describe, expect, it } from "vitest";
import { Narrator } from "../../../demo/narrator";
import type { StageEvent } from "../../../demo/stage";
import { Story } from "../../../demo/story";
import { FakeStage } from "./fakeStage";

function listen(orderCount: number) {
  const stage = new FakeStage();
  let hear: (event: StageEvent) => void = () => undefined;
  stage.onEvent = (listener) => {
    hear = listener;
  };
  const story = new Story(
    () => 0,
    () => undefined,
  );
  const narrator = new Narrator(stage, story, orderCount);
  const tell = (kind: "spooled" | "charged", ...ids: number[]) => {
    for (const id of ids) hear({ kind, at: 0, orderId: `order-${id}` });
  };
  const fail = (...ids: number[]) => {
    for (const id of ids) hear({ kind: "attemptFailed", at: 0, orderId: `order-${id}`, error: "503" });
  };
  return {
    stage,
    narrator,
    hear: (event: StageEvent) => hear(event),
    tell,
    fail,
    told: () => story.lines.map((line) => line.text),
    tones: () => story.lines.map((line) => line.tone),
  };
}

describe("Narrator", () => {
  it("tells of the first three orders that need a second try, each once, and of none in the maintenance", () => {
    const { fail, told } = listen(10);
    fail(1, 1, 2, 3, 4);
    expect(told()).toEqual([1, 2, 3].map((id) => `order-${id}: 503; it is tried once more`));

    const other = listen(10);
    other.narrator.maintenanceBegins();
    other.fail(1);
    expect(other.told()).toEqual(["the provider goes into maintenance: every call gets a 503"]);
  });

  it("tells of the first order in the spool, and of the first that comes back to it", () => {
    const { tell, told } = listen(10);
    tell("spooled", 1, 2, 3);
    tell("spooled", 2, 1);
    expect(told()).toEqual([
      "order-1 cannot be charged now: its input and error wait in the spool",
      "order-2 was redriven, failed again, and is back in the spool, one generation on",
    ]);
  });

  it("tells of every quarter, whether the number of orders divides by four or not", () => {
    const { tell, told } = listen(6);
    tell("charged", 1, 2, 3, 4, 5, 6);
    expect(told()).toEqual([2, 3, 5, 6].map((count) => `${count} of 6 orders are charged`));
  });

  it("counts an order once, although the provider answers its second charge with the first", () => {
    const { tell, told } = listen(2);
    tell("charged", 1, 1, 2);
    expect(told()).toEqual(["1 of 2 orders is charged", "2 of 2 orders are charged"]);
  });

  it("speaks of one order as of one", () => {
    const { narrator, tell, told, stage } = listen(1);
    stage.spoolDepth = () => 1;
    narrator.maintenanceEnds();
    tell("charged", 1);
    expect(told()).toEqual([
      "the provider is back, and shaky for the first minutes; 1 order waits",
      "1 of 1 order is charged",
    ]);
  });

  it("tells of every alarm, and sets apart what is OK again", () => {
    const { hear, told, tones } = listen(1);
    hear({ kind: "alarm", at: 0, name: "spool-depth", state: "ALARM" });
    hear({ kind: "alarm", at: 0, name: "spool-depth", state: "OK" });
    expect(told()).toEqual(["ALARM spool-depth: 0 in the spool", "alarm spool-depth is OK again: 0 in the spool"]);
    expect(tones()).toEqual(["alarm", "cleared"]);
  });
});
