// What a CommandStore keeps of one command, and how the item of the table looks.
import { parsed } from "../../records/json";
import { attributesOf } from "../middleware/attributeValue";
import type { CommandChild, CommandReason, CommandState } from "./status";

/** One command. Times are ISO 8601 unless they say otherwise. */
export interface StatusItem {
  /** The command's, a UUID. */
  readonly id: string;
  readonly name: string;
  /** The logical source of the function that decides it. */
  readonly source: string;
  readonly state: CommandState;
  readonly acceptedAt: string;
  /** When the first attempt began. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly parkedAt?: string;
  /** How often it was begun. */
  readonly attempts: number;
  /** How many redrives led to the attempt that began last. */
  readonly generation: number;
  /** The mark of the attempt that began last: only that one may write. */
  readonly attempt?: string;
  /** When that attempt must have ended, in milliseconds since 1970. */
  readonly until?: number;
  /** Whether no other attempt comes after it by itself. */
  readonly last?: true;
  /** Of the data, where a key gave the id. */
  readonly fingerprint?: string;
  /** Who may ask for the status. @default anybody who may ask at all */
  readonly owner?: string;
  /** When its message was known to be in the queue. */
  readonly sentAt?: string;
  /** The message's body, until an attempt has begun. */
  readonly envelope?: string;
  readonly progress?: number;
  readonly message?: string;
  /** As JSON gives it back. */
  readonly result?: unknown;
  /** The result is no JSON, or larger than is kept. */
  readonly resultOmitted?: true;
  readonly reason?: CommandReason;
  /** In the order in which they were sent. */
  readonly children?: readonly KeptChild[];
}

/** A child, and what was last found out about it. */
export interface KeptChild extends CommandChild {
  /** When it was noted, before it was sent. */
  readonly at?: string;
  readonly known?: KnownChild;
}

/** What a child came to: Step Functions forgets executions 90 days after they ended. */
export interface KnownChild {
  readonly state: "succeeded" | "failed" | "parked";
  /** Of a task: when it ended so, ISO 8601. */
  readonly at?: string;
  /** Of a task: ARN of its last execution that was seen. */
  readonly execution?: string;
  /** Of a task: when its first execution started, in whole seconds since 1970; names of redrives are made of it. */
  readonly born?: number;
}

/** The item as it lies in the table. */
export interface StoredItem extends Omit<StatusItem, "children" | "result"> {
  /** Seconds since 1970: the table's time to live. */
  readonly expiration: number;
  /** JSON. */
  readonly result?: string;
  /** By id, or ARN of the execution: a name that an update can address. */
  readonly children?: Readonly<Record<string, KeptChild>>;
}

const PREFIX = "command#";

/** The key of a command's item; Powertools' results in the same table have keys of another form. */
export function keyOf(id: string): { readonly id: string } {
  return { id: `${PREFIX}${id}` };
}

/** What names a child among the others. */
export function childName({ id, execution, key }: CommandChild): string {
  return id ?? execution ?? key;
}

export function statusItemOf(stored: StoredItem): StatusItem {
  const { id, result, children = {}, expiration: _, ...others } = stored;
  const sent = Object.values(children).sort((a, b) => compare(a.at, b.at) || compare(childName(a), childName(b)));
  return {
    ...others,
    id: id.slice(PREFIX.length),
    ...(result !== undefined && { result: parsed(result) }),
    ...(sent.length > 0 && { children: sent }),
  };
}

/** The item that an error carries: the document client leaves DynamoDB's typed values there. */
export function storedInError(item: object): StoredItem {
  // By way of JSON, since no value of ours is binary: an item of an error is typed as the SDK's, whose binary values are bytes.
  const plain = attributesOf(JSON.parse(JSON.stringify(item)));
  return plain as unknown as StoredItem;
}

function compare(a = "", b = ""): number {
  return a < b ? -1 : Number(a > b);
}
