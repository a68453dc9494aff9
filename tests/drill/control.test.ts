// The control: the drill counts what hand-written handlers lose and double, so that it would count it of the components, too.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { CaseResult } from "../../drill/caseResult";
import { documentedOutput, documentPath } from "../../drill/documentation";
import { runDrill } from "../../drill/program";
import { type Drilled, drilled, namesOf } from "./drilled";

let control: Drilled;

beforeAll(async () => {
  control = await drilled("control");
}, 300_000);

const of = (prefix: string) => control.results.filter(({ name }) => name.startsWith(prefix));
const isLost = ({ lost }: CaseResult) => lost > 0;
const isDoubled = ({ duplicated }: CaseResult) => duplicated > 0;

describe("the drill of hand-written handlers", () => {
  it("loses events for which Lambda has no destination", () => {
    for (const type of ["event", "direct"])
      expect(namesOf(of(type), isLost)).toEqual(
        ["client", "exception", "throttle", "down"].map((failure) => `${type}-${failure}`),
      );
  });

  it("loses a batch of every stream that fails for a weekend", () => {
    for (const type of ["table", "stream"]) expect(namesOf(of(type), isLost)).toHaveLength(6);
  });

  it("doubles what was done before an attempt failed", () => {
    for (const type of ["event", "direct"])
      expect(namesOf(of(type), isDoubled)).toEqual([`${type}-timeout`, `${type}-memory`]);
    for (const type of ["table", "stream", "queue", "fifo"])
      expect(namesOf(of(type), isDoubled)).toEqual([`${type}-timeout`, `${type}-memory`, `${type}-poison`]);
  });

  it("is fair: dead-letter queues, failed executions and an idempotency key do what they are for", () => {
    for (const type of ["queue", "fifo", "task", "status"]) expect(namesOf(of(type), isLost)).toEqual([]);
    for (const type of ["task", "status"]) expect(namesOf(of(type), isDoubled)).toEqual([]);
  });

  it("leaves the caller of the API unsure, whose mistake an alarm announces", () => {
    expect(new Set(of("api").map(({ ended }) => ended))).toEqual(new Set(["caller unsure"]));
    expect(of("api-client")).toMatchObject([{ caller: "502 Internal server error", alarms: ["errors"] }]);
  });

  it("fails the drill, unless it is asked for as a control", async () => {
    const run = (...args: readonly string[]) => {
      const silent = { write: () => undefined };
      const evaluate = async () => control.program;
      return runDrill([...args, "event-down"], { stdout: silent, stderr: silent, environment: {}, evaluate });
    };
    expect(await run()).toBe(1);
    expect(await run("--control")).toBe(0);
  });

  it("is what the guide shows: `node scripts/run.js tsx drill/documentMain.ts` writes it", () => {
    expect(documentedOutput(readFileSync(documentPath, "utf8"), "control")).toBe(control.printed);
  });
});
