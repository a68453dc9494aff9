// A component's handler as a function: what its middleware is told, and what the function may do.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { IdempotencyStore } from "../../../components/idempotencyStore";
import { type HandlerArgs, middlewareFunction } from "../../../components/middlewareFunction";
import type { MiddlewareConfig } from "../../../handlers/middleware/config";
import { MockedProgram } from "./mockedProgram";

let program: MockedProgram;
let parent: pulumi.ComponentResource;

beforeEach(async () => {
  program = await MockedProgram.start();
  parent = new pulumi.ComponentResource("respool:tests:Parent", "parent");
});

afterEach(() => program.settled());

/** The function's environment. Closures cannot be serialized in a vitest worker: the code is of no interest here. */
async function variablesOf(
  handler: HandlerArgs,
  config: pulumi.Input<MiddlewareConfig>,
  idempotency?: IdempotencyStore,
) {
  const withoutCode = { ...handler, transform: { function: { code: new pulumi.asset.AssetArchive({}) } } };
  middlewareFunction("mail", { kind: "async", config, handler: withoutCode, idempotency }, parent);
  const { inputs } = await program.resource("aws:lambda/function:Function", "mail");
  return (inputs.environment as { variables: Record<string, string> }).variables;
}

const callback = () => undefined;

describe("the function of a component", () => {
  it("is told its configuration, beside the program's own variables", async () => {
    const variables = await variablesOf(
      { callback, environment: { URL: "https://mail.example" } },
      { service: "mail" },
    );
    expect(variables).toEqual({
      NODE_OPTIONS: "--enable-source-maps",
      URL: "https://mail.example",
      RESPOOL_MIDDLEWARE: '{"source":"mail","service":"mail"}',
    });
  });

  it("keeps its configuration from the program's variables, and its source from the name", async () => {
    const environment = { RESPOOL_MIDDLEWARE: "mine", NODE_OPTIONS: "" };
    const variables = await variablesOf(
      { callback, environment },
      pulumi.output({ service: "post", source: "receipts" }),
    );
    expect(variables).toEqual({ NODE_OPTIONS: "", RESPOOL_MIDDLEWARE: '{"source":"receipts","service":"post"}' });
  });

  it("may use the store that it is told of", async () => {
    const store = new IdempotencyStore("results");
    const permissions = [{ actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-1:123456789012:out"] }];
    const variables = await variablesOf({ callback, permissions }, { service: "mail" }, store);
    expect(JSON.parse(variables.RESPOOL_MIDDLEWARE ?? "")).toEqual({
      source: "mail",
      service: "mail",
      idempotency: { tableName: "results", expiresAfterSeconds: 34_560_000 },
    });
    const { inputs } = await program.resource("aws:iam/rolePolicy:RolePolicy", "mail-policy");
    const resources = JSON.parse(String(inputs.policy)).Statement.map(({ Resource }: { Resource: string }) => Resource);
    expect(resources).toEqual(
      expect.arrayContaining([
        "arn:aws:sqs:eu-west-1:123456789012:out",
        "arn:aws:dynamodb:eu-west-1:123456789012:table/results",
      ]),
    );
  });

  it.each([
    { given: {}, got: "neither" },
    { given: { callback, callbackFactory: () => callback }, got: "[callback] and [callbackFactory]" },
    { given: { code: "packaged" }, got: "[code]" },
  ])("is made of a closure, not of $got", ({ given, got }) => {
    expect(() =>
      middlewareFunction("mail", { kind: "async", config: { service: "mail" }, handler: { ...given } }, parent),
    ).toThrow(new Error(`exactly one of [callback] and [callbackFactory] must be given, got ${got}`));
  });
});
