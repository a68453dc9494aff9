// Which authorizations a program may state.
import { describe, expect, it } from "vitest";
import { type ApiAuthorization, deployedAuthorization } from "../../../../components/openApi/authorization";

const allowed = '"AWS_IAM", "NONE", an object with [userPoolArns] or one with [authorizer]';
const pool = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_abc";

/** What JavaScript, or a cast, would give. */
const given = (json: string) => JSON.parse(json) as ApiAuthorization;

describe("deployedAuthorization", () => {
  it.each<[ApiAuthorization, string]>([
    [given('"IAM"'), `[authorization] must be ${allowed}, got "IAM"`],
    [given("{}"), `[authorization] must be ${allowed}, got {}`],
    [given("null"), `[authorization] must be ${allowed}, got null`],
    [{ userPoolArns: [] }, "[authorization.userPoolArns] must be at least one ARN of a user pool, got []"],
    [
      { userPoolArns: ["users"] },
      '[authorization.userPoolArns[0]] must be the ARN of a Cognito user pool, got "users"',
    ],
    [{ userPoolArns: [pool], scopes: [""] }, '[authorization.scopes[0]] must be a non-empty string, got ""'],
    [given('{"authorizer":{}}'), "[authorization.authorizer] must be a function of Lambda's, got {}"],
  ])("refuses %j", (authorization, message) => {
    expect(() => deployedAuthorization(authorization)).toThrow(new Error(message));
  });
});
