// Redrivers and a charge with one mistake each, beside the real ones: what the tests count must show every mistake.
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as pulumi from "@pulumi/pulumi";
import { ClosureFunction, ErrorSpool, ReprocessFunction, UncertainTask } from "../../../components";

interface Order {
  readonly order: string;
}

/** What a redriver reads of a record, or of the status event in it. */
interface Failure {
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  /** Milliseconds since the epoch. */
  readonly failedAt: number;
}

const config = new pulumi.Config();
const environment = { PROVIDER_URL: config.require("providerUrl") };

const spool = new ErrorSpool("spool", {}, { protect: false });

const charging = (name: string, keyOf: (event: Order) => string) =>
  new UncertainTask(name, {
    spool,
    task: {
      timeout: "4 seconds",
      environment,
      callback: async (event: Order) => {
        const response = await fetch(`${process.env.PROVIDER_URL}/charges`, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": keyOf(event) },
          body: JSON.stringify({ order: event.order }),
        });
        if (response.status !== 200) throw new Error(`the provider answered ${response.status}`);
        return { charged: event.order };
      },
    },
  });

const charge = charging("charge", ({ order }) => order);
const keyless = charging("keyless", () => "");

/** Redrives what lies in the spool, ten messages at a time until there are none. */
const redriver = (name: string, nameOf: (failure: Failure) => string, deletesFirst: boolean) =>
  new ClosureFunction(name, {
    timeout: "1 minute",
    environment: { SPOOL_URL: spool.url, MACHINE: charge.arn },
    permissions: [
      { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"], resources: [spool.arn] },
      { actions: ["states:StartExecution"], resources: [charge.arn] },
    ],
    callbackFactory: () => {
      const sqs = new SQSClient({});
      const stepFunctions = new SFNClient({});
      const QueueUrl = process.env.SPOOL_URL;

      const failureOf = (body: string): Failure => {
        const { event, name, input, failedAt } = JSON.parse(body);
        return event === undefined
          ? { name, input: JSON.stringify(input), failedAt: Date.parse(failedAt) }
          : { name: event.detail.name, input: event.detail.input, failedAt: event.detail.stopDate };
      };
      const start = async (message: Message) => {
        const failure = failureOf(message.Body ?? "");
        const input = { stateMachineArn: process.env.MACHINE, name: nameOf(failure), input: failure.input };
        try {
          await stepFunctions.send(new StartExecutionCommand(input));
        } catch (error) {
          if ((error as Error).name !== "ExecutionAlreadyExists") throw error;
        }
      };
      const remove = ({ ReceiptHandle }: Message) => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

      return async () => {
        for (;;) {
          const request = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 120, WaitTimeSeconds: 1 };
          const { Messages: messages = [] } = await sqs.send(new ReceiveMessageCommand(request));
          if (messages.length === 0) return;
          for (const message of messages) {
            if (deletesFirst) await remove(message);
            await start(message);
            if (!deletesFirst) await remove(message);
          }
        }
      };
    },
  });

const deletesFirst = redriver("deletes-first", ({ name }) => `${name}-again`, true);
const randomNames = redriver("random-names", ({ name }) => `${name}-${Math.random().toString(36).slice(2)}`, false);
const timeNames = redriver("time-names", ({ name, failedAt }) => `${name}-${failedAt.toString(36)}`, false);

const reprocess = new ReprocessFunction("reprocess", { spool, sources: [charge, keyless] });

export const spoolUrl = spool.url;
export const poisonUrl = spool.poison.url;
export const chargeMachine = charge.arn;
export const keylessMachine = keyless.arn;
export const reprocessFunction = reprocess.functionName;
export const deletesFirstFunction = deletesFirst.functionName;
export const randomNamesFunction = randomNames.functionName;
export const timeNamesFunction = timeNames.functionName;
