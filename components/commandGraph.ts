// Who sends commands to whom: the graph that components given to components make, in which no way leads back.
import type * as pulumi from "@pulumi/pulumi";
import type { CommandStoreReference } from "./commandStore";
import type { NamedQueue } from "./sourceQueue";
import { sourceInWords, sourcePattern, UncertainTask } from "./uncertainTask";
import { inWords, matching } from "./validate";
import { Workflow } from "./workflow";

/** A function that decides commands, as those see it that send it some: a CommandFunction is one, whatever its commands are. */
export interface CommandReceiver {
  /** The logical source that its failures are recorded under, and that `context.send` goes by. */
  readonly source: string;
  readonly queue: NamedQueue;
  /** The names of the commands that it decides. */
  readonly commandNames: readonly string[];
  /** Where its commands have their status. */
  readonly store: CommandStoreReference;
  /** A key of the program's own that encrypts its queue. @default none */
  readonly kmsKeyArn?: pulumi.Output<string>;
  /** What it sends commands to, or starts. */
  readonly sends: readonly CommandSink[];
}

/** A CommandFunction of another stack, which has its commands' status in the same store. */
export interface CommandReference {
  /** Its logical source. */
  readonly source: string;
  readonly queueArn: pulumi.Input<string>;
  readonly queueUrl: pulumi.Input<string>;
  /** The names of the commands that it decides. */
  readonly commands: readonly string[];
  /** ARN of the key that encrypts its queue. @default SQS's own */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** What it sends commands to, in turn: references, or logical sources. A way that nobody states cannot be found to lead back. @default none */
  readonly sends?: readonly (CommandReference | string)[];
}

/** What a handler of commands may send commands to, or start. */
export type CommandSink = CommandReceiver | CommandReference | UncertainTask<never, unknown> | Workflow;

/** A part of the graph: its own source, and what it sends to. */
export interface CommandSender {
  readonly source: string;
  readonly sends: readonly CommandSink[];
}

export function isTask(sink: unknown): sink is UncertainTask<never, unknown> | Workflow {
  return sink instanceof UncertainTask || sink instanceof Workflow;
}

export function isReceiver(sink: unknown): sink is CommandReceiver {
  return isObject(sink) && "commandNames" in sink && "queue" in sink && "store" in sink;
}

function isReference(sink: unknown): sink is CommandReference {
  return isObject(sink) && "queueArn" in sink && "queueUrl" in sink && "commands" in sink;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * All functions and tasks below, each once, nearest first.
 *
 * @throws when something else is among them, when two have one source, and when a way leads back: then with the way
 */
export function commandReach({ source, sends }: CommandSender): CommandSink[] {
  if (!Array.isArray(sends)) {
    throw new Error(`[sends] must be a list of components and references, got ${inWords(sends)}`);
  }
  const reach = collected(sends);
  const edges = new Map<string, readonly string[]>(reach.map((sink) => [sink.source, sourcesBelow(sink)]));
  checkWays(source, new Map([...edges, [source, sends.map((sink) => sink.source)]]));
  const sources = reach.map((sink) => sink.source);
  const twice = sources.find((one, index) => sources.indexOf(one) !== index);
  if (twice !== undefined) {
    throw new Error(`[sends] must have sources of their own, all the way down, got two with ${inWords(twice)}`);
  }
  return reach;
}

function checkSink(where: string, sink: unknown): void {
  if (isTask(sink) || isReceiver(sink)) {
    return;
  }
  if (!isReference(sink)) {
    throw new Error(
      `[${where}] must be a CommandFunction, an UncertainTask, a Workflow, or of another stack's function { source, queueArn, queueUrl, commands }, got ${inWords(sink)}`,
    );
  }
  matching(`${where}.source`, sink.source, sourcePattern, sourceInWords);
  if (!Array.isArray(sink.commands) || sink.commands.length === 0) {
    throw new Error(`[${where}.commands] must name at least one command, got ${inWords(sink.commands)}`);
  }
}

/**
 * Breadth first; what several send to is there once.
 *
 * @throws when there is something that is no such thing
 */
function collected(sends: readonly CommandSink[]): CommandSink[] {
  const places = new Map(sends.map((sink, index) => [sink, `sends[${index}]`]));
  // What is added on the way is visited, too.
  for (const [sink, where] of places) {
    checkSink(where, sink);
    for (const [index, below] of (isTask(sink) ? [] : (sink.sends ?? [])).entries()) {
      const there = `${where}.sends[${index}]`;
      if (typeof below === "string") {
        matching(there, below, sourcePattern, sourceInWords);
      } else if (!places.has(below)) {
        places.set(below, there);
      }
    }
  }
  return [...places.keys()];
}

function sourcesBelow(sink: CommandSink): string[] {
  return isTask(sink) ? [] : (sink.sends ?? []).map((below) => (typeof below === "string" ? below : below.source));
}

/**
 * Follows every way from the source down; one that was followed to its end is not followed again.
 *
 * @throws when one comes back to where it was
 */
function checkWays(from: string, edges: ReadonlyMap<string, readonly string[]>): void {
  const ended = new Set<string>();
  const follow = (source: string, way: readonly string[]): void => {
    if (way.includes(source)) {
      const round = [...way.slice(way.indexOf(source)), source];
      throw new Error(`[sends] must not lead back: ${round.join(" -> ")}`);
    }
    if (!ended.has(source)) {
      for (const below of edges.get(source) ?? []) {
        follow(below, [...way, source]);
      }
      ended.add(source);
    }
  };
  follow(from, []);
}
