// All tables of an account and region: creating, finding and describing them.
import type { JsonObject } from "../../json";
import { AwsError } from "../../service";
import { arn, type World } from "../../world";
import { constraint, invalidParameters, resourceNotFound, validation } from "./errors";
import { type StreamSpecification, TableStreams } from "./streams/tableStreams";
import { type KeySchema, type KeyType, keyNames, type SecondaryIndex, Table } from "./table";
import { TimeToLive } from "./timeToLive";

interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

interface IndexInput {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection?: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
}

export interface CreateTableInput {
  readonly TableName?: string;
  readonly AttributeDefinitions?: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly KeySchema?: readonly KeySchemaElement[];
  readonly BillingMode?: string;
  readonly GlobalSecondaryIndexes?: readonly IndexInput[];
  readonly LocalSecondaryIndexes?: readonly IndexInput[];
  readonly ProvisionedThroughput?: { readonly ReadCapacityUnits?: number; readonly WriteCapacityUnits?: number };
  readonly StreamSpecification?: StreamSpecification;
  readonly DeletionProtectionEnabled?: boolean;
}

interface Kept {
  readonly table: Table;
  readonly timeToLive: TimeToLive;
}

/** The rules for a table's name in a request. Throws AwsError ValidationException. */
export function checkTableName(name: string | null | undefined): string {
  if (name === undefined || name === null) throw constraint("tableName", name, "not be null");
  const plain = name.startsWith("arn:") ? name.replace(/^.*:table\//, "") : name;
  if (!/^[a-zA-Z0-9_.-]+$/.test(plain)) {
    throw constraint("tableName", name, "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }
  if (plain.length < 3) throw constraint("tableName", name, "have length greater than or equal to 3");
  if (plain.length > 255) throw constraint("tableName", name, "have length less than or equal to 255");
  return plain;
}

function keySchema(elements: readonly KeySchemaElement[] = []): KeySchema {
  const of = (type: string) => elements.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const [hash, range] = [of("HASH"), of("RANGE")];
  if (hash === undefined || elements[0]?.KeyType !== "HASH" || elements.length > 2) {
    throw validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  return range === undefined ? { hash } : { hash, range };
}

function secondaryIndex(input: IndexInput, kind: SecondaryIndex["kind"]): SecondaryIndex {
  const { ProjectionType: type = "ALL", NonKeyAttributes: others = [] } = input.Projection ?? {};
  const projected = type === "ALL" ? {} : { projected: type === "INCLUDE" ? others : [] };
  return { name: input.IndexName, keys: keySchema(input.KeySchema), kind, ...projected };
}

export class Tables {
  private readonly byName = new Map<string, Kept>();
  readonly streams: TableStreams;

  constructor(private readonly world: World) {
    this.streams = new TableStreams(world);
  }

  get names(): readonly string[] {
    return [...this.byName.keys()].sort();
  }

  /** The ARN that a name (or an ARN) stands for, whether or not there is such a table. */
  arnOf(name: string | undefined): string {
    if (name?.startsWith("arn:")) return name;
    return arn(this.world, "dynamodb", `table/${name ?? ""}`);
  }

  find(name: string): Table | undefined {
    return this.byName.get(name)?.table;
  }

  /** Throws AwsError ValidationException, ResourceNotFoundException. */
  get(name: string | null | undefined): Table {
    return this.kept(name).table;
  }

  timeToLive(name: string | null | undefined): TimeToLive {
    return this.kept(name).timeToLive;
  }

  create(input: CreateTableInput): Table {
    const name = checkTableName(input.TableName);
    const keys = keySchema(input.KeySchema);
    const indexes = [
      ...(input.GlobalSecondaryIndexes ?? []).map((index) => secondaryIndex(index, "global")),
      ...(input.LocalSecondaryIndexes ?? []).map((index) => secondaryIndex(index, "local")),
    ];
    const attributeTypes = this.attributeTypes(input, [keys, ...indexes.map((index) => index.keys)]);
    if (this.byName.has(name)) {
      throw new AwsError("ResourceInUseException", `Table already exists: ${name}`);
    }
    const table = new Table({
      name,
      arn: this.arnOf(name),
      keys,
      attributeTypes,
      indexes,
      billingMode: input.BillingMode === "PAY_PER_REQUEST" ? "PAY_PER_REQUEST" : "PROVISIONED",
      capacity: {
        read: input.ProvisionedThroughput?.ReadCapacityUnits ?? 1,
        write: input.ProvisionedThroughput?.WriteCapacityUnits ?? 1,
      },
      createdAt: this.world.clock.now,
    });
    table.deletionProtected = input.DeletionProtectionEnabled === true;
    const { StreamSpecification: stream } = input;
    if (stream?.StreamEnabled === true) this.streams.apply(table, stream);
    const { clock, random } = this.world;
    this.byName.set(name, { table, timeToLive: new TimeToLive(clock, table, () => random.uint32()) });
    return table;
  }

  /** Throws AwsError ValidationException, ResourceNotFoundException. */
  delete(name: string | undefined): Table {
    const { table, timeToLive } = this.kept(name);
    if (table.deletionProtected) {
      throw validation(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
      );
    }
    timeToLive.stop();
    this.streams.enabled(table)?.disable();
    this.byName.delete(table.description.name);
    return table;
  }

  private kept(name: string | null | undefined): Kept {
    const kept = this.byName.get(checkTableName(name));
    if (kept === undefined) throw resourceNotFound();
    return kept;
  }

  private attributeTypes(input: CreateTableInput, schemas: readonly KeySchema[]): Record<string, KeyType> {
    const types: Record<string, KeyType> = {};
    for (const { AttributeName, AttributeType } of input.AttributeDefinitions ?? []) {
      if (!["S", "N", "B"].includes(AttributeType)) {
        throw constraint(
          "attributeDefinitions.1.member.attributeType",
          AttributeType,
          "satisfy enum value set: [B, N, S]",
        );
      }
      types[AttributeName] = AttributeType as KeyType;
    }
    const used = new Set(schemas.flatMap(keyNames));
    const missing = [...used].filter((name) => types[name] === undefined);
    if (missing.length > 0) {
      throw invalidParameters(
        `Some index key attributes are not defined in AttributeDefinitions. Keys: [${missing.join(", ")}], AttributeDefinitions: [${Object.keys(types).join(", ")}]`,
      );
    }
    if (Object.keys(types).some((name) => !used.has(name))) {
      throw invalidParameters(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
      );
    }
    return types;
  }
}

export function shownSchema({ hash, range }: KeySchema): JsonObject[] {
  const elements = [{ AttributeName: hash, KeyType: "HASH" }];
  return range === undefined ? elements : [...elements, { AttributeName: range, KeyType: "RANGE" }];
}

function shownIndex({ name, keys, projected }: SecondaryIndex): JsonObject {
  const Projection =
    projected === undefined
      ? { ProjectionType: "ALL" }
      : projected.length === 0
        ? { ProjectionType: "KEYS_ONLY" }
        : { ProjectionType: "INCLUDE", NonKeyAttributes: [...projected] };
  return { IndexName: name, KeySchema: shownSchema(keys), Projection, IndexStatus: "ACTIVE" };
}

function shownStream({ streams }: Tables, table: Table): JsonObject {
  const latest = streams.latest(table);
  if (latest === undefined) return {};
  const { arn: LatestStreamArn, label: LatestStreamLabel, viewType, enabled } = latest;
  const specification = enabled ? { StreamSpecification: { StreamEnabled: true, StreamViewType: viewType } } : {};
  return { LatestStreamArn, LatestStreamLabel, ...specification };
}

/** A table as DescribeTable shows it. */
export function shownTable(tables: Tables, table: Table, status = "ACTIVE"): JsonObject {
  const { name, arn: tableArn, keys, attributeTypes, indexes, billingMode, createdAt } = table.description;
  const of = (kind: SecondaryIndex["kind"]) => indexes.filter((index) => index.kind === kind).map(shownIndex);
  const [global, local] = [of("global"), of("local")];
  return {
    TableName: name,
    TableArn: tableArn,
    TableStatus: status,
    CreationDateTime: createdAt / 1000,
    KeySchema: shownSchema(keys),
    AttributeDefinitions: Object.entries(attributeTypes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    BillingModeSummary: { BillingMode: billingMode },
    DeletionProtectionEnabled: table.deletionProtected,
    ItemCount: table.size,
    TableSizeBytes: 0,
    ...shownStream(tables, table),
    ...(global.length === 0 ? {} : { GlobalSecondaryIndexes: global }),
    ...(local.length === 0 ? {} : { LocalSecondaryIndexes: local }),
  };
}
