// A program that must not be deployed: its declared graph of commands leads back, by way of another stack's function.
import { CommandFunction, type CommandReference, CommandStore, ErrorSpool } from "../../../components";

const spool = new ErrorSpool("spool", {}, { protect: false });
const store = new CommandStore("commands", {}, { protect: false });
const commands = { work: { schema: { type: "object" } } } as const;

const billing: CommandReference = {
  source: "billing",
  queueArn: "arn:aws:sqs:eu-central-1:123456789012:billing",
  queueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/billing",
  commands: ["charge"],
  sends: ["orders"],
};

const stock = new CommandFunction<{ work: object }>("stock", {
  spool,
  store,
  commands,
  callback: async () => undefined,
  sends: [billing],
});

new CommandFunction<{ work: object }>("orders", {
  spool,
  store,
  commands,
  callback: async () => undefined,
  sends: [stock],
});
