// A function that says who may call an API, as the document needs it.
import * as aws from "@pulumi/aws";
import { beforeEach, describe, expect, it } from "vitest";
import { deployedAuthorization, type LambdaAuthorization } from "../../../../components/openApi/authorization";
import { MockedProgram, outputValue } from "../mockedProgram";

let program: MockedProgram;
beforeEach(async () => {
  program = await MockedProgram.start();
});

const letIn = () =>
  new aws.lambda.Function("let-in", { role: "arn:aws:iam::123456789012:role/r", runtime: "nodejs24.x", handler: "h" });

describe("a Lambda authorizer", () => {
  it("is a function, or a component that has one, whose answers are kept for five minutes", async () => {
    const authorizer = letIn();
    const invokeArn = await outputValue(authorizer.invokeArn);
    const expected = { kind: "lambda", invokeArn, identityHeader: "Authorization", resultTtlSeconds: 300 };
    expect(await outputValue(deployedAuthorization({ authorizer }))).toEqual(expected);
    expect(await outputValue(deployedAuthorization({ authorizer: { function: authorizer } }))).toEqual(expected);
    await program.settled();
  });

  it.each<[Omit<LambdaAuthorization, "authorizer">, string]>([
    [
      { identityHeader: "x token" },
      '[authorization.identityHeader] must be a header of letters, digits, "_" and "-", got "x token"',
    ],
    [{ resultTtl: "2 hours" }, '[authorization.resultTtl] must be from "0 seconds" to "1 hour", got "2 hours"'],
  ])("refuses %j", async (settings, message) => {
    expect(() => deployedAuthorization({ authorizer: letIn(), ...settings })).toThrow(new Error(message));
    await program.settled();
  });
});
