// ARNs of executions and their state machines.
import { describe, expect, it } from "vitest";
import { executionArn, parseExecutionArn } from "../../../records/arn";
import { executionOf, ORDERS_ARN } from "../../support/records";

describe("parseExecutionArn", () => {
  it("gives the state machine and the name", () => {
    expect(parseExecutionArn(executionOf("order-1"))).toEqual({ stateMachineArn: ORDERS_ARN, name: "order-1" });
  });

  it.each([
    "arn:aws:states:eu-west-1:123456789012:express:orders:order-1:0f2b",
    "arn:aws:states:eu-west-1:123456789012:execution:orders:a b",
    ORDERS_ARN,
    "",
  ])("refuses %s", (arn) => {
    expect(parseExecutionArn(arn)).toBeUndefined();
  });
});

describe("executionArn", () => {
  it("is the opposite", () => {
    expect(executionArn(ORDERS_ARN, "order-1")).toBe(executionOf("order-1"));
  });

  it("refuses the ARN of a version", () => {
    expect(() => executionArn(`${ORDERS_ARN}:3`, "x")).toThrow(
      `[stateMachineArn] must be the ARN of a state machine, without version or alias, got "${ORDERS_ARN}:3"`,
    );
  });
});
