import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Clock } from "../../../simulator/clock";
import { EventLog, type SimulationEvent } from "../../../simulator/eventLog";

describe("EventLog", () => {
  it("keeps events in order, with the virtual time of each", () => {
    const clock = new Clock(1000);
    const events = new EventLog(clock);
    events.append("sqs.SendMessage", { caller: "f" });
    clock.advanceTo(2500);
    events.append("alarm.StateChange", { to: "ALARM" });
    expect(events.all).toEqual([
      { at: 1000, kind: "sqs.SendMessage", detail: { caller: "f" } },
      { at: 2500, kind: "alarm.StateChange", detail: { to: "ALARM" } },
    ]);
  });

  it("hashes time, kind and details of all so far", () => {
    const clock = new Clock(5);
    const events = new EventLog(clock);
    expect(events.hash()).toBe(createHash("sha256").digest("hex"));
    events.append("a", { b: 1 });
    const expected = createHash("sha256").update('5 a {"b":1}\n').digest("hex");
    expect([events.hash(), events.hash()]).toEqual([expected, expected]);
    events.append("a", { b: 1 });
    expect(events.hash()).not.toBe(expected);
  });

  it("tells listeners of what comes, until they end", () => {
    const events = new EventLog(new Clock(0));
    const [one, two]: SimulationEvent[][] = [[], []];
    events.append("before", {});
    const endOne = events.listen((event) => void one?.push(event));
    events.listen((event) => void two?.push(event));
    events.append("first", {});
    endOne();
    endOne();
    events.append("second", {});
    expect(one?.map(({ kind }) => kind)).toEqual(["first"]);
    expect(two?.map(({ kind }) => kind)).toEqual(["first", "second"]);
  });
});
