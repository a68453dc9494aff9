// A message move task: takes the messages of a dead-letter queue to where they came from, or elsewhere.
// AWS: "Configure a dead-letter queue redrive".
import type { ListMessageMoveTasksResultEntry } from "@aws-sdk/client-sqs";
import type { World } from "../../world";
import { queryErrorCode, queueDoesNotExist } from "./errors";
import type { StoredMessage } from "./message";
import type { Queue } from "./queue";

export type MoveTaskStatus = "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";

/** Messages a second: AWS's limit for a rate that is given, and here for "system optimized", whose rate varies. */
export const maximumRate = 500;

export interface MoveTaskRequest {
  readonly source: Queue;
  /** Undefined: each message goes back to the queue that it was moved here from. */
  readonly destination: Queue | undefined;
  /** Messages a second. */
  readonly rate: number | undefined;
}

export class MoveTask {
  readonly id: string;
  /** What the answer to its start names it by; it names its source, too. */
  readonly handle: string;
  status: MoveTaskStatus = "RUNNING";
  moved = 0;
  private failureReason: string | undefined;
  private readonly toMove: number;
  private readonly startedAt: number;

  /** @param findQueue a queue by its ARN, as long as it exists */
  constructor(
    private readonly world: World,
    readonly request: MoveTaskRequest,
    private readonly findQueue: (queueArn: string) => Queue | undefined,
  ) {
    const { source } = request;
    this.id = world.random.uuid();
    this.handle = Buffer.from(JSON.stringify({ taskId: this.id, sourceArn: source.arn })).toString("base64");
    this.toMove = source.visibleCount;
    this.startedAt = world.clock.now;
    this.schedule();
  }

  /** AWS: API CancelMessageMoveTask; AWS takes a moment, in which further messages are moved. */
  cancel(): void {
    this.end("CANCELLED");
  }

  /** As ListMessageMoveTasks shows it; the handle only while it runs, as recorded on AWS. */
  describe(): ListMessageMoveTasksResultEntry {
    const { source, destination, rate } = this.request;
    return {
      ...(this.status === "RUNNING" ? { TaskHandle: this.handle } : {}),
      Status: this.status,
      SourceArn: source.arn,
      ...(destination === undefined ? {} : { DestinationArn: destination.arn }),
      ...(rate === undefined ? {} : { MaxNumberOfMessagesPerSecond: rate }),
      ApproximateNumberOfMessagesMoved: this.moved,
      ApproximateNumberOfMessagesToMove: this.toMove,
      ...(this.failureReason === undefined ? {} : { FailureReason: this.failureReason }),
      StartedTimestamp: this.startedAt,
    };
  }

  private schedule(): void {
    this.world.clock.after(1000 / (this.request.rate ?? maximumRate), () => this.step());
  }

  private step(): void {
    if (this.status !== "RUNNING") return;
    const { source } = this.request;
    const [message] = source.receivableMessages;
    const to = message === undefined ? undefined : this.targetOf(message);
    if (this.findQueue(source.arn) !== source) this.fail(nonExistentQueue);
    else if (message === undefined) this.end("COMPLETED");
    else if (typeof to !== "object") this.fail(to ?? nonExistentQueue);
    else {
      this.move(message, to);
      this.schedule();
    }
  }

  /** Where a message goes; a text is the reason why it goes nowhere, undefined when that queue is gone. */
  private targetOf({ deadLetterSourceArn }: StoredMessage): Queue | string | undefined {
    const { destination } = this.request;
    const to = destination?.arn ?? deadLetterSourceArn;
    return to === undefined ? "CouldNotDetermineMessageSource" : this.findQueue(to);
  }

  /** The message is a new one for its destination: its id, its age and its receive count begin anew. */
  private move(message: StoredMessage, target: Queue): void {
    const { source } = this.request;
    const { body, attributes, traceHeader, senderId, fifo } = message.content;
    source.remove(message);
    source.metrics.count("NumberOfMessagesDeleted", 1);
    source.report();
    target.send({ body, attributes, traceHeader, senderId, ...(fifo === undefined ? {} : { fifo }) }, 0);
    this.moved += 1;
  }

  private fail(reason: string): void {
    this.failureReason = reason;
    this.end("FAILED");
  }

  private end(status: MoveTaskStatus): void {
    this.status = status;
    this.world.events.append("sqs.MessageMoveTaskEnded", {
      queue: this.request.source.name,
      status,
      moved: this.moved,
      ...(this.failureReason === undefined ? {} : { failureReason: this.failureReason }),
    });
  }
}

const nonExistentQueue = queryErrorCode(queueDoesNotExist().code);
