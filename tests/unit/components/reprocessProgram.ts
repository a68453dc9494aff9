// A ReprocessFunction named "reprocess", of one state machine, as MockedProgram names what it makes.
import { ErrorSpool } from "../../../components/errorSpool";
import { ReprocessFunction, type ReprocessFunctionArgs } from "../../../components/reprocessFunction";

export const states = "arn:aws:states:eu-west-1:123456789012";
export const sqs = "arn:aws:sqs:eu-west-1:123456789012";
export const queueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012";
export const chargeCardArn = `${states}:stateMachine:charge-card`;

export function reprocess(args: Partial<ReprocessFunctionArgs> = {}) {
  const spool = args.spool ?? new ErrorSpool("spool");
  return new ReprocessFunction("reprocess", { sources: { "charge-card": chargeCardArn }, ...args, spool });
}
