// The API's operations on queues.
import type {
  CreateQueueCommandInput,
  DeleteQueueCommandInput,
  GetQueueAttributesCommandInput,
  GetQueueUrlCommandInput,
  ListDeadLetterSourceQueuesCommandInput,
  ListQueuesCommandInput,
  ListQueueTagsCommandInput,
  PurgeQueueCommandInput,
  SetQueueAttributesCommandInput,
  TagQueueCommandInput,
  UntagQueueCommandInput,
} from "@aws-sdk/client-sqs";
import { AwsError, type Operation, operation } from "../../service";
import { arn, type World } from "../../world";
import { onQueue } from "./authorization";
import { missingParameter, queueDoesNotExist } from "./errors";
import type { Queue } from "./queue";
import type { AttributeTexts } from "./queueAttributes";
import type { Queues } from "./queues";

/** Every attribute as API GetQueueAttributes has them; times in seconds. */
function allAttributes(queue: Queue): AttributeTexts {
  return {
    ...queue.attributes,
    ApproximateNumberOfMessages: String(queue.visibleCount),
    ApproximateNumberOfMessagesDelayed: String(queue.delayedCount),
    ApproximateNumberOfMessagesNotVisible: String(queue.inFlightCount),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
    QueueArn: queue.arn,
  };
}

const readOnlyAttributes = [
  "All",
  "Policy",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
];

function getQueueAttributes(queues: Queues): Operation {
  return operation<GetQueueAttributesCommandInput>({
    authorize: ({ QueueUrl }) => onQueue(queues, "GetQueueAttributes", QueueUrl),
    handle: ({ QueueUrl, AttributeNames = [] }) => {
      const queue = queues.get(QueueUrl);
      queue.report();
      const present = allAttributes(queue);
      const unknown = AttributeNames.find((name) => !(name in present) && !readOnlyAttributes.includes(name));
      if (unknown !== undefined) throw new AwsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
      if (AttributeNames.length === 0) return {};
      const wanted = Object.entries(present).filter(
        ([name]) => AttributeNames.includes("All") || AttributeNames.some((each) => each === name),
      );
      return { Attributes: Object.fromEntries(wanted) };
    },
  });
}

function purgeQueue(world: World, queues: Queues): Operation {
  return operation<PurgeQueueCommandInput>({
    authorize: ({ QueueUrl }) => onQueue(queues, "PurgeQueue", QueueUrl),
    handle: ({ QueueUrl }) => {
      const queue = queues.get(QueueUrl);
      const { now } = world.clock;
      if (queue.lastPurgeAt !== undefined && now - queue.lastPurgeAt < 60_000) {
        throw new AwsError(
          "PurgeQueueInProgress",
          `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
          403,
        );
      }
      queue.lastPurgeAt = now;
      queue.purge();
      queue.report();
      return {};
    },
  });
}

interface Page {
  readonly page: readonly Queue[];
  readonly NextToken?: string;
}

function paged(matching: readonly Queue[], size = 1000, token = "0"): Page {
  const start = Number(token);
  const page = matching.slice(start, start + size);
  return start + size < matching.length ? { page, NextToken: String(start + size) } : { page };
}

function tagOperations(queues: Queues): Record<string, Operation> {
  return {
    TagQueue: operation<TagQueueCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "TagQueue", QueueUrl),
      handle: ({ QueueUrl, Tags }) => {
        const queue = queues.get(QueueUrl);
        if (Tags === undefined) throw missingParameter("Tags");
        queue.tags = { ...queue.tags, ...Tags };
        return {};
      },
    }),
    UntagQueue: operation<UntagQueueCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "UntagQueue", QueueUrl),
      handle: ({ QueueUrl, TagKeys }) => {
        const queue = queues.get(QueueUrl);
        if (TagKeys === undefined) throw missingParameter("TagKeys");
        queue.tags = Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    }),
    ListQueueTags: operation<ListQueueTagsCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "ListQueueTags", QueueUrl),
      handle: ({ QueueUrl }) => {
        const { tags } = queues.get(QueueUrl);
        return Object.keys(tags).length === 0 ? {} : { Tags: tags };
      },
    }),
  };
}

export function queueOperations(world: World, queues: Queues): Record<string, Operation> {
  return {
    CreateQueue: operation<CreateQueueCommandInput>({
      authorize: ({ QueueName }) => [{ action: "sqs:CreateQueue", resource: arn(world, "sqs", QueueName ?? "") }],
      handle: ({ QueueName, Attributes = {}, tags = {} }) => {
        if (!QueueName) throw missingParameter("QueueName");
        return { QueueUrl: queues.create(QueueName, Attributes as AttributeTexts, tags).url };
      },
    }),
    GetQueueUrl: operation<GetQueueUrlCommandInput>({
      authorize: ({ QueueName }) => onQueue(queues, "GetQueueUrl", `/${world.accountId}/${QueueName}`),
      handle: ({ QueueName = "", QueueOwnerAWSAccountId = world.accountId }) => {
        const queue = queues.byQueueName(QueueName);
        if (queue === undefined || QueueOwnerAWSAccountId !== world.accountId) throw queueDoesNotExist();
        queue.report();
        return { QueueUrl: queue.url };
      },
    }),
    GetQueueAttributes: getQueueAttributes(queues),
    SetQueueAttributes: operation<SetQueueAttributesCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "SetQueueAttributes", QueueUrl),
      handle: ({ QueueUrl, Attributes = {} }) => {
        queues.configure(queues.get(QueueUrl), Attributes as AttributeTexts);
        return {};
      },
    }),
    PurgeQueue: purgeQueue(world, queues),
    DeleteQueue: operation<DeleteQueueCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "DeleteQueue", QueueUrl),
      handle: ({ QueueUrl }) => {
        queues.delete(queues.get(QueueUrl));
        return {};
      },
    }),
    ListDeadLetterSourceQueues: operation<ListDeadLetterSourceQueuesCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "ListDeadLetterSourceQueues", QueueUrl),
      handle: ({ QueueUrl, MaxResults, NextToken }) => {
        const { page, ...more } = paged(queues.sourcesOf(queues.get(QueueUrl)), MaxResults, NextToken);
        return { queueUrls: page.map(({ url }) => url), ...more };
      },
    }),
    ...tagOperations(queues),
    ListQueues: operation<ListQueuesCommandInput>({
      authorize: () => [{ action: "sqs:ListQueues", resource: "*" }],
      handle: ({ QueueNamePrefix = "", MaxResults, NextToken }) => {
        const matching = queues.all.filter(({ name }) => name.startsWith(QueueNamePrefix));
        const { page, ...more } = paged(matching, MaxResults, NextToken);
        return { ...(page.length === 0 ? {} : { QueueUrls: page.map(({ url }) => url) }), ...more };
      },
    }),
  };
}
