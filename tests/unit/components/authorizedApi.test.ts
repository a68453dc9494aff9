// APIs with authorizers, as a program deploys them on the simulator: who is let in, and whom the handler takes the caller for.
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, it } from "vitest";
import { type EvaluatedProgram, Simulation } from "../../../simulator";

const directory = join(__dirname, "..", "..", "..");
let program: EvaluatedProgram;

beforeAll(async () => {
  program = await new Simulation().deploy({ directory, main: join(__dirname, "programs", "authorizedApis.ts") });
}, 60_000);

function deployed() {
  const simulation = new Simulation();
  simulation.redeploy(program);
  return simulation;
}

const output = (name: string) => String(program.outputs[name]);

function order(simulation: Simulation, api: string, headers: Record<string, string>) {
  const url = `${output(`${api}Url`)}/orders`;
  const answer = simulation.http({ method: "POST", url, headers, body: '{"isbn":null}' });
  return { status: answer.status, headers: answer.headers, json: JSON.parse(String(answer.body)) };
}

describe("an API for users of Cognito", () => {
  it("tells the handler the user's sub", () => {
    const simulation = deployed();
    const token = simulation.cognito.token({ userPoolArn: output("poolArn"), subject: "user-7" });
    expect(order(simulation, "readers", { authorization: token })).toMatchObject({
      status: 200,
      json: { principal: "user-7", body: { isbn: null } },
    });
  });

  it("says to others that a token is missing, as a problem that trying again does not solve", () => {
    const { status, headers, json } = order(deployed(), "readers", {});
    expect({ status, type: headers?.["content-type"], json }).toEqual({
      status: 401,
      type: "application/problem+json",
      json: {
        type: "about:blank",
        title: "Unauthorized",
        status: 401,
        detail: "The request has no token, or none that is taken.",
        instance: `urn:uuid:${headers?.["x-request-id"]}`,
        retryable: false,
      },
    });
  });
});

describe("an API that asks a function who may call", () => {
  const as = (who: string) => order(deployed(), "partners", { "x-partner": who });

  it("tells the handler whom it let in", () => {
    expect(as("friend")).toMatchObject({ status: 200, json: { principal: "friend" } });
  });

  it("refuses the others", () => {
    expect(as("stranger")).toMatchObject({ status: 401, json: { title: "Unauthorized" } });
    expect(as("foe")).toMatchObject({ status: 403, json: { title: "Forbidden" } });
    expect(as("")).toMatchObject({ status: 401 });
  });

  it("may be asked by its own API alone", () => {
    const permission = program.resources.find(({ name }) => name === "partners-authorizer-permission")?.inputs;
    expect(permission).toMatchObject({
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      sourceArn: expect.stringMatching(/^arn:aws:execute-api:eu-central-1:123456789012:[^/]+\/authorizers\/\*$/),
    });
  });
});

describe("a document for clients", () => {
  it.each([
    ["readers", "cognito", "Authorization"],
    ["partners", "authorizer", "x-partner"],
  ])("says where the token of %s goes, and is valid", async (api, scheme, name) => {
    const document = JSON.parse(output(`${api}OpenApi`));
    expect(document.components.securitySchemes[scheme]).toMatchObject({ type: "apiKey", in: "header", name });
    expect(document.paths["/orders"].post.security).toEqual([{ [scheme]: [] }]);
    expect(await new Validator().validate(document)).toMatchObject({ valid: true });
  });
});
