// Runs a recorded execution again, in a simulated account of its own.
import type { Json, JsonObject } from "../simulator/json";
import { AwsError } from "../simulator/service";
import { Simulation } from "../simulator/simulation";
import { startActors } from "./actors";
import type { ConformanceCase } from "./conformanceCase";
import { judge } from "./judge";
import type { Difference } from "./match";
import type { Observed } from "./observed";
import { provision } from "./provision";
import { pythonJson } from "./pythonFunctions";
import { References, resourceName } from "./references";

/** The account that recordings show. */
const accountId = "111111111111";
const minute = 60_000;
/** A recording that stopped while its execution ran: so long it is watched. */
const watched = 5 * minute;
/** Executions of a year are the longest that AWS has. */
const longest = 366 * 24 * 60 * minute;

export interface Replay {
  /** Empty when it came to what was recorded. */
  readonly differences: readonly Difference[];
}

function describe(simulation: Simulation, executionArn: string): JsonObject {
  return simulation.call("states", "DescribeExecution", { executionArn });
}

function history(simulation: Simulation, executionArn: string): readonly JsonObject[] {
  const events: JsonObject[] = [];
  let nextToken: string | undefined;
  do {
    const page = simulation.call<{ events: JsonObject[]; nextToken?: string }>("states", "GetExecutionHistory", {
      executionArn,
      maxResults: 1000,
      nextToken,
    });
    events.push(...page.events);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

function observe(simulation: Simulation, executionArn: string): Observed {
  const response = describe(simulation, executionArn);
  const { status, output, error, cause } = response as {
    status: string;
    output?: string;
    error?: string;
    cause?: string;
  };
  return {
    status,
    ...(output === undefined ? {} : { output: JSON.parse(output) as Json }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    response,
    history: history(simulation, executionArn),
  };
}

function run(simulation: Simulation, item: ConformanceCase, references: References): Observed {
  const roleArn = provision(simulation, item, references);
  const definition = JSON.stringify(references.resolve(item.definition));
  const name = resourceName("StateMachine", "case");
  let stateMachineArn: string;
  try {
    const created = simulation.call("states", "CreateStateMachine", { name, definition, roleArn });
    stateMachineArn = created.stateMachineArn as string;
  } catch (error) {
    if (!(error instanceof AwsError) || error.code.startsWith("SimulatorUnsupported")) throw error;
    return { status: "CREATE_REJECTED", exception: { code: error.code, message: error.message }, history: [] };
  }
  const input = item.inputText ?? pythonJson(references.resolve(item.input ?? {}));
  const named: JsonObject = item.executionName === undefined ? {} : { name: references.text(item.executionName) };
  const started = simulation.call("states", "StartExecution", { stateMachineArn, input, ...named });
  startActors(simulation, item.external ?? [], references);
  const executionArn = started.executionArn as string;
  const running = () => simulation.stepFunctions.executions(stateMachineArn)[0]?.status === "RUNNING";
  const patience = item.expected.status === "RUNNING" ? watched : longest;
  simulation.runWhile(running, simulation.clock.now + patience);
  return observe(simulation, executionArn);
}

/** @returns how the replay differs; a gap of the simulator is a difference, too */
export function replay(item: ConformanceCase): Replay {
  const simulation = new Simulation({ accountId });
  const fifo = [...item.queues, ...(item.topics ?? [])].filter((one) => one.fifo === true).map(({ key }) => key);
  const account = { accountId, region: simulation.region, now: simulation.clock.now };
  const references = new References(account, new Set(fifo), item.input);
  try {
    return { differences: judge(item, run(simulation, item, references), references) };
  } catch (error) {
    const observed = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { differences: [{ at: "run", recorded: item.expected.status, observed }] };
  }
}
