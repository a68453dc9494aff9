// Which errors of AWS ask for patience.
import { describe, expect, it } from "vitest";
import { errorMessage, errorName, isThrottling } from "../../../handlers/awsErrors";
import { awsError } from "../../support/awsFakes";

describe("isThrottling", () => {
  it.each(["ThrottlingException", "TooManyRequestsException", "ExecutionLimitExceeded", "RequestThrottled"])(
    "is true of %s",
    (name) => {
      expect(isThrottling(awsError(name))).toBe(true);
    },
  );

  it("is true of whatever came with HTTP status 429", () => {
    expect(isThrottling(Object.assign(awsError("Other"), { $metadata: { httpStatusCode: 429 } }))).toBe(true);
  });

  it.each([awsError("AccessDeniedException"), "text", null, undefined, { $metadata: null }])(
    "is false of %s",
    (error) => {
      expect(isThrottling(error)).toBe(false);
    },
  );
});

describe("errorName and errorMessage", () => {
  it("work on errors of another realm, and on whatever else was thrown", () => {
    const foreign = { name: "ExecutionAlreadyExists", message: "there" };
    expect([errorName(foreign), errorMessage(foreign)]).toEqual(["ExecutionAlreadyExists", "there"]);
    expect([errorName("text"), errorMessage("text")]).toEqual(["Unknown", "text"]);
    expect([errorName(null), errorMessage(null)]).toEqual(["Unknown", "null"]);
  });
});
