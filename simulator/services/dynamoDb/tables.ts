// All tables of an account and region: creating, finding and describing them.
import type { JsonObject } from "../../json";
import { AwsError } from "../../service";
import { arn, type World } from "../../world";
import { constraint, invalidParameters, resourceNotFound, unsupported, validation } from "./errors";
import { type KeySchema, type KeyType, keyNames, type SecondaryIndex, Table } from "./table";

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
  readonly StreamSpecification?: { readonly StreamEnabled?: boolean };
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
  private readonly byName = new Map<string, Table>();

  constructor(private readonly world: World) {}

  get names(): readonly string[] {
    return [...this.byName.keys()].sort();
  }

  /** The ARN that a name (or an ARN) stands for, whether or not there is such a table. */
  arnOf(name: string | undefined): string {
    if (name?.startsWith("arn:")) return name;
    return arn(this.world, "dynamodb", `table/${name ?? ""}`);
  }

  find(name: string): Table | undefined {
    return this.byName.get(name);
  }

  /** Throws AwsError ValidationException, ResourceNotFoundException. */
  get(name: string | null | undefined): Table {
    const table = this.byName.get(checkTableName(name));
    if (table === undefined) throw resourceNotFound();
    return table;
  }

  create(input: CreateTableInput): Table {
    const name = checkTableName(input.TableName);
    if (input.StreamSpecification?.StreamEnabled === true) {
      throw unsupported("StreamSpecification", input.StreamSpecification, "tables without streams");
    }
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
      createdAt: this.world.clock.now,
    });
    this.byName.set(name, table);
    return table;
  }

  delete(name: string | undefined): Table {
    const table = this.get(name);
    this.byName.delete(table.description.name);
    return table;
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

function shownSchema({ hash, range }: KeySchema): JsonObject[] {
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

/** A table as DescribeTable shows it. */
export function shownTable(table: Table, status = "ACTIVE"): JsonObject {
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
    ItemCount: table.size,
    TableSizeBytes: 0,
    ...(global.length === 0 ? {} : { GlobalSecondaryIndexes: global }),
    ...(local.length === 0 ? {} : { LocalSecondaryIndexes: local }),
  };
}
