// Saved Logs Insights queries. AWS: API PutQueryDefinition, DescribeQueryDefinitions, DeleteQueryDefinition.
import type { JsonObject } from "../../json";
import { AwsError, type CreatedResource, type Operation, operation, type ResourceType } from "../../service";
import type { World } from "../../world";
import { parseQuery } from "./insights/queryParser";

interface PutInput {
  readonly name?: string;
  readonly queryString?: string;
  readonly logGroupNames?: readonly string[];
  readonly queryDefinitionId?: string;
  readonly queryLanguage?: string;
}

interface QueryDefinition {
  readonly queryDefinitionId: string;
  readonly name: string;
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
  readonly lastModified: number;
}

interface DescribeInput {
  readonly queryDefinitionNamePrefix?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

/** A saved query that could never run is of no use: it is refused here, with the parser's own text. */
function checkQuery(queryString: string): void {
  if (queryString.length < 1 || queryString.length > 10_000) {
    throw invalid(`[queryString] must have 1 to 10000 characters, got ${queryString.length}`);
  }
  try {
    parseQuery(queryString);
  } catch (error) {
    if (error instanceof AwsError)
      throw new AwsError(error.code, `[queryString] ${error.message}`, error.status, error.members);
    throw error;
  }
}

export class QueryDefinitions {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceType: ResourceType;
  private readonly all = new Map<string, QueryDefinition>();

  constructor(private readonly world: World) {
    this.resourceType = {
      knownArguments: ["name", "queryString", "logGroupNames"],
      create: (inputs, physicalName) => this.createResource(inputs, physicalName),
    };
    this.operations = {
      PutQueryDefinition: operation<PutInput>({
        authorize: () => [{ action: "logs:PutQueryDefinition", resource: "*" }],
        handle: (input) => ({ queryDefinitionId: this.put(input) }),
      }),
      DescribeQueryDefinitions: operation<DescribeInput>({
        authorize: () => [{ action: "logs:DescribeQueryDefinitions", resource: "*" }],
        handle: (input) => this.describe(input),
      }),
      DeleteQueryDefinition: operation<{ readonly queryDefinitionId?: string }>({
        authorize: () => [{ action: "logs:DeleteQueryDefinition", resource: "*" }],
        handle: ({ queryDefinitionId = "" }) => {
          if (!this.all.delete(queryDefinitionId)) throw notFound(queryDefinitionId);
          return { success: true };
        },
      }),
    };
  }

  private put(input: PutInput): string {
    const { name = "", queryString = "", logGroupNames = [], queryDefinitionId, queryLanguage = "CWLI" } = input;
    if (name.length < 1 || name.length > 255) throw invalid(`[name] must have 1 to 255 characters, got ${name.length}`);
    if (queryLanguage !== "CWLI") throw invalid(`the simulator's [queryLanguage] is CWLI, got ${queryLanguage}`);
    checkQuery(queryString);
    const before = queryDefinitionId === undefined ? undefined : this.all.get(queryDefinitionId);
    if (queryDefinitionId !== undefined && before === undefined) throw notFound(queryDefinitionId);
    const id = queryDefinitionId ?? this.world.random.uuid();
    const lastModified = this.world.clock.now;
    this.all.set(id, { queryDefinitionId: id, name, queryString, logGroupNames, lastModified });
    return id;
  }

  private describe({ queryDefinitionNamePrefix = "", maxResults = 1_000, nextToken = "0" }: DescribeInput): JsonObject {
    const matching = [...this.all.values()].filter(({ name }) => name.startsWith(queryDefinitionNamePrefix));
    const start = Number(nextToken);
    const end = start + maxResults;
    const queryDefinitions = matching
      .slice(start, end)
      .map((definition): JsonObject => ({ queryLanguage: "CWLI", ...definition }));
    return { queryDefinitions, ...(end < matching.length ? { nextToken: String(end) } : {}) };
  }

  private createResource(inputs: JsonObject, physicalName: string): CreatedResource {
    const { name = physicalName, queryString, logGroupNames = [] } = inputs;
    if (typeof name !== "string") throw invalid(`[name] must be a text, got ${JSON.stringify(name)}`);
    if (typeof queryString !== "string") {
      throw invalid(`[queryString] must be a text, got ${JSON.stringify(queryString)}`);
    }
    if (!isTexts(logGroupNames)) {
      throw invalid(`[logGroupNames] must be a list of names, got ${JSON.stringify(logGroupNames)}`);
    }
    const queryDefinitionId = this.put({ name, queryString, logGroupNames });
    return { id: queryDefinitionId, state: { ...inputs, name, queryDefinitionId } };
  }
}

function notFound(id: string): AwsError {
  return new AwsError("ResourceNotFoundException", `There is no query definition with the id ${id}`);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
