// What the worlds of semaphores and circuit breakers share: their tables, an event bus that keeps events, and what frees leases.
import { leaseReleaseDefinition, type ReleasedUse } from "../../components/asl/leaseReleaseDefinition";
import type { StateMachineDefinition } from "../../components/asl/states";
import type { JsonObject } from "../../simulator/json";
import { AwsError, type Service } from "../../simulator/service";
import type { BusEvent } from "../../simulator/world";
import type { TestWorld } from "./simulatorWorld";

const roleArn = "arn:aws:iam::123456789012:role/machine";

/** Creates the table of a semaphore or a circuit breaker. */
export function createControlTable(world: TestWorld, name: string): void {
  world.call("dynamodb", "CreateTable", {
    TableName: name,
    AttributeDefinitions: [{ AttributeName: "key", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "key", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
}

/** Creates a state machine and returns its ARN. */
export function createMachine(world: TestWorld, name: string, definition: StateMachineDefinition): string {
  const input = { name, roleArn, definition: JSON.stringify(definition) };
  return world.call<{ stateMachineArn: string }>("states", "CreateStateMachine", input).stateMachineArn;
}

/** An EventBridge that keeps what is put on it. */
export function eventsInto(events: JsonObject[]): Service {
  return {
    name: "events",
    resourceTypes: {},
    operations: {
      PutEvents: {
        authorize: () => [],
        handle: ({ Entries }) => {
          const [entry] = Entries as JsonObject[];
          if (entry === undefined) throw new AwsError("ValidationException", "no entry");
          events.push({ ...entry, Detail: JSON.parse(String(entry.Detail)) });
          return { Entries: [{ EventId: "1" }], FailedEntryCount: 0 };
        },
      },
    },
  };
}

/** The state machine that frees leases, and the rule that starts it some seconds after an execution ended badly. */
export class LeaseRelease {
  readonly arn: string;
  private readonly events: BusEvent[] = [];

  constructor(
    private readonly world: TestWorld,
    uses: readonly ReleasedUse[],
  ) {
    this.arn = createMachine(world, "release", leaseReleaseDefinition(uses));
  }

  /** Begins to listen to the status events of a state machine. */
  listenTo(machineArn: string): void {
    this.world.replace({
      bus: {
        publish: (event) => {
          const { status, stateMachineArn } = event.detail;
          if (stateMachineArn !== machineArn || !["ABORTED", "FAILED", "TIMED_OUT"].includes(String(status))) return;
          this.events.push(event);
          this.world.clock.after(2_000, () => this.start(event));
        },
      },
    });
  }

  /** Delivers the event of an execution's end once more. */
  announceAgain(executionArn: string): void {
    for (const event of this.events) if (event.detail.executionArn === executionArn) this.start(event);
  }

  private start({ detail }: BusEvent): void {
    const input = { stateMachineArn: this.arn, input: JSON.stringify({ detail }) };
    const principal = { kind: "operator" } as const;
    this.world.gateway.call({ service: "states", action: "StartExecution", input, principal }, () => undefined);
  }
}
