// Requests from outside into a simulation: of the AWS SDK's clients, and of clients of its APIs, several at a time.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { HttpResponse, Simulation } from "@respool/simulator";
import { answerAwsRequest } from "../../simulator/awsEndpoint";
import type { ApiAnswer, ApiRequest, SdkClients } from "./backend";

const operator = { kind: "operator" } as const;

/** What an SDK's request handler is given. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Sends the requests as the operator, and runs the simulation until all are answered. */
export function requestTogether(simulation: Simulation, requests: readonly ApiRequest[]): readonly ApiAnswer[] {
  const answers = new Map<number, HttpResponse>();
  for (const [index, { method = "GET", url, headers = {}, body = "" }] of requests.entries()) {
    const sent = {
      method,
      url: new URL(url),
      headers: { ...lowerCased(headers), authorization: "AWS4-HMAC-SHA256 Credential=simulated" },
      body: Buffer.from(body),
    };
    answerAwsRequest(simulation.gateway, sent, { principal: operator }, (reply) => {
      if ("networkError" in reply) throw new Error(reply.message);
      answers.set(index, reply);
    });
  }
  simulation.runWhile(() => answers.size < requests.length);
  return requests.map(({ url }, index) => {
    const answer = answers.get(index);
    if (answer === undefined) throw new Error(`${url} was never answered: nothing is left to happen`);
    return { status: answer.status, headers: answer.headers ?? {}, body: String(answer.body ?? "") };
  });
}

/** Clients whose calls run the simulation until they are answered. */
export function simulatedSdk(simulation: Simulation): SdkClients {
  const settings = {
    region: simulation.region,
    credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ method, protocol, hostname, path, headers, body }: SdkRequest) => {
        const text = typeof body === "string" ? body : new TextDecoder().decode(body);
        const url = `${protocol}//${hostname}${path}`;
        const { status, ...answer } = simulation.http({ method, url, headers, body: text, principal: operator });
        return {
          response: { statusCode: status, headers: answer.headers ?? {}, body: Buffer.from(answer.body ?? "") },
        };
      },
    },
  };
  return {
    dynamoDb: new DynamoDBClient(settings),
    sqs: new SQSClient(settings),
    stepFunctions: new SFNClient(settings),
  };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
