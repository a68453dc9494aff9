// The state machines that a ReprocessFunction may redrive on, by logical source.
import * as pulumi from "@pulumi/pulumi";
import type { ReconciledSource } from "../handlers/config";
import { type Duration, toSeconds } from "./duration";
import { logicalSource, UncertainTask } from "./uncertainTask";
import { inWords, validated } from "./validate";

/** A state machine of another stack. */
export interface SourceArgs {
  readonly stateMachineArn: pulumi.Input<string>;
  /** State machines that did this work before they were replaced, so that failures of theirs can still be redriven. @default none */
  readonly formerStateMachineArns?: readonly pulumi.Input<string>[];
  /**
   * How long an execution can take: how far back the reconciler looks for one that has just ended. State it, or a machine with many failures
   * makes the reconciler read a year of them.
   *
   * @default "365 days"
   */
  readonly longestExecution?: Duration;
}

/** Uncertain tasks, or by logical source: tasks, ARNs of state machines, or ARNs and more. */
export type Sources =
  | readonly UncertainTask<never, unknown>[]
  | Readonly<Record<string, UncertainTask<never, unknown> | pulumi.Input<string> | SourceArgs>>;

/** A source whose ARNs may not be known yet. */
export interface DeclaredSourceArgs {
  readonly name: string;
  readonly stateMachineArn: pulumi.Output<string>;
  readonly formerStateMachineArns: readonly pulumi.Output<string>[];
  readonly longestExecutionSeconds: pulumi.Output<number>;
}

const year = 365 * 86_400;

/** @throws when there is none, or two of one name */
export function declareSources(sources: Sources): DeclaredSourceArgs[] {
  const declared = isList(sources)
    ? sources.map((task) => declare(task.source, task))
    : Object.entries(sources).map(([name, source]) => declare(logicalSource(name), source));
  const names = declared.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(`[sources] must have names of their own, got ${inWords(twice)} twice`);
  }
  if (declared.length === 0) {
    throw new Error("[sources] must hold at least one uncertain task or state machine, got none");
  }
  return declared;
}

/** The sources as handlers are told them. */
export function configuredSources(
  declared: readonly DeclaredSourceArgs[],
): pulumi.Output<Record<string, ReconciledSource>> {
  const all = declared.map(({ name, stateMachineArn, formerStateMachineArns, longestExecutionSeconds }) =>
    pulumi
      .all([stateMachineArn, pulumi.all([...formerStateMachineArns]), longestExecutionSeconds])
      .apply(([arn, former, longest]): [string, ReconciledSource] => [
        name,
        {
          stateMachineArn: arn,
          ...(former.length === 0 ? {} : { formerStateMachineArns: former }),
          longestExecutionSeconds: longest,
        },
      ]),
  );
  return pulumi.all(all).apply((entries) => Object.fromEntries(entries));
}

function isList(sources: Sources): sources is readonly UncertainTask<never, unknown>[] {
  return Array.isArray(sources);
}

function declare(
  name: string,
  source: UncertainTask<never, unknown> | pulumi.Input<string> | SourceArgs,
): DeclaredSourceArgs {
  if (source instanceof UncertainTask) {
    const { arn, longestExecutionSeconds } = source;
    return { name, stateMachineArn: arn, formerStateMachineArns: [], longestExecutionSeconds };
  }
  const args = isArgs(source) ? source : { stateMachineArn: source };
  const checked = (arn: pulumi.Input<string>) =>
    pulumi.output(validated(arn, (value) => stateMachineArn(`sources.${name}`, value)));
  return {
    name,
    stateMachineArn: checked(args.stateMachineArn),
    formerStateMachineArns: (args.formerStateMachineArns ?? []).map(checked),
    longestExecutionSeconds: pulumi.output(
      toSeconds(`sources.${name}.longestExecution`, args.longestExecution ?? "365 days", { minimum: 1, maximum: year }),
    ),
  };
}

function isArgs(source: pulumi.Input<string> | SourceArgs): source is SourceArgs {
  return typeof source === "object" && "stateMachineArn" in source && !pulumi.Output.isInstance(source);
}

function stateMachineArn(argument: string, value: string): string {
  if (!/^arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:stateMachine:[^:]{1,80}$/.test(value)) {
    throw new Error(`[${argument}] must be the ARN of a state machine, got ${inWords(value)}`);
  }
  return value;
}
