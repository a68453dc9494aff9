// A world with Lambda and a recording SQS, for the tests of Lambda and of its sandboxes.
import { createHash } from "node:crypto";
import { archiveMark } from "../../../../../simulator/assets";
import { defaultQuotas } from "../../../../../simulator/quotas";
import { operation } from "../../../../../simulator/service";
import { LambdaService } from "../../../../../simulator/services/lambda/lambdaService";
import { type TestWorld, type TestWorldOptions, testWorld } from "../../../../support/simulatorWorld";

export interface Answer {
  readonly StatusCode: number;
  readonly FunctionError?: string;
  readonly Payload: string;
}

export interface LambdaWorld extends TestWorld {
  readonly lambda: LambdaService;
  readonly sent: string[];
  /** Creates the function from the source of its handler's module. */
  define(name: string, source: string, options?: object): void;
  /** Invokes and returns what came back. */
  invoke(name: string, event?: unknown): Answer;
  /** Invokes a function that must succeed and parses its result. */
  result(name: string, event?: unknown): unknown;
  /** Invokes a function that must fail and parses its error. */
  failure(name: string, event?: unknown): { errorType: string; errorMessage: string; trace?: string[] };
}

export function lambdaWorld(options: TestWorldOptions = {}): LambdaWorld {
  const world = testWorld(options);
  const access = { authorize: () => undefined, assertAssumable: () => undefined };
  const lambda = new LambdaService(world, access, defaultQuotas(world.region).lambda);
  const sent: string[] = [];
  world.gateway.add(lambda);
  world.gateway.add({
    name: "sqs",
    resourceTypes: {},
    operations: {
      SendMessage: operation<{ MessageBody: string }>({
        authorize: () => [],
        handle: ({ MessageBody }) => {
          sent.push(MessageBody);
          return { MessageId: "1", MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex") };
        },
      }),
    },
  });
  const invoke = (name: string, event: unknown = {}) =>
    world.call<Answer>("lambda", "Invoke", { FunctionName: name, Payload: JSON.stringify(event) });
  return Object.assign(world, {
    lambda,
    sent,
    define(name: string, source: string, more: object = {}) {
      const code = { [archiveMark]: { "index.js": Buffer.from(source).toString("base64") } };
      const role = "arn:aws:iam::123456789012:role/r";
      const inputs = { name, role, handler: "index.handler", runtime: "nodejs24.x", timeout: 60, code, ...more };
      lambda.resourceTypes["aws:lambda/function:Function"]?.create(inputs, name);
    },
    invoke,
    result(name: string, event?: unknown) {
      const answer = invoke(name, event);
      if (answer.FunctionError !== undefined) throw new Error(answer.Payload);
      return JSON.parse(answer.Payload) as unknown;
    },
    failure(name: string, event?: unknown) {
      const answer = invoke(name, event);
      if (answer.FunctionError === undefined) throw new Error(`it succeeded: ${answer.Payload}`);
      return JSON.parse(answer.Payload) as { errorType: string; errorMessage: string; trace?: string[] };
    },
  });
}
