// The cycle tests' backend on the simulator.
import {
  AwsError,
  type Call,
  type EvaluatedProgram,
  type JsonObject,
  type NewResource,
  Simulation,
} from "@respool/simulator";
import type { Backend, Control, Execution, Invocation, QueueMessage } from "./backend";
import { SimulatedProvider } from "./simulatedProvider";

interface InvokeOutput {
  readonly FunctionError?: string;
  readonly Payload: string;
}

export interface SimulatorBackend extends Backend {
  readonly simulation: Simulation;
  readonly control: Control;
  readonly provider: SimulatedProvider;
}

export interface SimulatorBackendOptions {
  /** @default 1 */
  readonly seed?: number;
  /** Changes the program's resources on their way, as a mutation test does; undefined leaves one out. */
  readonly change?: (resource: NewResource) => NewResource | undefined;
}

function ofFunction(functionName: string): (call: Call) => boolean {
  return (call) => call.origin?.functionName === functionName;
}

function controlOf(simulation: Simulation): Control {
  return {
    lastCalls(functionName) {
      const made = simulation.events.all.filter((event) => event.detail.caller === functionName);
      const last = made.at(-1)?.detail.invocation;
      return made.filter((event) => event.detail.invocation === last).map((event) => ({ name: event.kind }));
    },
    crash(functionName, call, when) {
      simulation.faults.intoCalls({ when: ofFunction(functionName), skip: call, fault: { kind: when } });
    },
    failCalls(name, times, effect, { code, message, status }) {
      const error = new AwsError(code, message, status ?? 503);
      const kind = effect === "after" ? "errorAfter" : "errorBefore";
      simulation.faults.intoCalls({
        when: (call) => `${call.service}.${call.action}` === name,
        times,
        fault: { kind, error },
      });
    },
    deliver(kind, arrivals, times = 1) {
      simulation.faults.intoDeliveries({ when: (delivery) => delivery.kind === kind, arrivals, times });
    },
    async wait(milliseconds) {
      simulation.runFor(milliseconds);
    },
    alarmState(name) {
      const { MetricAlarms: alarms } = simulation.call<{ MetricAlarms: { AlarmName: string; StateValue: string }[] }>(
        "cloudwatch",
        "DescribeAlarms",
      );
      const found = alarms.find((alarm) => alarm.AlarmName.startsWith(name));
      if (found === undefined)
        throw new Error(`no alarm ${name}; there are ${alarms.map((alarm) => alarm.AlarmName).join(", ")}`);
      return found.StateValue;
    },
    logs(functionName) {
      const { LoggingConfig } = simulation.call<{ LoggingConfig: { LogGroup: string } }>(
        "lambda",
        "GetFunctionConfiguration",
        {
          FunctionName: functionName,
        },
      );
      return simulation.logs.lines(LoggingConfig.LogGroup).map((line) => line.message);
    },
    traced(name) {
      const sent = simulation.events.all.filter(
        ({ kind, detail }) => kind.startsWith("xray.") && [detail.function, detail.stateMachine].includes(name),
      );
      return [...new Set(sent.map(({ kind }) => kind))].sort();
    },
  };
}

function parsed(text: unknown): unknown {
  return typeof text === "string" ? (JSON.parse(text) as unknown) : undefined;
}

function invocationOf(output: InvokeOutput): Invocation {
  return output.FunctionError === undefined ? { result: parsed(output.Payload) } : { error: output.Payload };
}

/** Deploys an evaluated program into a new simulation. */
export function simulatorBackend(program: EvaluatedProgram, options: SimulatorBackendOptions = {}): SimulatorBackend {
  const { seed = 1, change = (resource) => resource } = options;
  const simulation = new Simulation({ seed });
  const resources = program.resources.map(change).filter((resource) => resource !== undefined);
  simulation.redeploy({ ...program, resources });
  const provider = new SimulatedProvider();
  simulation.internet.register("payments.example", (request, reply) => provider.answer(request, reply));
  const invoke = (functionName: string, payload: unknown) => {
    const input = { FunctionName: functionName, Payload: JSON.stringify(payload) };
    return invocationOf(simulation.call<InvokeOutput>("lambda", "Invoke", input));
  };
  return {
    simulation,
    provider,
    control: controlOf(simulation),
    outputs: program.outputs as Record<string, string>,
    async start(stateMachineArn, name, input) {
      simulation.call("states", "StartExecution", { stateMachineArn, name, input: JSON.stringify(input) });
    },
    async executions(machine) {
      return simulation.stepFunctions.executions(machine).map(
        (execution): Execution => ({
          ...execution,
          input: parsed(execution.input),
          output: parsed(execution.output),
        }),
      );
    },
    async stop(machine, name) {
      simulation.call("states", "StopExecution", {
        executionArn: `${machine.replace(":stateMachine:", ":execution:")}:${name}`,
      });
    },
    async invoke(functionName, payload) {
      return invoke(functionName, payload);
    },
    async invokeTogether(calls) {
      const answers: Invocation[] = [];
      calls.forEach(({ functionName, payload }, index) => {
        const input: JsonObject = { FunctionName: functionName, Payload: JSON.stringify(payload) };
        simulation.gateway.call(
          { service: "lambda", action: "Invoke", input, principal: { kind: "operator" } },
          (outcome) => {
            answers[index] = outcome.ok
              ? invocationOf(outcome.output as unknown as InvokeOutput)
              : { error: outcome.error.message };
          },
        );
      });
      simulation.runWhile(() => Object.keys(answers).length < calls.length);
      return answers;
    },
    async quiet() {
      simulation.runUntilQuiet();
    },
    async messages(queueUrl): Promise<readonly QueueMessage[]> {
      return simulation.sqs.messages(queueUrl).map(({ body, attributes }) => ({
        body,
        attributes,
      }));
    },
    async send(QueueUrl, MessageBody, attributes = {}) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
      );
      simulation.call("sqs", "SendMessage", { QueueUrl, MessageBody, MessageAttributes });
    },
    async setEnvironment(FunctionName, Variables) {
      simulation.call("lambda", "UpdateFunctionConfiguration", { FunctionName, Environment: { Variables } });
    },
    async close() {},
  };
}
