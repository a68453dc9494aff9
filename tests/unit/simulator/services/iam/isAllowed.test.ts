import { describe, expect, it } from "vitest";
import type { Iam } from "../../../../../simulator/iam";
import { AwsError } from "../../../../../simulator/service";
import { isAllowed } from "../../../../../simulator/services/iam/isAllowed";

const role = "arn:aws:iam::123456789012:role/worker";

describe("isAllowed", () => {
  it("asks for the role's action on the resource", () => {
    const asked: unknown[] = [];
    const iam: Iam = {
      authorize: ({ principal, service, action }, needs) => asked.push({ principal, service, action, needs }),
    };
    expect(isAllowed(iam, role, "logs:PutLogEvents", "arn:aws:logs:x")).toBe(true);
    expect(asked).toEqual([
      {
        principal: { kind: "role", roleArn: role },
        service: "logs",
        action: "PutLogEvents",
        needs: { action: "logs:PutLogEvents", resource: "arn:aws:logs:x" },
      },
    ]);
  });

  it("takes a refusal for no, and nothing else", () => {
    const throwing = (error: Error): Iam => ({
      authorize: () => {
        throw error;
      },
    });
    expect(isAllowed(throwing(new AwsError("AccessDenied", "no")), role, "xray:PutTraceSegments", "*")).toBe(false);
    expect(() => isAllowed(throwing(new TypeError("broken")), role, "xray:PutTraceSegments", "*")).toThrow("broken");
  });
});
