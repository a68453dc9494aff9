// A state machine of two steps on the simulator, the second of which is uncertain, with a queue that tests read as the spool.
import { gateStates, spoolFailedGate } from "../../../../components/asl/gate";
import { parkStates } from "../../../../components/asl/parkState";
import { spoolState } from "../../../../components/asl/spoolState";
import type { Fragment, States } from "../../../../components/asl/states";
import { functionCall, taskState } from "../../../../components/asl/taskState";
import { type ParsedRecord, parseRecord } from "../../../../records/parse";
import type { DeclaredSources, FailureRecord } from "../../../../records/record";
import type { JsonObject } from "../../../../simulator/json";
import { AwsError } from "../../../../simulator/service";
import {
  functionArn,
  returns,
  stepFunctionsWorld,
  throws,
} from "../../simulator/services/stepFunctions/stepFunctionsWorld";

export const machineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders";

export const declared: DeclaredSources = { orders: { stateMachineArn: machineArn, resumes: true } };

const names = (state: string) => `Charge: ${state}`;
const queueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012/spool";
const firstStepArn = `${functionArn}-reserve`;

const fragments = {
  resume: (holds: boolean): States => {
    const gates = gateStates({ names, first: "Charge" });
    return {
      [names("ErrorSpool")]: spoolState({
        source: "orders",
        queueUrl,
        failed: names("SpoolFailedGate"),
        after: { Next: gates.startAt },
        mode: "resume",
        step: "Charge",
        holds,
      }),
      ...gates.states,
    };
  },
  park: (holds: boolean): States => {
    const gate = spoolFailedGate({ names, first: "Charge" });
    const park: Fragment = parkStates({
      names,
      source: "orders",
      step: "Charge",
      queueUrl,
      first: "Charge",
      failed: gate.startAt,
      holds,
    });
    return { ...park.states, ...gate.states };
  },
};

type Mode = keyof typeof fragments;

/** The states: `Reserve`, whose result `Charge` gets. */
export function statesOf(mode: Mode, holds = false): States {
  const reserve = taskState({
    call: functionCall(firstStepArn),
    timeoutSeconds: 60,
    retry: [],
    failed: names("ErrorSpool"),
  });
  const charge = taskState({
    call: functionCall(functionArn),
    timeoutSeconds: 60,
    retry: [],
    failed: names("ErrorSpool"),
  });
  const { End: _, ...first } = { ...reserve, End: true };
  return { Reserve: { ...first, Catch: [], Next: "Charge" }, Charge: charge, ...fragments[mode](holds) };
}

export function continuedWorld(mode: Mode, holds = false) {
  const state = { providerDown: true, spoolDown: false };
  const attempts: Record<string, number> = { reserve: 0, charge: 0 };
  const spool: string[] = [];
  const stepFunctions = stepFunctionsWorld({
    lambda: (input) => {
      const given: unknown = JSON.parse(String(input.Payload));
      if (String(input.FunctionName) === firstStepArn) {
        attempts.reserve = (attempts.reserve ?? 0) + 1;
        return returns({ reserved: given });
      }
      attempts.charge = (attempts.charge ?? 0) + 1;
      return state.providerDown ? throws("ProviderDown") : returns({ charged: given });
    },
    sqs: (input) => {
      if (state.spoolDown) return new AwsError("AccessDenied", "not allowed", 403);
      spool.push(String(input.MessageBody));
      return { MD5OfMessageBody: "md5", MessageId: `m-${spool.length}` };
    },
  });
  const { world, service } = stepFunctions;
  const asJson = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value));
  stepFunctions.create(asJson(statesOf(mode, holds)));
  return {
    ...stepFunctions,
    service,
    state,
    attempts,
    spool,
    begin: (input: unknown, name = "order-1") => {
      const execution = stepFunctions.start(machineArn, input, name);
      world.run(600_000);
      return execution;
    },
    redrive: (executionArn: string) => {
      world.call("states", "RedriveExecution", { executionArn });
      world.run(600_000);
    },
    answer: (taskToken: string, output: unknown) => {
      world.call("states", "SendTaskSuccess", { taskToken, output: JSON.stringify(output) });
      world.run(600_000);
    },
    /** The status events that the bus got, of executions that ended badly. */
    failedEvents: () => world.collected.busEvents.filter(({ detail }) => asJson(detail).status === "FAILED"),
    records: () => spool.map((body) => recordIn(parseRecord({ Body: body }, declared))),
  };
}

export function recordIn(parsed: ParsedRecord): FailureRecord {
  if (!parsed.readable) throw new Error(parsed.reason);
  return parsed.record;
}
