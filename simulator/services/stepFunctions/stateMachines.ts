// The state machines of an account: create, read, change, delete.
import type {
  CreateStateMachineCommandInput,
  DeleteStateMachineCommandInput,
  DescribeStateMachineCommandInput,
  ListStateMachinesCommandInput,
  UpdateStateMachineCommandInput,
} from "@aws-sdk/client-sfn";
import type { Roles } from "../../iam";
import type { JsonObject } from "../../json";
import { AwsError } from "../../service";
import { arn, type World } from "../../world";
import type { StateMachineDefinition } from "./definition/definition";
import { parseDefinition } from "./definition/parse";
import { checkName, pageSize, pageToken, stateMachineDoesNotExist, tokenOf, unsupportedArgument } from "./errors";
import type { JsonataEngine } from "./jsonata/engine";
import { type Logging, type LoggingInput, parseLogging } from "./logging";

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  status: "ACTIVE" | "DELETING";
  definitionText: string;
  definition: StateMachineDefinition;
  roleArn: string;
  loggingInput: LoggingInput | undefined;
  logging: Logging;
  tracing: boolean;
  revisionId: string | undefined;
}

/** What both CreateStateMachine and UpdateStateMachine take and the simulator lacks. */
function refuseVersions(input: {
  readonly publish?: boolean;
  readonly encryptionConfiguration?: { readonly type?: string };
}): void {
  if (input.publish === true) throw unsupportedArgument("publish", true, "state machines without versions and aliases");
  const encryption = input.encryptionConfiguration?.type;
  if (encryption !== undefined && encryption !== "AWS_OWNED_KEY") {
    throw unsupportedArgument("encryptionConfiguration.type", encryption, "AWS_OWNED_KEY");
  }
}

export class StateMachines {
  private readonly byArn = new Map<string, StateMachine>();

  constructor(
    private readonly world: World,
    private readonly engine: JsonataEngine,
    private readonly roles?: Roles,
  ) {}

  arnOf(name: string): string {
    return arn(this.world, "states", `stateMachine:${name}`);
  }

  find(machineArn: string | undefined): StateMachine {
    const machine = this.byArn.get(machineArn ?? "");
    if (machine !== undefined) return machine;
    if (machineArn === undefined || !machineArn.startsWith("arn:")) {
      throw new AwsError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${machineArn}'`);
    }
    const parent = this.byArn.get(machineArn.replace(/:[^:]+$/, ""));
    if (parent !== undefined) {
      throw unsupportedArgument("the version or alias", machineArn, `state machines by their own ARN (${parent.arn})`);
    }
    throw stateMachineDoesNotExist(machineArn);
  }

  create(input: CreateStateMachineCommandInput): StateMachine {
    const name = input.name ?? "";
    checkName(name);
    if ((input.type ?? "STANDARD") !== "STANDARD") throw unsupportedArgument("type", input.type, "STANDARD");
    refuseVersions(input);
    const roleArn = this.checkRole(input.roleArn, this.arnOf(name));
    const definitionText = input.definition ?? "";
    const definition = parseDefinition(definitionText, this.engine);
    const logging = parseLogging(input.loggingConfiguration);
    const tracing = input.tracingConfiguration?.enabled ?? false;
    const known = this.byArn.get(this.arnOf(name));
    if (known !== undefined) {
      if (known.status === "DELETING") {
        throw new AwsError("StateMachineDeleting", `State Machine is being deleted: '${known.arn}'`);
      }
      // Idempotent by name, definition, type and configurations; the role may differ (API Reference: CreateStateMachine).
      const same = JSON.stringify([known.definitionText, known.logging, known.tracing]);
      if (same === JSON.stringify([definitionText, logging, tracing])) return known;
      throw new AwsError("StateMachineAlreadyExists", `State Machine Already Exists: '${known.arn}'`);
    }
    const machine: StateMachine = {
      arn: this.arnOf(name),
      name,
      createdAt: this.world.clock.now,
      status: "ACTIVE",
      definitionText,
      definition,
      roleArn,
      loggingInput: input.loggingConfiguration,
      logging,
      tracing,
      revisionId: undefined,
    };
    this.byArn.set(machine.arn, machine);
    return machine;
  }

  update(input: UpdateStateMachineCommandInput): JsonObject {
    const machine = this.find(input.stateMachineArn);
    refuseVersions(input);
    if (
      input.definition === undefined &&
      input.roleArn === undefined &&
      input.loggingConfiguration === undefined &&
      input.tracingConfiguration === undefined
    ) {
      throw new AwsError(
        "MissingRequiredParameter",
        "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
      );
    }
    // Everything is checked before anything changes.
    const definition =
      input.definition === undefined ? machine.definition : parseDefinition(input.definition, this.engine);
    const roleArn = input.roleArn === undefined ? machine.roleArn : this.checkRole(input.roleArn, machine.arn);
    const loggingInput = input.loggingConfiguration ?? machine.loggingInput;
    const logging = parseLogging(loggingInput);
    Object.assign(machine, { definition, roleArn, loggingInput, logging });
    machine.definitionText = input.definition ?? machine.definitionText;
    machine.tracing = input.tracingConfiguration?.enabled ?? machine.tracing;
    machine.revisionId = this.world.random.uuid();
    return { updateDate: this.world.clock.now / 1000, revisionId: machine.revisionId };
  }

  /** @param busy whether executions still run: then it is DELETING until the last has ended */
  delete(input: DeleteStateMachineCommandInput, busy: (machine: StateMachine) => boolean): void {
    const machine = this.byArn.get(input.stateMachineArn ?? "");
    // Deleting what is not there succeeds, as on AWS.
    if (machine === undefined) return;
    machine.status = "DELETING";
    if (!busy(machine)) this.byArn.delete(machine.arn);
  }

  isDeleting(machineArn: string): boolean {
    return this.byArn.get(machineArn)?.status === "DELETING";
  }

  /** The last execution of a machine that is DELETING has ended. */
  forget(machineArn: string): void {
    this.byArn.delete(machineArn);
  }

  /** Where a machine's events go, as it is configured now. */
  loggingOf(machineArn: string): Logging | undefined {
    return this.byArn.get(machineArn)?.logging;
  }

  isTraced(machineArn: string): boolean {
    return this.byArn.get(machineArn)?.tracing === true;
  }

  describe(input: DescribeStateMachineCommandInput): JsonObject {
    return this.shown(this.find(input.stateMachineArn));
  }

  list(input: ListStateMachinesCommandInput): JsonObject {
    const size = pageSize(input.maxResults);
    const start = pageToken(input.nextToken) ?? 0;
    const all = [...this.byArn.values()].sort((left, right) => left.createdAt - right.createdAt);
    const stateMachines = all.slice(start, start + size).map((machine) => ({
      stateMachineArn: machine.arn,
      name: machine.name,
      type: "STANDARD",
      creationDate: machine.createdAt / 1000,
    }));
    const next = start + size;
    return { stateMachines, ...(next < all.length ? { nextToken: tokenOf(next) } : {}) };
  }

  private checkRole(roleArn: string | undefined, machineArn: string): string {
    if (roleArn === undefined || !/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn)) {
      throw new AwsError("InvalidArn", `Invalid Role Arn: '${roleArn}'`);
    }
    this.roles?.assertAssumable(roleArn, "states.amazonaws.com", machineArn);
    return roleArn;
  }

  private shown(machine: StateMachine): JsonObject {
    const { level, includeExecutionData } = machine.logging;
    const destinations = machine.loggingInput?.destinations as JsonObject[] | undefined;
    return {
      stateMachineArn: machine.arn,
      name: machine.name,
      status: machine.status,
      definition: machine.definitionText,
      roleArn: machine.roleArn,
      type: "STANDARD",
      creationDate: machine.createdAt / 1000,
      loggingConfiguration: { level, includeExecutionData, ...(destinations === undefined ? {} : { destinations }) },
      tracingConfiguration: { enabled: machine.tracing },
      ...(machine.revisionId === undefined ? {} : { revisionId: machine.revisionId }),
    };
  }
}

/** Throws when a StartExecution names a machine that is going away. */
export function checkActive(machine: StateMachine): void {
  if (machine.status === "ACTIVE") return;
  throw new AwsError("StateMachineDeleting", `State Machine is being deleted: '${machine.arn}'`);
}
