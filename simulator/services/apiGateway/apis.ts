// The APIs of an account: definitions, deployments (snapshots of them), stages with their settings.
import { createHash } from "node:crypto";
import type { PolicyDocument } from "../../iam";
import type { ApiGatewayQuotas } from "../../quotas";
import type { World } from "../../world";
import type { ApiDefinition, ApiMethod } from "./apiDefinition";
import { badRequest, notFound } from "./errors";
import type { AuthorizerResult } from "./policyDecision";
import { type Throttling, TokenBucket } from "./tokenBucket";

export interface Deployment {
  readonly id: string;
  readonly createdAt: number;
  readonly description: string | undefined;
  readonly definition: ApiDefinition;
}

export interface AccessLog {
  /** ARN of the log group. */
  readonly destinationArn: string;
  readonly format: string;
}

/** For one method, or for all that have none of their own. */
export interface MethodSettings {
  readonly throttling: Throttling | undefined;
  /** Metrics by method, too. */
  readonly metricsEnabled: boolean;
}

export class Stage {
  readonly settings = new Map<string, MethodSettings>();
  /** What Lambda authorizers returned, by authorizer and identity, for as long as it is kept. */
  readonly authorizations = new Map<string, { readonly result: AuthorizerResult; readonly until: number }>();
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(
    readonly name: string,
    readonly deployment: Deployment,
    readonly accessLog: AccessLog | undefined,
    readonly tracing: boolean,
  ) {}

  settingsOf({ resourcePath, httpMethod }: ApiMethod): MethodSettings | undefined {
    return this.settings.get(`${resourcePath}/${httpMethod}`) ?? this.settings.get("*/*");
  }

  /** Whether the method's own throttling lets a request through. */
  admits(method: ApiMethod, now: number): boolean {
    const throttling = this.settingsOf(method)?.throttling;
    if (throttling === undefined) return true;
    const key = `${method.resourcePath}/${method.httpMethod}`;
    const bucket = this.buckets.get(key) ?? new TokenBucket(throttling, now);
    this.buckets.set(key, bucket);
    return bucket.take(now);
  }

  /** @param methodPath such as "*\/*" or "/books/{bookId}/GET" */
  set(methodPath: string, settings: MethodSettings): void {
    this.settings.set(methodPath, settings);
    this.buckets.clear();
  }
}

export interface RestApi {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly definition: ApiDefinition;
  readonly policy: PolicyDocument | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly deployments: Map<string, Deployment>;
  readonly stages: Map<string, Stage>;
}

/** Ten small letters and digits, as AWS makes them; the same ones in every run. */
function idOf(...parts: readonly string[]): string {
  const digits = createHash("sha256").update(parts.join(" ")).digest("hex").slice(0, 16);
  return BigInt(`0x${digits}`).toString(36).padStart(10, "a").slice(0, 10);
}

export class Apis {
  /** The role that API Gateway writes logs with: one for the account and region. */
  cloudWatchRoleArn: string | undefined;
  private readonly apis = new Map<string, RestApi>();
  private readonly accountBucket: TokenBucket;

  constructor(
    readonly world: World,
    { requestsPerSecond, burst }: ApiGatewayQuotas,
  ) {
    this.accountBucket = new TokenBucket({ rateLimit: requestsPerSecond, burstLimit: burst }, world.clock.now);
  }

  get all(): readonly RestApi[] {
    return [...this.apis.values()];
  }

  find(id: string): RestApi | undefined {
    return this.apis.get(id);
  }

  /** @throws AwsError NotFoundException */
  get(id: string): RestApi {
    const api = this.apis.get(id);
    if (api === undefined) throw notFound("API");
    return api;
  }

  create(settings: Pick<RestApi, "name" | "description" | "definition" | "policy" | "tags">): RestApi {
    const { world, apis } = this;
    // Names need not be unique. The id follows from nothing else: whatever order a program's resources are created in, it is the same.
    const namesakes = this.all.filter(({ name }) => name === settings.name).length;
    const id = idOf(world.accountId, settings.name, String(namesakes));
    const api: RestApi = { ...settings, id, createdAt: world.clock.now, deployments: new Map(), stages: new Map() };
    apis.set(id, api);
    return api;
  }

  deploy(api: RestApi, description: string | undefined): Deployment {
    if (api.definition.methods.length === 0) throw badRequest("The REST API doesn't contain any methods");
    const id = idOf(api.id, String(api.deployments.size)).slice(0, 6);
    const deployment = { id, createdAt: this.world.clock.now, description, definition: api.definition };
    api.deployments.set(id, deployment);
    return deployment;
  }

  /** Whether the account's throttling lets a request through. */
  admits(now: number): boolean {
    return this.accountBucket.take(now);
  }

  host({ id }: RestApi): string {
    return `${id}.execute-api.${this.world.region}.amazonaws.com`;
  }
}
