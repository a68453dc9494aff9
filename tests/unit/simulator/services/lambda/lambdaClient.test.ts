// The real Lambda client talks to the simulator, in process.
import { Readable } from "node:stream";
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetEventSourceMappingCommand,
  GetFunctionEventInvokeConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionEventInvokeConfigCommand,
  ResourceNotFoundException,
  UpdateEventSourceMappingCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { describe, expect, it } from "vitest";
import { answerAwsRequest } from "../../../../../simulator/awsEndpoint";
import type { HttpResponse } from "../../../../../simulator/internet";
import { streamAccount } from "./eventSources/streamAccount";
import { arnOf, type LambdaAccount } from "./lambdaAccount";

interface Sent {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly query?: Record<string, string | string[] | null>;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** A client whose requests the account answers at once. */
function clientOf(account: LambdaAccount): LambdaClient {
  const handle = async (sent: unknown) => {
    const { method, protocol, hostname, path, query = {}, headers, body: content = "" } = sent as Sent;
    const url = new URL(`${protocol}//${hostname}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    let answer: HttpResponse | undefined;
    const request = {
      method,
      url,
      headers: lowered,
      body: typeof content === "string" ? Buffer.from(content) : Buffer.concat([content]),
    };
    answerAwsRequest(account.gateway, request, { principal: { kind: "operator" } }, (reply) => {
      answer = reply as HttpResponse;
    });
    while (answer === undefined && account.clock.step());
    if (answer === undefined) throw new Error("no answer");
    const body = Readable.from([Buffer.from(answer.body ?? "")]);
    return { response: { statusCode: answer.status, headers: answer.headers ?? {}, body } };
  };
  const credentials = { accessKeyId: "AKIA", secretAccessKey: "secret" };
  return new LambdaClient({ region: "eu-west-1", credentials, maxAttempts: 1, requestHandler: { handle } });
}

const text = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString();

describe("The real Lambda client", () => {
  it("creates, shows, changes, lists and deletes a stream mapping", async () => {
    const account = streamAccount("kinesis", "exports.handler = async () => null;");
    const client = clientOf(account);
    const EventSourceArn = account.stream.arn;
    const created = await client.send(
      new CreateEventSourceMappingCommand({
        EventSourceArn,
        FunctionName: "f",
        StartingPosition: "AT_TIMESTAMP",
        StartingPositionTimestamp: new Date("2026-01-01T00:00:00Z"),
        BatchSize: 5,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::failures" } },
      }),
    );
    expect(created).toMatchObject({
      $metadata: { httpStatusCode: 202 },
      State: "Creating",
      BatchSize: 5,
      StartingPosition: "AT_TIMESTAMP",
      StartingPositionTimestamp: new Date("2026-01-01T00:00:00Z"),
      DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::failures" } },
      LastModified: expect.any(Date),
    });
    const { UUID } = created;
    expect(await client.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({ UUID, State: "Enabled" });
    const update = new UpdateEventSourceMappingCommand({ UUID, Enabled: false, MaximumRetryAttempts: 2 });
    expect(await client.send(update)).toMatchObject({ State: "Updating", MaximumRetryAttempts: 2, BatchSize: 5 });
    const list = await client.send(new ListEventSourceMappingsCommand({ EventSourceArn, FunctionName: "f" }));
    expect(list.EventSourceMappings).toMatchObject([{ UUID, State: "Disabled" }]);
    const elsewhere = new ListEventSourceMappingsCommand({ EventSourceArn: arnOf("kinesis", "stream/other") });
    expect((await client.send(elsewhere)).EventSourceMappings).toEqual([]);
    expect(await client.send(new DeleteEventSourceMappingCommand({ UUID }))).toMatchObject({ State: "Deleting" });
    await expect(client.send(new GetEventSourceMappingCommand({ UUID }))).rejects.toThrow(ResourceNotFoundException);
    await expect(client.send(new ListEventSourceMappingsCommand({ MaxItems: 1 }))).rejects.toThrow(
      "the simulator lists all event source mappings at once, without Marker and MaxItems",
    );
  });

  it("gives a synchronous invocation its client context, and its log", async () => {
    const source = `exports.handler = async (event, { clientContext }) => {
      console.log("seen", clientContext?.custom?.id);
      return clientContext ?? "none";
    };`;
    const client = clientOf(streamAccount("kinesis", source));
    const context = { custom: { id: "ä 1" }, client: { app: "x" } };
    const ClientContext = Buffer.from(JSON.stringify(context)).toString("base64");
    const answer = await client.send(new InvokeCommand({ FunctionName: "f", ClientContext, LogType: "Tail" }));
    expect(JSON.parse(text(answer.Payload))).toEqual(context);
    const log = Buffer.from(answer.LogResult ?? "", "base64").toString();
    expect(log).toMatch(/^START RequestId: .*\n.*seen ä 1\n*END RequestId: .*\nREPORT RequestId: /);
    const plain = await client.send(new InvokeCommand({ FunctionName: "f" }));
    expect(text(plain.Payload)).toBe(`"none"`);
    expect(plain.LogResult).toBeUndefined();
    for (const wrong of ["{", Buffer.from("text").toString("base64")]) {
      await expect(client.send(new InvokeCommand({ FunctionName: "f", ClientContext: wrong }))).rejects.toThrow(
        "Client context must be a valid Base64-encoded JSON object.",
      );
    }
  });

  it("keeps the client context from asynchronous invocations", async () => {
    const source = `exports.handler = async (event, { clientContext }) => console.log("context", clientContext);`;
    const account = streamAccount("kinesis", source);
    const ClientContext = Buffer.from("{}").toString("base64");
    await clientOf(account).send(new InvokeCommand({ FunctionName: "f", InvocationType: "Event", ClientContext }));
    account.runUntilQuiet();
    expect(account.collected.lines.map(({ message }) => message).join("")).toContain("context undefined");
  });

  it("configures asynchronous invocations", async () => {
    const client = clientOf(streamAccount("kinesis", "exports.handler = async () => null;"));
    const FunctionName = "f";
    await client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 1 }));
    await client.send(
      new UpdateFunctionEventInvokeConfigCommand({ FunctionName, MaximumEventAgeInSeconds: 60, Qualifier: "$LATEST" }),
    );
    expect(await client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))).toMatchObject({
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
    });
    await client.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
    await expect(client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))).rejects.toThrow(
      "doesn't have an EventInvokeConfig",
    );
  });
});
