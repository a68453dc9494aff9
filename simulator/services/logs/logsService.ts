// Amazon CloudWatch Logs: log groups, what was written to them, and the metrics embedded in it.
import type { JsonObject } from "../../json";
import { AwsError, type CreatedResource, type Operation, type ResourceType, type Service } from "../../service";
import type { LogSink, World } from "../../world";
import { embeddedMetrics } from "./embeddedMetrics";
import { LogGroup, type LogLine } from "./logGroup";
import { type LogGroups, logGroupArn, logOperations } from "./logOperations";
import { QueryDefinitions } from "./queryDefinitions";
import { queryOperations } from "./queryOperations";

/** AWS: API PutRetentionPolicy, retentionInDays; 0 keeps the lines for ever. */
const retentions = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const logGroupClasses = ["STANDARD", "INFREQUENT_ACCESS"];

interface LogGroupSettings {
  readonly logGroupClass: string;
  readonly retentionInDays: number;
}

function invalid(argument: string, allowed: string, got: unknown): AwsError {
  return new AwsError("InvalidParameterException", `[${argument}] must be ${allowed}, got ${JSON.stringify(got)}`);
}

export class LogsService implements Service, LogSink, LogGroups {
  readonly name = "logs";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
  private readonly groups = new Map<string, LogGroup>();

  constructor(private readonly world: World) {
    const definitions = new QueryDefinitions(world);
    this.operations = { ...logOperations(world, this), ...queryOperations(world, this), ...definitions.operations };
    this.resourceTypes = {
      "aws:cloudwatch/logGroup:LogGroup": {
        knownArguments: ["name", "retentionInDays", "kmsKeyId", "tags", "skipDestroy", "logGroupClass"],
        create: (inputs, physicalName) => this.createResource(inputs, physicalName),
      },
      "aws:cloudwatch/queryDefinition:QueryDefinition": definitions.resourceType,
    };
  }

  get all(): readonly LogGroup[] {
    return [...this.groups.values()];
  }

  find(name: string): LogGroup | undefined {
    return this.groups.get(name);
  }

  /** Throws AwsError ResourceAlreadyExistsException. */
  create(name: string, settings: LogGroupSettings = { logGroupClass: "STANDARD", retentionInDays: 0 }): LogGroup {
    // AWS: API CreateLogGroup, logGroupName.
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
      throw invalid("name", "1 to 512 letters, digits, '_', '-', '/', '.' and '#'", name);
    }
    if (this.groups.has(name)) {
      throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
    }
    const { logGroupClass, retentionInDays } = settings;
    const group = new LogGroup(
      name,
      logGroupArn(this.world, name),
      this.world.clock.now,
      logGroupClass,
      retentionInDays,
    );
    this.groups.set(name, group);
    return group;
  }

  /**
   * Writes a line at the clock's time and counts the metrics that it embeds. Without the log group the line is lost, as
   * on AWS: whoever writes has to create the group, and needs the permission for it.
   */
  write(logGroup: string, logStream: string, message: string): void {
    const group = this.groups.get(logGroup);
    if (group === undefined) return;
    group.write(logStream, message, this.world.clock.now);
    const { data, problems } = embeddedMetrics(message);
    for (const datum of data) this.world.metrics.put(datum);
    for (const problem of problems) this.world.events.append("logs.EmbeddedMetricRefused", { logGroup, problem });
  }

  /** For tests: the lines of a log group, oldest first; none when there is no such group. */
  lines(logGroup: string): readonly LogLine[] {
    return this.groups.get(logGroup)?.read(this.world.clock.now) ?? [];
  }

  private createResource(inputs: JsonObject, physicalName: string): CreatedResource {
    const { name = physicalName, retentionInDays = 0, logGroupClass = "STANDARD", tags = {} } = inputs;
    if (typeof name !== "string") throw invalid("name", "a text", name);
    if (typeof retentionInDays !== "number" || !retentions.includes(retentionInDays)) {
      throw invalid("retentionInDays", `one of ${retentions.join(", ")}`, retentionInDays);
    }
    if (typeof logGroupClass !== "string" || !logGroupClasses.includes(logGroupClass)) {
      throw invalid("logGroupClass", `one of ${logGroupClasses.join(", ")}`, logGroupClass);
    }
    const group = this.create(name, { logGroupClass, retentionInDays });
    return {
      id: name,
      state: { ...inputs, name, arn: group.arn, retentionInDays, logGroupClass, tagsAll: tags },
    };
  }
}
