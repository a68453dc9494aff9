// The API's operations on message move tasks.
import type {
  CancelMessageMoveTaskCommandInput,
  ListMessageMoveTasksCommandInput,
  StartMessageMoveTaskCommandInput,
} from "@aws-sdk/client-sqs";
import { type Authorization, AwsError, type Operation, operation } from "../../service";
import type { World } from "../../world";
import { onQueueArn } from "./authorization";
import { invalidParameter, invalidValue, missingParameter, resourceNotFound } from "./errors";
import { MoveTask, maximumRate } from "./moveTask";
import type { Queue } from "./queue";
import type { Queues } from "./queues";

/** AWS: "Configure a dead-letter queue redrive", "Configuring queue permissions for dead-letter queue redrive". */
const onSource = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];

interface Handle {
  readonly taskId: string;
  readonly sourceArn: string;
}

/** Undefined when the text is no task handle. */
function readHandle(text: string): Handle | undefined {
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(text, "base64").toString()) as Partial<Handle>;
    return typeof taskId === "string" && typeof sourceArn === "string" ? { taskId, sourceArn } : undefined;
  } catch {
    return undefined;
  }
}

/** The message move tasks of an account and region, and what AWS lets one do with them. */
class MoveTasks {
  /** By the ARN of their source, the latest first. */
  private readonly bySource = new Map<string, MoveTask[]>();

  constructor(
    private readonly world: World,
    private readonly queues: Queues,
  ) {}

  authorize(action: string, sourceArn = "", destinationArns: readonly string[] = []): Authorization[] {
    return [
      ...[action, ...onSource].flatMap((each) => onQueueArn(this.queues, each, sourceArn)),
      ...destinationArns.flatMap((each) => onQueueArn(this.queues, "SendMessage", each)),
    ];
  }

  /** Where messages may go: the destination that was given, or all queues that this is the dead-letter queue of. */
  destinationsOf({ SourceArn = "", DestinationArn }: StartMessageMoveTaskCommandInput): readonly string[] {
    if (DestinationArn !== undefined) return [DestinationArn];
    const source = this.queues.byArn(SourceArn);
    return source === undefined ? [] : this.queues.sourcesOf(source).map(({ arn }) => arn);
  }

  start(input: StartMessageMoveTaskCommandInput): MoveTask {
    const { DestinationArn, MaxNumberOfMessagesPerSecond: rate } = input;
    const source = this.source(input.SourceArn);
    const destination = DestinationArn === undefined ? undefined : this.destination(source, DestinationArn);
    if (this.queues.sourcesOf(source).length === 0) {
      throw invalidParameter("Source queue must be configured as a Dead Letter Queue.");
    }
    if (rate !== undefined && !(Number.isInteger(rate) && rate >= 1 && rate <= maximumRate)) {
      throw invalidValue("MaxNumberOfMessagesPerSecond", rate, `Must be between 1 and ${maximumRate}, if provided.`);
    }
    const earlier = this.bySource.get(source.arn) ?? [];
    if (earlier.some(({ status }) => status === "RUNNING")) {
      throw invalidParameter(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }
    const task = new MoveTask(this.world, { source, destination, rate }, (arn) => this.queues.byArn(arn));
    this.bySource.set(source.arn, [task, ...earlier]);
    return task;
  }

  list(sourceArn: string | undefined): readonly MoveTask[] {
    return this.bySource.get(this.source(sourceArn).arn) ?? [];
  }

  cancel(handle: Handle): MoveTask {
    const task = this.list(handle.sourceArn).find(({ id }) => id === handle.taskId);
    if (task === undefined) throw new AwsError("ResourceNotFoundException", "Task does not exist.", 404);
    if (task.status !== "RUNNING") throw new AwsError("UnsupportedOperation", "Only active tasks can be cancelled.");
    task.cancel();
    return task;
  }

  private source(sourceArn: string | undefined): Queue {
    if (sourceArn === undefined) throw missingParameter("SourceArn");
    const source = this.queues.byArn(sourceArn);
    if (source === undefined) throw resourceNotFound("SourceArn");
    return source;
  }

  private destination(source: Queue, destinationArn: string): Queue {
    const destination = this.queues.byArn(destinationArn);
    if (destination === undefined) throw resourceNotFound("DestinationArn");
    if (destination === source)
      throw invalidParameter("Source queue arn and destination queue arn cannot be the same.");
    if (destination.isFifo !== source.isFifo) {
      throw invalidValue("DestinationArn", destinationArn, "The destination must be of the source queue's type.");
    }
    return destination;
  }
}

function handleOf({ TaskHandle }: CancelMessageMoveTaskCommandInput): Handle {
  if (TaskHandle === undefined) throw missingParameter("TaskHandle");
  const handle = readHandle(TaskHandle);
  if (handle === undefined) throw invalidParameter("Value for parameter TaskHandle is invalid.");
  return handle;
}

export function moveTaskOperations(world: World, queues: Queues): Record<string, Operation> {
  const tasks = new MoveTasks(world, queues);
  return {
    StartMessageMoveTask: operation<StartMessageMoveTaskCommandInput>({
      authorize: (input) => tasks.authorize("StartMessageMoveTask", input.SourceArn, tasks.destinationsOf(input)),
      handle: (input) => ({ TaskHandle: tasks.start(input).handle }),
    }),
    ListMessageMoveTasks: operation<ListMessageMoveTasksCommandInput>({
      authorize: ({ SourceArn }) => tasks.authorize("ListMessageMoveTasks", SourceArn),
      handle: ({ SourceArn, MaxResults = 1 }) => {
        if (!(Number.isInteger(MaxResults) && MaxResults >= 1 && MaxResults <= 10)) {
          throw invalidValue("MaxResults", MaxResults, "Must be between 1 and 10, if provided.");
        }
        return {
          Results: tasks
            .list(SourceArn)
            .slice(0, MaxResults)
            .map((task) => task.describe()),
        };
      },
    }),
    CancelMessageMoveTask: operation<CancelMessageMoveTaskCommandInput>({
      authorize: (input) => tasks.authorize("CancelMessageMoveTask", handleOf(input).sourceArn),
      handle: (input) => ({ ApproximateNumberOfMessagesMoved: tasks.cancel(handleOf(input)).moved }),
    }),
  };
}
