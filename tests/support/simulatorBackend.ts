// The cycle tests' backend on the simulator.
import {
  AwsError,
  type Call,
  type CallFault,
  type EvaluatedProgram,
  type JsonObject,
  type NewResource,
  Simulation,
} from "@respool/simulator";
import type { Backend, Control, Execution, Invocation, QueueMessage } from "./backend";
import { requestTogether, simulatedSdk } from "./simulatedHttp";
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
  const logGroup = (FunctionName: string) =>
    simulation.call<{ LoggingConfig: { LogGroup: string } }>("lambda", "GetFunctionConfiguration", { FunctionName })
      .LoggingConfig.LogGroup;
  const metric: Control["metric"] = (Namespace, MetricName, dimensions, hours = 24) => {
    const Period = hours * 3600;
    const EndTime = Math.ceil(simulation.clock.now / 60_000) * 60 + 60;
    const { Datapoints } = simulation.call<{ Datapoints: { Sum: number }[] }>("cloudwatch", "GetMetricStatistics", {
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: EndTime - Period,
      EndTime,
      Period,
      Statistics: ["Sum"],
    });
    return Datapoints.reduce((sum, point) => sum + point.Sum, 0);
  };
  const unused = new Set<object>();
  const intoFunction = (functionName: string, skip: number, fault: CallFault) => {
    const isOurs = ofFunction(functionName);
    const rule = {
      when: (call: Call) => {
        if (!isOurs(call)) return false;
        if (seen === skip) unused.delete(rule);
        seen += 1;
        return true;
      },
      skip,
      fault,
    };
    let seen = 0;
    unused.add(rule);
    simulation.faults.intoCalls(rule);
  };
  return {
    lastCalls(functionName) {
      const made = simulation.events.all.filter((event) => event.detail.caller === functionName);
      const last = made.at(-1)?.detail.invocation;
      return made.filter((event) => event.detail.invocation === last).map((event) => ({ name: event.kind }));
    },
    crash(functionName, call, when) {
      intoFunction(functionName, call, { kind: when });
    },
    loseReply(functionName, call, { code, message, status }) {
      intoFunction(functionName, call, { kind: "errorAfter", error: new AwsError(code, message, status ?? 503) });
    },
    unusedFaults() {
      return unused.size;
    },
    failCalls(name, times, effect, { code, message, status }, functionName) {
      const error = new AwsError(code, message, status ?? 503);
      const kind = effect === "after" ? "errorAfter" : "errorBefore";
      const isTheirs = functionName === undefined ? () => true : ofFunction(functionName);
      simulation.faults.intoCalls({
        when: (call) => `${call.service}.${call.action}` === name && isTheirs(call),
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
      return simulation.logs.lines(logGroup(functionName)).map((line) => line.message);
    },
    failInvocations(functionName, times, kind) {
      simulation.faults.intoInvocations({
        when: (invocation) => invocation.functionName === functionName,
        times,
        fault: { kind },
      });
    },
    invocations(functionName) {
      return metric("AWS/Lambda", "Invocations", { FunctionName: functionName }, 24 * 60);
    },
    payloads(functionName) {
      const payloads: string[] = [];
      simulation.faults.intoInvocations({
        when: (invocation) => {
          if (invocation.functionName === functionName) payloads.push(invocation.payload);
          return false;
        },
        fault: { kind: "throttle" },
      });
      return payloads;
    },
    metric,
    query(functionNames, queryString) {
      const logGroupNames = functionNames.map(logGroup);
      const endTime = Math.ceil(simulation.clock.now / 1000) + 1;
      const { queryId } = simulation.call<{ queryId: string }>("logs", "StartQuery", {
        logGroupNames,
        queryString,
        startTime: 0,
        endTime,
      });
      simulation.runFor(10_000);
      const { results } = simulation.call<{ results: { field: string; value: string }[][] }>(
        "logs",
        "GetQueryResults",
        {
          queryId,
        },
      );
      return results.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])));
    },
    traced(name) {
      const sent = simulation.events.all.filter(
        ({ kind, detail }) => kind.startsWith("xray.") && [detail.function, detail.stateMachine].includes(name),
      );
      return [...new Set(sent.map(({ kind }) => kind))].sort();
    },
  };
}

/** The queues that a function works off: what lies in them is under way. */
function workedOff(simulation: Simulation): readonly string[] {
  const { EventSourceMappings } = simulation.call<{ EventSourceMappings: { EventSourceArn: string }[] }>(
    "lambda",
    "ListEventSourceMappings",
  );
  const names = EventSourceMappings.flatMap(({ EventSourceArn }) => {
    const [, , service, , , QueueName = ""] = EventSourceArn.split(":");
    return service === "sqs" ? [QueueName] : [];
  });
  return names.map((QueueName) => simulation.call<{ QueueUrl: string }>("sqs", "GetQueueUrl", { QueueName }).QueueUrl);
}

/** Between two looks at queues whose messages become visible again later, and how long that may go on, in milliseconds. */
const look = 5_000;
const longestWork = 24 * 3600 * 1000;

/** What PutRecords takes at once. */
const largestPut = 500;

function attributesOf(item: Readonly<Record<string, string | boolean>>): JsonObject {
  const entries = Object.entries(item);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === "string" ? { S: value } : { BOOL: value }]),
  );
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
  const provider = new SimulatedProvider((milliseconds, run) => simulation.clock.after(milliseconds, run));
  simulation.internet.register("payments.example", (request, reply) => provider.answer(request, reply));
  const queues = workedOff(simulation);
  let sent = 0;
  const invoke = (functionName: string, payload: unknown) => {
    const input = { FunctionName: functionName, Payload: JSON.stringify(payload) };
    return invocationOf(simulation.call<InvokeOutput>("lambda", "Invoke", input));
  };
  return {
    simulation,
    provider,
    control: controlOf(simulation),
    outputs: program.outputs as Record<string, string>,
    sdk: simulatedSdk(simulation),
    now: () => simulation.clock.now,
    async request(requests) {
      return requestTogether(simulation, requests);
    },
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
      const end = simulation.clock.now + longestWork;
      while (queues.some((url) => simulation.sqs.messages(url).length > 0)) {
        if (simulation.clock.now > end) throw new Error("a function has not worked off its queue within a day");
        simulation.runFor(look);
        simulation.runUntilQuiet();
      }
    },
    async messages(queueUrl): Promise<readonly QueueMessage[]> {
      return simulation.sqs.messages(queueUrl).map(({ body, attributes }) => ({
        body,
        attributes,
      }));
    },
    async invokeAsync(FunctionName, payload) {
      const input = { FunctionName, InvocationType: "Event", Payload: JSON.stringify(payload) };
      simulation.call("lambda", "Invoke", input);
    },
    async putEvent(Source, DetailType, detail) {
      simulation.call("events", "PutEvents", { Entries: [{ Source, DetailType, Detail: JSON.stringify(detail) }] });
    },
    async publish(TopicArn, Message) {
      simulation.call("sns", "Publish", { TopicArn, Message });
    },
    async putItems(TableName, items) {
      for (const item of items) simulation.call("dynamodb", "PutItem", { TableName, Item: attributesOf(item) });
    },
    async putRecords(StreamName, records) {
      for (let at = 0; at < records.length; at += largestPut) {
        const Records = records.slice(at, at + largestPut).map(({ key, data }) => ({
          PartitionKey: key,
          Data: Buffer.from(JSON.stringify(data)).toString("base64"),
        }));
        simulation.call("kinesis", "PutRecords", { StreamName, Records });
      }
    },
    async send(QueueUrl, MessageBody, attributes = {}, group) {
      const fifo = group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: `sent-${++sent}` };
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
      );
      simulation.call("sqs", "SendMessage", { QueueUrl, MessageBody, MessageAttributes, ...fifo });
    },
    async setEnvironment(FunctionName, Variables) {
      simulation.call("lambda", "UpdateFunctionConfiguration", { FunctionName, Environment: { Variables } });
    },
    async close() {},
  };
}
