// Small in-memory stand-ins for SQS and Step Functions, for unit tests of the handlers. Time is Date.now(), which such tests fake.
import type { DescribeExecutionCommandOutput, HistoryEvent } from "@aws-sdk/client-sfn";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { DynamoDbApi, S3Api, SqsApi, StepFunctionsApi } from "../../handlers/aws";
import type { AuditStore } from "../../handlers/edit/auditStore";
import { sleep } from "../../handlers/time";

/** An error as the AWS SDK throws it. */
export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

/** A fault at a call: thrown before it takes effect, or after (the reply is lost). */
interface Fault {
  readonly call: string;
  readonly error: Error;
  readonly after: boolean;
  times: number;
}

/** Faults that a test asks for, and the names of all calls in their order. */
export class Calls {
  readonly made: string[] = [];
  private readonly faults: Fault[] = [];
  private crashAt = Number.POSITIVE_INFINITY;

  failBefore(call: string, error: Error, times = 1): void {
    this.faults.push({ call, error, after: false, times });
  }

  failAfter(call: string, error: Error, times = 1): void {
    this.faults.push({ call, error, after: true, times });
  }

  /** From the call after so many more on nothing answers any more, though that one call still takes effect: the caller has crashed. */
  crashAfter(calls: number): void {
    this.crashAt = this.made.length + calls;
  }

  /** Ends the effect of `crashAfter`, for the next run; what crashed stays dead. */
  recover(): void {
    this.crashAt = Number.POSITIVE_INFINITY;
  }

  async run<T>(call: string, effect: () => T | Promise<T>): Promise<T> {
    if (this.made.length > this.crashAt) return new Promise(() => {});
    this.made.push(call);
    const fault = this.faults.find((candidate) => candidate.call === call && candidate.times-- > 0);
    if (fault?.after === false) throw fault.error;
    const result = await effect();
    if (this.made.length > this.crashAt) return new Promise(() => {});
    if (fault !== undefined) throw fault.error;
    return result;
  }
}

/** A message in a fake queue. */
export interface FakeMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Record<string, MessageAttributeValue>;
  readonly sentAt: number;
  /** System attributes other than the time. */
  readonly system: Record<string, string>;
  visibleAt: number;
  receipt: string;
}

/** SQS: queues by URL. */
export class FakeSqs implements SqsApi {
  readonly queues = new Map<string, FakeMessage[]>();
  /** Entries of the next DeleteMessageBatch calls that SQS refuses, by index in the batch. */
  readonly refusedDeletes: number[][] = [];
  /** Of every queue. */
  retentionSeconds = 14 * 86_400;
  readonly receiveInputs: Parameters<SqsApi["receiveMessage"]>[0][] = [];
  private serial = 0;

  constructor(readonly calls: Calls) {}

  put(
    url: string,
    body: string,
    options: Partial<Pick<FakeMessage, "sentAt" | "attributes" | "system">> = {},
  ): FakeMessage {
    const { sentAt = Date.now(), attributes = {}, system = {} } = options;
    const message = { id: `m-${++this.serial}`, body, attributes, sentAt, system, visibleAt: 0, receipt: "" };
    this.queues.set(url, [...this.in(url), message]);
    return message;
  }

  in(url: string): FakeMessage[] {
    return this.queues.get(url) ?? [];
  }

  visible(url: string): FakeMessage[] {
    return this.in(url).filter(({ visibleAt }) => visibleAt <= Date.now());
  }

  /** What is visible; in a FIFO queue nothing of a group of which a message is in flight. */
  private receivable(url: string): FakeMessage[] {
    if (!url.endsWith(".fifo")) return this.visible(url);
    const inFlight = this.in(url).filter(({ visibleAt }) => visibleAt > Date.now());
    const groups = new Set(inFlight.map(({ system }) => system.MessageGroupId));
    return this.visible(url).filter(({ system }) => !groups.has(system.MessageGroupId));
  }

  receiveMessage: SqsApi["receiveMessage"] = (input) =>
    this.calls.run("ReceiveMessage", async () => {
      this.receiveInputs.push(input);
      const find = () => this.receivable(input.QueueUrl ?? "").slice(0, input.MaxNumberOfMessages ?? 1);
      let found = find();
      for (let second = 0; found.length === 0 && second < (input.WaitTimeSeconds ?? 0); second++) {
        await sleep(1000);
        found = find();
      }
      for (const message of found) {
        message.visibleAt = Date.now() + (input.VisibilityTimeout ?? 30) * 1000;
        message.receipt = `${message.id}/${++this.serial}`;
      }
      const Messages = found.map(({ id, body, attributes, sentAt, system, receipt }) => ({
        MessageId: id,
        Body: body,
        ReceiptHandle: receipt,
        Attributes: { SentTimestamp: String(sentAt), ...system },
        MessageAttributes: attributes,
      }));
      return { Messages: found.length > 0 ? Messages : undefined };
    });

  sendMessage: SqsApi["sendMessage"] = (input) =>
    this.calls.run("SendMessage", () => {
      const { MessageGroupId, MessageDeduplicationId } = input;
      this.put(input.QueueUrl ?? "", input.MessageBody ?? "", {
        attributes: input.MessageAttributes ?? {},
        system: {
          ...(MessageGroupId && { MessageGroupId }),
          ...(MessageDeduplicationId && { MessageDeduplicationId }),
        },
      });
    });

  deleteMessageBatch: SqsApi["deleteMessageBatch"] = (input) =>
    this.calls.run("DeleteMessageBatch", () => {
      const refused = this.refusedDeletes.shift() ?? [];
      const entries = input.Entries ?? [];
      const gone = entries.filter((_, index) => !refused.includes(index)).map(({ ReceiptHandle }) => ReceiptHandle);
      const url = input.QueueUrl ?? "";
      this.queues.set(
        url,
        this.in(url).filter(({ receipt }) => !gone.includes(receipt)),
      );
      const failed = refused.flatMap((index) => entries[index] ?? []);
      const Failed = failed.map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false }));
      return { Successful: [], Failed };
    });

  changeMessageVisibilityBatch: SqsApi["changeMessageVisibilityBatch"] = (input) =>
    this.calls.run("ChangeMessageVisibilityBatch", () => {
      for (const { ReceiptHandle, VisibilityTimeout = 0 } of input.Entries ?? [])
        for (const message of this.in(input.QueueUrl ?? ""))
          if (message.receipt === ReceiptHandle) message.visibleAt = Date.now() + VisibilityTimeout * 1000;
    });

  getQueueAttributes: SqsApi["getQueueAttributes"] = (input) =>
    this.calls.run("GetQueueAttributes", () => {
      const [all, visible] = [this.in(input.QueueUrl ?? "").length, this.visible(input.QueueUrl ?? "").length];
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(all - visible),
          ApproximateNumberOfMessagesDelayed: "0",
          MessageRetentionPeriod: String(this.retentionSeconds),
        },
      };
    });
}

/** S3: objects by bucket and key. */
export class FakeS3 implements S3Api, AuditStore {
  readonly objects = new Map<string, string>();

  constructor(readonly calls: Calls) {}

  getObject: S3Api["getObject"] = ({ bucket, key }) =>
    this.calls.run("GetObject", () => {
      const text = this.objects.get(`${bucket}/${key}`);
      if (text === undefined) throw awsError("NoSuchKey", "The specified key does not exist.");
      return text;
    });

  putObject: S3Api["putObject"] = ({ bucket, key }, text) =>
    this.calls.run("PutObject", () => this.objects.set(`${bucket}/${key}`, text));

  createObject: AuditStore["createObject"] = ({ bucket, key }, text) =>
    this.calls.run("CreateObject", () => {
      if (this.objects.has(`${bucket}/${key}`)) return false;
      this.objects.set(`${bucket}/${key}`, text);
      return true;
    });

  listKeys: AuditStore["listKeys"] = (bucket, prefix) =>
    this.calls.run("ListKeys", () =>
      [...this.objects.keys()]
        .filter((path) => path.startsWith(`${bucket}/${prefix}`))
        .map((path) => path.slice(bucket.length + 1))
        .sort(),
    );
}

/** DynamoDB: items by table, of tables with one item each. */
export class FakeDynamoDb implements DynamoDbApi {
  readonly items = new Map<string, NonNullable<Awaited<ReturnType<DynamoDbApi["getItem"]>>>>();

  constructor(readonly calls: Calls) {}

  getItem: DynamoDbApi["getItem"] = (tableName) => this.calls.run("GetItem", () => this.items.get(tableName));
}

/** An execution in the fake Step Functions. */
export type FakeExecution = Partial<DescribeExecutionCommandOutput> & { startDate: Date; history?: HistoryEvent[] };

/** A task that waits for its token: what it was answered, or that it is closed. */
export interface FakeTask {
  readonly answer?: { readonly output?: string; readonly error?: string; readonly cause?: string };
  readonly closed: boolean;
  /** ARN of the execution that waits for it, whose history shows the answer. */
  readonly execution?: string;
}

const TOKEN_LIFE = 15 * 60_000;

/** Step Functions: executions by ARN; every machine exists. */
export class FakeStepFunctions implements StepFunctionsApi {
  readonly executions = new Map<string, FakeExecution>();
  /** Task tokens that were given out. */
  readonly tasks = new Map<string, FakeTask>();
  /** All redrives that took effect, as `<execution's name> <client token>`. */
  readonly redriven: string[] = [];
  /** What happens once an execution is redriven. @default it runs on */
  onRedrive?: (execution: FakeExecution) => void;
  private readonly redriveTokens = new Map<string, Date>();
  /** How executions end that were started here, and after how many milliseconds; undefined: they run on. */
  ending?: (name: string) => {
    readonly after: number;
    readonly status: "SUCCEEDED" | "FAILED";
    readonly output?: string;
  };

  constructor(readonly calls: Calls) {}

  startExecution: StepFunctionsApi["startExecution"] = (input) =>
    this.calls.run("StartExecution", () => {
      const arn = `${(input.stateMachineArn ?? "").replace(":stateMachine:", ":execution:")}:${input.name}`;
      const known = this.executions.get(arn);
      if (known === undefined) {
        const startDate = new Date();
        this.executions.set(arn, { name: input.name, input: input.input, startDate, status: "RUNNING" });
        return { executionArn: arn, startDate };
      }
      if (known.status === "RUNNING" && known.input === input.input)
        return { executionArn: arn, startDate: known.startDate };
      throw awsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
    });

  describeExecution: StepFunctionsApi["describeExecution"] = (input) =>
    this.calls.run("DescribeExecution", () => this.ended(this.find(input.executionArn)));

  listExecutions: StepFunctionsApi["listExecutions"] = (input) =>
    this.calls.run("ListExecutions", () => {
      const prefix = `${(input.stateMachineArn ?? "").replace(":stateMachine:", ":execution:")}:`;
      const found = [...this.executions]
        .filter(([arn, { status }]) => arn.startsWith(prefix) && (input.statusFilter ?? status) === status)
        .map(([executionArn, { name, status, startDate, stopDate }]) => ({
          executionArn,
          name,
          status,
          startDate,
          stopDate,
        }))
        .sort((a, b) => b.startDate.getTime() - a.startDate.getTime());
      const from = Number(input.nextToken ?? 0);
      const page = found.slice(from, from + 2);
      const executions = page.map((item) => ({
        stateMachineArn: input.stateMachineArn,
        ...item,
        name: item.name ?? "",
      }));
      return {
        executions: executions.map((item) => ({
          ...item,
          stateMachineArn: item.stateMachineArn ?? "",
          status: item.status ?? "FAILED",
        })),
        nextToken: from + 2 < found.length ? String(from + 2) : undefined,
      };
    });

  getExecutionHistory: StepFunctionsApi["getExecutionHistory"] = (input) =>
    this.calls.run("GetExecutionHistory", () => {
      const events = [...(this.find(input.executionArn).history ?? [])];
      return { events: input.reverseOrder ? events.reverse() : events };
    });

  redriveExecution: StepFunctionsApi["redriveExecution"] = ({ executionArn, clientToken = "" }) =>
    this.calls.run("RedriveExecution", () => {
      const execution = this.find(executionArn);
      const known = this.redriveTokens.get(`${executionArn} ${clientToken}`);
      if (known !== undefined && Date.now() - known.getTime() <= TOKEN_LIFE) return { redriveDate: known };
      if (
        execution.status === "RUNNING" ||
        execution.status === "SUCCEEDED" ||
        execution.redriveStatus !== "REDRIVABLE"
      )
        throw awsError("ExecutionNotRedrivable", `Execution is ${execution.status} and cannot be redriven`);
      const redriveDate = new Date();
      this.redriveTokens.set(`${executionArn} ${clientToken}`, redriveDate);
      const redriveCount = (execution.redriveCount ?? 0) + 1;
      Object.assign(execution, { status: "RUNNING", redriveCount, redriveDate, redriveStatus: "NOT_REDRIVABLE" });
      this.redriven.push(`${execution.name} ${clientToken}`);
      this.onRedrive?.(execution);
      return { redriveDate };
    });

  sendTaskSuccess: StepFunctionsApi["sendTaskSuccess"] = ({ taskToken, output }) =>
    this.calls.run("SendTaskSuccess", () => this.answer(taskToken, { output }));

  sendTaskFailure: StepFunctionsApi["sendTaskFailure"] = ({ taskToken, error, cause }) =>
    this.calls.run("SendTaskFailure", () => this.answer(taskToken, { error, cause }));

  sendTaskHeartbeat: StepFunctionsApi["sendTaskHeartbeat"] = ({ taskToken }) =>
    this.calls.run("SendTaskHeartbeat", () => {
      this.waiting(taskToken);
    });

  private answer(token: string | undefined, answer: FakeTask["answer"]): void {
    this.waiting(token);
    const execution = this.tasks.get(token ?? "")?.execution;
    this.tasks.set(token ?? "", { execution, answer, closed: true });
    if (execution === undefined || answer?.output === undefined) return;
    const details = { resourceType: "sqs", resource: "sendMessage.waitForTaskToken", output: answer.output };
    const succeeded: HistoryEvent = {
      timestamp: new Date(),
      type: "TaskSucceeded",
      id: 1,
      taskSucceededEventDetails: details,
    };
    const known = this.find(execution);
    known.history = [...(known.history ?? []), succeeded];
  }

  private waiting(token: string | undefined): void {
    const task = this.tasks.get(token ?? "");
    if (task === undefined) throw awsError("InvalidToken", "Invalid Token: 'Invalid token'");
    if (task.closed) throw awsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
  }

  private ended(execution: FakeExecution): FakeExecution {
    const ending = execution.status === "RUNNING" ? this.ending?.(execution.name ?? "") : undefined;
    if (ending === undefined || Date.now() < execution.startDate.getTime() + ending.after) return execution;
    return { ...execution, status: ending.status, output: ending.output };
  }

  /** The names of all executions that have a redrive's name. */
  redrives(): string[] {
    return [...this.executions.keys()]
      .map((arn) => arn.split(":")[7] ?? "")
      .filter((name) => name.includes("-redrive-"));
  }

  private find(arn: string | undefined, otherwise = "ExecutionDoesNotExist"): FakeExecution {
    const execution = this.executions.get(arn ?? "");
    if (execution === undefined) throw awsError(otherwise, `Execution Does Not Exist: '${arn}'`);
    return execution;
  }
}
