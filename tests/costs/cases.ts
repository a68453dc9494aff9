// The cases that the guide tells the costs of, each as executions of the counted program.
import type { EvaluatedProgram } from "@respool/simulator";
import { Account, type FunctionUsage } from "./account";
import type { Usage } from "./usage";

export const modes = ["restart", "resume", "park"] as const;
export const options = ["plain", "semaphore", "breaker", "both"] as const;

export type Mode = (typeof modes)[number];
export type Option = (typeof options)[number];

/** What one piece of work comes to. */
export interface Work {
  readonly succeeds: Usage;
  /** Twice, and is recorded. */
  readonly fails: Usage;
  /** Redriven after that, and succeeds. */
  readonly redriven: Usage;
  /** By the circuit breaker; by a semaphore without a breaker, after an hour. Nothing holds plain work. */
  readonly held?: Usage;
}

const hour = 3_600;

/** A piece of work of each fate, one after the other. */
export function workOf(program: EvaluatedProgram, mode: Mode, option: Option): Work {
  const machine = `${mode}-${option}`;
  const account = new Account(program);
  const succeeds = account.usage(machine, () => account.work(machine, "succeeds"));
  account.status = 503;
  const fails = account.usage(machine, () => account.work(machine, "fails"));
  account.status = 200;
  const redriven = account.usage(machine, () => account.redrive());
  if (option === "plain") return { succeeds, fails, redriven };
  if (option === "semaphore") account.takePlace();
  else account.control("open");
  const held = account.usage(machine, () => account.work(machine, "held", option === "semaphore" ? hour + 60 : 60));
  return { succeeds, fails, redriven, held };
}

/** Work that waits so long for the place of somebody else, and succeeds. */
export function waitsFor(program: EvaluatedProgram, machine: string, seconds: number): Usage {
  const account = new Account(program);
  account.takePlace();
  return account.usage(machine, () => {
    account.work(machine, "waits", seconds);
    account.freePlace();
    account.run(hour);
  });
}

/** What a circuit breaker's changes cost the work that brings them about. */
export interface Turns {
  /** The fifth failure in a row. */
  readonly opens: Usage;
  readonly probeFails: Usage;
  readonly probeSucceeds: Usage;
  /** The third success. */
  readonly closes: Usage;
}

export function turns(program: EvaluatedProgram): Turns {
  const machine = "restart-breaker";
  const account = new Account(program);
  const one = (order: string, seconds = 20) => account.usage(machine, () => account.work(machine, order, seconds));
  account.status = 503;
  for (const order of ["1", "2", "3", "4"]) one(order);
  const opens = one("5", 90);
  const probeFails = one("6", 90);
  account.status = 200;
  const probeSucceeds = one("7");
  one("8");
  return { opens, probeFails, probeSucceeds, closes: one("9") };
}

/** A workflow of three steps, of which the second fails, and is redriven. */
export interface WorkflowWork {
  readonly succeeds: Usage;
  readonly fails: Usage;
  readonly redriven: Usage;
}

export function workflowWork(program: EvaluatedProgram): WorkflowWork {
  const account = new Account(program);
  const succeeds = account.usage("workflow", () => account.work("workflow", "succeeds"));
  account.statuses = [200, 503, 503];
  const fails = account.usage("workflow", () => account.work("workflow", "fails"));
  const redriven = account.usage("workflow", () => account.redrive());
  return { succeeds, fails, redriven };
}

/** What redriving many costs beside the work itself. */
export interface Redriving {
  readonly machine: Usage;
  readonly functions: FunctionUsage;
}

/** @param goes whether the work succeeds now */
export function recovering(program: EvaluatedProgram, pieces: number, goes: boolean): Redriving {
  const account = failed(program, pieces);
  account.status = goes ? 200 : 503;
  let machine: Usage | undefined;
  const functions = account.functionUsage(() => {
    machine = account.usage("recover", () => account.recover());
  });
  if (machine === undefined) throw new Error("nothing was counted");
  return { machine, functions: withoutWork(functions, account) };
}

/** The same by one run of the reprocess function. */
export function redriving(program: EvaluatedProgram, pieces: number): FunctionUsage {
  const account = failed(program, pieces);
  account.status = 200;
  return withoutWork(
    account.functionUsage(() => account.redrive()),
    account,
  );
}

function failed(program: EvaluatedProgram, pieces: number): Account {
  const account = new Account(program);
  account.status = 503;
  for (let piece = 0; piece < pieces; piece++)
    account.work("restart-plain", `order-${piece}`, piece % 100 === 0 ? 1 : 0);
  account.run(60);
  account.calls = 0;
  return account;
}

/** The work's own function is invoked either way. */
function withoutWork(usage: FunctionUsage, account: Account): FunctionUsage {
  return { ...usage, invocations: usage.invocations - account.calls };
}
