import { describe, expect, it } from "vitest";
import { safetyNetRulePrefix } from "../../../components/spoolQueuePolicy";

describe("the names of a spool's safety-net rules", () => {
  it("begin with the queue's name", () => {
    expect(safetyNetRulePrefix("spool-1a2b3c4")).toBe("spool-1a2b3c4-");
    expect(safetyNetRulePrefix("s".repeat(37))).toBe(`${"s".repeat(37)}-`);
  });

  it("stay within the 38 characters that the provider takes, and differ where queue names do", () => {
    const long = `${"s".repeat(72)}-1a2b3c4`;
    const other = `${"s".repeat(72)}-5d6e7f8`;
    expect(safetyNetRulePrefix(long)).toMatch(/^s{28}-[0-9a-f]{8}-$/);
    expect(safetyNetRulePrefix(long)).not.toBe(safetyNetRulePrefix(other));
  });
});
