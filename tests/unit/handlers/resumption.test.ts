// Where the execution of resumable work stands, by what DescribeExecution tells.
import { describe, expect, it } from "vitest";
import { redriveToken, resumptionOf } from "../../../handlers/resumption";

const redriveDate = new Date(5000);
const stopDate = new Date(4000);

describe("an execution that failed with two redrives", () => {
  it.each([
    [{ status: "FAILED", redriveCount: 2, redriveStatus: "REDRIVABLE", stopDate }, "resumable"],
    [{ status: "TIMED_OUT", redriveCount: 2, redriveStatus: "REDRIVABLE" }, "resumable"],
    [{ status: "ABORTED", redriveCount: 2, redriveStatus: "REDRIVABLE" }, "resumable"],
    [{ status: "FAILED", redriveCount: 2 }, "resumable"],
    [{ status: "RUNNING", redriveCount: 3, redriveDate }, "resumed"],
    [{ status: "SUCCEEDED", redriveCount: 3, redriveDate }, "resumed"],
    [{ status: "FAILED", redriveCount: 3, redriveDate }, "resumed"],
    [{ status: "FAILED", redriveCount: 4, redriveDate }, "superseded"],
    [{ status: "SUCCEEDED", redriveCount: 2 }, "superseded"],
    [{ status: "RUNNING", redriveCount: 2 }, "notYet"],
    [{ status: "PENDING_REDRIVE", redriveCount: 2 }, "notYet"],
    [{ status: "FAILED", redriveCount: 1, redriveStatus: "REDRIVABLE" }, "notYet"],
    [{ status: "SUCCEEDED" }, "notYet"],
    [{}, "notYet"],
    [{ status: "FAILED", redriveCount: 2, redriveStatus: "NOT_REDRIVABLE" }, "impossible"],
    [{ status: "FAILED", redriveCount: 2, redriveStatus: "REDRIVABLE_BY_MAP_RUN" }, "impossible"],
  ] as const)("with %j is %s", (described, is) => {
    expect(resumptionOf(described, 2).is).toBe(is);
  });

  it("tells when it failed, when it was redriven, and why it cannot be", () => {
    expect(resumptionOf({ status: "FAILED", redriveStatus: "REDRIVABLE", stopDate }, 0)).toEqual({
      is: "resumable",
      status: "FAILED",
      failedAt: stopDate,
      isSure: true,
    });
    expect(resumptionOf({ status: "RUNNING", redriveCount: 1, redriveDate }, 0)).toEqual({
      is: "resumed",
      redrivenAt: redriveDate,
    });
    const redriveStatusReason = "Execution redrivable period exceeded";
    expect(resumptionOf({ status: "FAILED", redriveStatus: "NOT_REDRIVABLE", redriveStatusReason }, 0)).toEqual({
      is: "impossible",
      reason: "its execution cannot be resumed: Execution redrivable period exceeded",
    });
  });
});

describe("an execution that ended when its work was recorded, before its source resumed", () => {
  it.each([
    [{ status: "SUCCEEDED", output: '{"spooled":true,"id":"order-1","generation":0}' }, "restarts"],
    [{ status: "FAILED", error: "Respool.Spooled", redriveStatus: "REDRIVABLE" }, "restarts"],
    [{ status: "SUCCEEDED", output: '{"spooled":true}' }, "superseded"],
    [{ status: "SUCCEEDED", output: '{"charged":true}' }, "superseded"],
    [{ status: "SUCCEEDED", redriveCount: 1, output: '{"spooled":true,"generation":0}' }, "resumed"],
  ] as const)("with %j %s", (described, is) => {
    expect(resumptionOf(described, 0).is).toBe(is);
  });
});

describe("the client token", () => {
  it("is of the work and the generation, printable, and short enough for the longest of both", () => {
    const identity = { id: "x".repeat(48), born: 1 };
    expect(redriveToken({ identity: { id: "order-1", born: 1 }, generation: 0 })).toBe("order-1-redrive-1");
    expect(redriveToken({ identity, generation: 9999 })).toMatch(/^[!-~]{1,64}$/);
  });
});
