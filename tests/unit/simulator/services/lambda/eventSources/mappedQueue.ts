// A queue that a function receives from, and what the function prints of it.
import type { JsonObject } from "../../../../../../simulator/json";
import { arnOf, type LambdaAccount } from "../lambdaAccount";

/** A handler that prints its event. */
export const report = `exports.handler = async (event) => { console.log("EVENT" + JSON.stringify(event)); };`;

export function map(account: LambdaAccount, inputs: JsonObject = {}): JsonObject {
  const type = "aws:lambda/eventSourceMapping:EventSourceMapping";
  return account.create(type, { eventSourceArn: arnOf("sqs", "q"), functionName: "f", ...inputs });
}

export interface Record extends JsonObject {
  readonly body: string;
  readonly messageId: string;
  readonly attributes: { readonly [name: string]: string };
}

/** The records of each event that functions printed. */
export function events(account: LambdaAccount): Record[][] {
  const lines = account.collected.lines.map(({ message }) => /EVENT(.*)/.exec(message)?.[1]);
  return lines.filter((line) => line !== undefined).map((line) => (JSON.parse(line) as { Records: Record[] }).Records);
}

export const bodies = (account: LambdaAccount) => events(account).map((records) => records.map(({ body }) => body));
