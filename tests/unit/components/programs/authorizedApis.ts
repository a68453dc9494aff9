// Two APIs whose clients are no AWS identities: users of Cognito, and whoever a function lets in.
import * as aws from "@pulumi/aws";
import { ApiFunction, type ApiRequest, ClosureFunction } from "../../../../components";

interface TokenEvent {
  readonly authorizationToken: string;
  readonly methodArn: string;
}

const pool = new aws.cognito.UserPool("readers");
const operations = [
  {
    method: "POST",
    path: "/orders",
    operationId: "placeOrder",
    requestBody: { type: "object", minProperties: 1, properties: { isbn: { type: ["string", "null"] } } },
    validateBody: false,
  },
] as const;
const callback = async ({ principal, callerArn, body }: ApiRequest) => ({ principal, callerArn, body });

const readers = new ApiFunction("readers", {
  operations,
  callback,
  authorization: { userPoolArns: [pool.arn] },
  accessLog: false,
});

const authorizer = new ClosureFunction("let-in", {
  callback: async ({ authorizationToken, methodArn }: TokenEvent) => {
    if (authorizationToken === "stranger") throw new Error("Unauthorized");
    const Effect = authorizationToken === "foe" ? "Deny" : "Allow";
    const Resource = `${methodArn.split("/")[0]}/*`;
    const Statement = [{ Effect, Action: "execute-api:Invoke", Resource }];
    return { principalId: authorizationToken, policyDocument: { Version: "2012-10-17", Statement } };
  },
});
const partners = new ApiFunction("partners", {
  operations,
  callback,
  authorization: { authorizer, identityHeader: "x-partner", resultTtl: "1 minute" },
  accessLog: false,
});

export const readersUrl = readers.url;
export const readersOpenApi = readers.openApi;
export const partnersUrl = partners.url;
export const partnersOpenApi = partners.openApi;
export const poolArn = pool.arn;
