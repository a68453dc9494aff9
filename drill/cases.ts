// All cases of the drill: each failure that can befall work of each invocation type.
import { type EntranceName, entrances } from "./entrances";
import { type FailureName, failures } from "./failures";

/** One row of the table. */
export interface DrillCase {
  /** Such as `queue-timeout`. */
  readonly name: string;
  readonly entrance: EntranceName;
  readonly failure: FailureName;
}

const ofEvents: readonly FailureName[] = ["client", "exception", "timeout", "memory", "throttle", "down"];
const ofBatches: readonly FailureName[] = ["exception", "timeout", "memory", "throttle", "poison", "down"];

/** A batch has a poison record where a single event is wrong. The function that asks for an order's status has no switch for a bug. */
const failuresOf: Readonly<Record<EntranceName, readonly FailureName[]>> = {
  api: ofEvents,
  event: ofEvents,
  direct: ofEvents,
  table: ofBatches,
  stream: ofBatches,
  queue: ofBatches,
  fifo: ofBatches,
  task: [...ofEvents, "busy"],
  status: ["client", "timeout", "memory", "throttle", "busy", "down"],
};

export const drillCases: readonly DrillCase[] = (Object.keys(entrances) as EntranceName[]).flatMap((entrance) =>
  failuresOf[entrance].map((failure) => ({ name: `${entrance}-${failure}`, entrance, failure })),
);

/** A line for each case: its name, how its work comes in, and what goes wrong. */
export function listOfCases(): string {
  const width = Math.max(...drillCases.map(({ name }) => name.length));
  return drillCases
    .map(({ name, entrance, failure }) => `${name.padEnd(width)}  ${describe(entrance, failure)}\n`)
    .join("");
}

function describe(entrance: EntranceName, failure: FailureName): string {
  return `${entrances[entrance].title}: ${failures[failure].begins}`;
}
