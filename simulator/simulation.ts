// One simulated AWS account in one region: the services, the clock, and what drives them.
import { createHash } from "node:crypto";
import { answerAwsRequest, isAwsHost } from "./awsEndpoint";
import { Clock } from "./clock";
import { EventLog } from "./eventLog";
import { Faults } from "./faults";
import { Gateway } from "./gateway";
import { type HttpReply, type HttpResponse, Internet, type NetworkFailure } from "./internet";
import type { JsonObject } from "./json";
import { canonicalOrder, type MadeResource } from "./program/canonicalOrder";
import { type EvaluatedProgram, evaluateProgram, type ProgramOptions } from "./program/evaluate";
import type { NewResource } from "./program/protocol";
import { defaultQuotas, type QuotaOverrides, type Quotas, withQuotas } from "./quotas";
import { Random } from "./random";
import { watched } from "./sandbox/watchdog";
import type { CreatedResource, Origin, Outcome, Principal, ResourceType, Service } from "./service";
import { ApiGatewayService } from "./services/apiGateway/apiGatewayService";
import { Apis } from "./services/apiGateway/apis";
import { ExecuteApiService } from "./services/apiGateway/executeApiService";
import { CloudWatchService } from "./services/cloudWatch/cloudWatchService";
import { CognitoService } from "./services/cognito/cognitoService";
import { DynamoDbService } from "./services/dynamoDb/dynamoDbService";
import { EventBridgeService } from "./services/eventBridge/eventBridgeService";
import { AccessControl } from "./services/iam/accessControl";
import { IamService } from "./services/iam/iamService";
import { KinesisService } from "./services/kinesis/kinesisService";
import type { StreamSource } from "./services/lambda/eventSources/streamSource";
import { LambdaService } from "./services/lambda/lambdaService";
import { LogsService } from "./services/logs/logsService";
import { S3Service } from "./services/s3/s3Service";
import { SchedulerService } from "./services/scheduler/schedulerService";
import { SnsService } from "./services/sns/snsService";
import { SqsService } from "./services/sqs/sqsService";
import { StepFunctionsService } from "./services/stepFunctions/stepFunctionsService";
import { streamSources } from "./shards/streamSources";
import type { World } from "./world";

export interface SimulationOptions {
  /**
   * Equal seeds repeat a run exactly.
   * @default 1
   */
  readonly seed?: number;
  /**
   * When the simulation begins, in milliseconds since the epoch.
   * @default 2026-01-05T08:00:00Z, a Monday
   */
  readonly start?: number;
  /** @default "123456789012" */
  readonly accountId?: string;
  /** @default "eu-central-1" */
  readonly region?: string;
  /** Figures that differ from AWS's own. */
  readonly quotas?: QuotaOverrides;
  /**
   * Real milliseconds after which a function that does not yield is named.
   * @default 10000
   */
  readonly watchdog?: number;
}

/** An HTTP request from outside. */
export interface OutsideRequest {
  /** @default "GET" */
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /**
   * Who signs the request with AWS's signature.
   * @default nobody; or the operator, when the headers hold a signature
   */
  readonly principal?: Principal;
}

/** The watchdog's limit covers a run of events that lasts so much of it, and the last one, which has the rest to itself. */
const slice = 0.2;

/** A simulated account. Time stands still but for the methods that run it. */
export class Simulation implements World {
  readonly accountId: string;
  readonly region: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventLog;
  readonly faults = new Faults();
  readonly internet = new Internet();
  readonly gateway: Gateway;
  readonly quotas: Quotas;
  readonly iam: AccessControl;
  readonly metrics: CloudWatchService;
  readonly logs: LogsService;
  readonly bus: EventBridgeService;
  readonly s3: S3Service;
  readonly sqs: SqsService;
  readonly dynamoDb: DynamoDbService;
  /** The streams of tables and of Kinesis, as event source mappings read them. */
  readonly streams: StreamSource;
  readonly lambda: LambdaService;
  /** Issues the tokens of users whom a test makes up. */
  readonly cognito: CognitoService;
  readonly stepFunctions: StepFunctionsService;
  private readonly resourceTypes = new Map<string, ResourceType>();
  private readonly watchdog: number;

  constructor(options: SimulationOptions = {}) {
    this.accountId = options.accountId ?? "123456789012";
    this.region = options.region ?? "eu-central-1";
    this.clock = new Clock(options.start ?? Date.UTC(2026, 0, 5, 8));
    this.random = new Random(options.seed ?? 1);
    this.watchdog = options.watchdog ?? 10_000;
    this.events = new EventLog(this.clock);
    this.quotas = withQuotas(defaultQuotas(this.region), options.quotas ?? {});
    this.iam = new AccessControl(this.accountId, this.quotas.iam);
    const { clock, random, events, faults, iam } = this;
    this.gateway = new Gateway({ clock, random, events, faults, iam });
    this.metrics = new CloudWatchService(this);
    this.logs = new LogsService(this);
    this.bus = new EventBridgeService(this, this.iam);
    this.s3 = new S3Service(this, this.iam);
    this.sqs = new SqsService(this, this.metrics);
    const [dynamoDb, kinesis] = [new DynamoDbService(this), new KinesisService(this)];
    this.dynamoDb = dynamoDb;
    this.streams = streamSources(dynamoDb, kinesis);
    this.lambda = new LambdaService(this, this.iam, this.quotas.lambda, this.sqs, this.streams);
    this.stepFunctions = new StepFunctionsService(this, this.quotas.stepFunctions, this.iam);
    const services = [this.metrics, this.logs, this.bus, this.s3, this.sqs, this.lambda, this.stepFunctions];
    const others = [
      new IamService(this, this.iam),
      new SnsService(this),
      dynamoDb,
      dynamoDb.streamsApi,
      kinesis,
      new SchedulerService(this, this.iam),
    ];
    this.cognito = new CognitoService(this);
    const apis = new Apis(this, this.quotas.apiGateway);
    const gateways = [
      new ApiGatewayService(apis, this.iam),
      new ExecuteApiService(apis, this.iam, this.quotas.apiGateway, this.cognito),
      this.cognito,
    ];
    for (const service of [...services, ...others, ...gateways]) this.add(service);
  }

  /** Creates a resource of a Pulumi program. Types and arguments that the simulator does not know are refused by name. */
  create(resource: Pick<NewResource, "type" | "name" | "inputs">): CreatedResource {
    const type = this.resourceTypes.get(resource.type);
    if (type === undefined) {
      throw new Error(
        `the simulator does not have the resource type ${resource.type}; it has ${[...this.resourceTypes.keys()].sort().join(", ")}`,
      );
    }
    const unknown = Object.keys(resource.inputs).filter(
      (name) => !["__defaults", ...type.knownArguments].includes(name),
    );
    if (unknown.length > 0) {
      throw new Error(
        `the simulator does not know the argument ${unknown.join(", ")} of ${resource.type}; it knows ${[...type.knownArguments].sort().join(", ")}`,
      );
    }
    const suffix = createHash("sha256").update(`${resource.type}::${resource.name}`).digest("hex").slice(0, 7);
    return type.create(resource.inputs, `${resource.name}-${suffix}`);
  }

  /**
   * Evaluates a Pulumi program and creates its resources here, always in the same order. The program itself is answered by an
   * account of its own, since the order in which it comes to its resources differs from run to run.
   */
  async deploy(options: Omit<ProgramOptions, "accountId" | "region">): Promise<EvaluatedProgram> {
    const { accountId, region } = this;
    const scratch = new Simulation({ accountId, region });
    const made: MadeResource[] = [];
    const program = await evaluateProgram({ ...options, accountId, region }, (resource) => {
      const created = scratch.create(resource);
      made.push({ resource, created });
      return created;
    });
    return this.redeploy({ ...program, resources: canonicalOrder(made) });
  }

  /** Creates what a program created in a simulation of the same account and region, without evaluating it again. */
  redeploy(program: EvaluatedProgram): EvaluatedProgram {
    for (const resource of program.resources) this.create(resource);
    return program;
  }

  /** Calls AWS as the operator, or whom `principal` names, and runs the simulation until the answer is there. */
  call<Output = JsonObject>(
    service: string,
    action: string,
    input: JsonObject = {},
    principal?: Principal,
    origin?: Origin,
  ): Output {
    let outcome: Outcome | undefined;
    this.gateway.call({ service, action, input, principal: principal ?? { kind: "operator" }, origin }, (result) => {
      outcome = result;
    });
    this.runWhile(() => outcome === undefined);
    if (outcome === undefined) throw new Error(`${service}:${action} was never answered: nothing is left to happen`);
    const answer: Outcome = outcome;
    if (!answer.ok) throw answer.error;
    return answer.output as Output;
  }

  /**
   * Sends an HTTP request, to an API Gateway stage for instance or to a function's URL, and runs the simulation until the answer is
   * there.
   *
   * @example `simulation.http({ url: "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/prod/books/1" })`
   */
  http({ method = "GET", url, headers = {}, body = "", principal }: OutsideRequest): HttpResponse {
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    if (principal !== undefined) lower.authorization = "AWS4-HMAC-SHA256 Credential=simulated";
    const sent = { method, url: new URL(url), headers: lower, body: Buffer.from(body) };
    let answer: HttpResponse | NetworkFailure | undefined;
    const reply: HttpReply = (result) => {
      answer = result;
    };
    const secureTransport = sent.url.protocol === "https:";
    if (isAwsHost(sent.url.hostname)) {
      answerAwsRequest(this.gateway, sent, { principal: principal ?? { kind: "operator" }, secureTransport }, reply);
    } else {
      this.internet.request(sent, reply);
    }
    this.runWhile(() => answer === undefined);
    const received = answer as HttpResponse | NetworkFailure | undefined;
    if (received === undefined) throw new Error(`${method} ${url} was never answered: nothing is left to happen`);
    if ("networkError" in received) throw new Error(received.message);
    return received;
  }

  /** Runs while the condition holds and something is left to happen, but not beyond `limit` (milliseconds since the epoch). */
  runWhile(condition: () => boolean, limit = Number.POSITIVE_INFINITY): void {
    const goesOn = () => condition() && this.clock.isDue(limit);
    // The watchdog is a thread of its own: none is started for nothing.
    while (goesOn()) {
      watched(this.watchdog, () => {
        const until = performance.now() + slice * this.watchdog;
        do this.clock.step(limit);
        while (performance.now() <= until && goesOn());
      });
    }
  }

  /** Runs for that many milliseconds of virtual time. */
  runFor(milliseconds: number): void {
    this.runUntil(this.clock.now + milliseconds);
  }

  /** Runs up to that moment, in milliseconds since the epoch. */
  runUntil(time: number): void {
    this.runWhile(() => true, time);
    this.clock.advanceTo(time);
  }

  /**
   * Runs until no work is under way: what is left are schedules, alarms and messages that nobody receives.
   * @param limit at most that many milliseconds of virtual time; an error tells when work is left then. Default a year.
   */
  runUntilQuiet(limit = 366 * 24 * 3600 * 1000): void {
    const end = this.clock.now + limit;
    this.runWhile(() => this.clock.busy, end);
    if (this.clock.busy) throw new Error(`work was still under way after ${limit} ms of virtual time`);
  }

  private add(service: Service): void {
    this.gateway.add(service);
    for (const [token, type] of Object.entries(service.resourceTypes)) this.resourceTypes.set(token, type);
  }
}
