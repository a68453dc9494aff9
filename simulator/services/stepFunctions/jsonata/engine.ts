// JSONata, evaluated at once: the package answers with promises, so it lives in a vm context of its own whose microtasks
// are drained at the end of every script that runs in it.
import { readFileSync } from "node:fs";
import vm from "node:vm";
import type jsonata from "jsonata";
import { type HostFunctions, registerAwsFunctions } from "./functions";

interface Job {
  expression: jsonata.Expression | undefined;
  bindings: object | undefined;
  state: "pending" | "done" | "failed";
  value: unknown;
}

interface Driver {
  readonly job: Job;
  compile(text: string, options: jsonata.JsonataOptions): jsonata.Expression;
  parse(text: string): object;
}

/** Milliseconds of real time after which an expression counts as an endless loop. */
const watchdog = 10_000;

/**
 * `new Date()` and `Math.random()` of the context ask the host; `Date.now()` stays real, because the package's own
 * watchdog is its only user.
 */
const driverSource = `(host) => {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...parts) { super(...(parts.length === 0 ? [host.now()] : parts)); }
  };
  Math.random = () => host.random();
  const job = { expression: undefined, bindings: undefined, state: "done", value: undefined };
  const settle = (state) => (value) => { job.state = state; job.value = value; };
  const done = settle("done");
  const failed = settle("failed");
  globalThis.evaluateJob = () => {
    job.state = "pending";
    job.expression.evaluate(undefined, job.bindings).then(done, failed);
  };
  const library = module.exports;
  return { job, compile: (text, options) => library(text, options), parse: (text) => JSON.parse(text) };
}`;

/** Hooks of debuggers, which nobody sets here: to look for them at every node takes more than half of an evaluation. */
const unusedHooks = /\w+\.lookup\(Symbol\.for\('jsonata\.__\w+'\)\)/g;

/** An expression that does not parse, or whose evaluation failed. */
export class JsonataError extends Error {
  constructor(
    /** JSONata's code, such as "T2001"; AWS's own functions have none. */
    readonly code: string | undefined,
    message: string,
  ) {
    super(message);
    this.name = "JsonataError";
  }
}

function describe(thrown: unknown): JsonataError {
  const { code, message } = thrown as { code?: string; message?: string };
  return new JsonataError(code, message ?? String(thrown));
}

const plainPath = /^\s*\$([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)\s*$/;

/** A marker of its own: the path leads through or to an array, which JSONata treats in its own way. */
const notPlain = Symbol("not plain");

/** The value of a path such as `$states.input`, by far the most frequent expression, without an evaluation. */
function followPath(steps: readonly string[], bindings: object): unknown {
  let value: unknown = bindings;
  for (const step of steps) {
    if (Array.isArray(value)) return notPlain;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return Array.isArray(value) ? notPlain : value;
}

/** The variables of an evaluation, made once and used by every expression of one step. */
export type Bindings = object;

/** Evaluates expressions; the values of `$now`, `$random` and `$uuid` come from the host's functions. */
export class JsonataEngine {
  private readonly context = vm.createContext(
    { Buffer, module: { exports: {} }, exports: {} },
    { microtaskMode: "afterEvaluate" },
  );
  private readonly evaluateJob = new vm.Script("evaluateJob()");
  private readonly driver: Driver;
  private readonly compiled = new Map<string, jsonata.Expression>();

  constructor(private readonly host: HostFunctions) {
    vm.runInContext("globalThis.global = globalThis", this.context);
    const library = readFileSync(require.resolve("jsonata"), "utf8").replace(unusedHooks, "undefined");
    vm.runInContext(library, this.context, { filename: "jsonata.js" });
    this.driver = (vm.runInContext(driverSource, this.context) as (host: HostFunctions) => Driver)(host);
  }

  /** @param text a JSON object: the variables by name, without the dollar sign */
  bind(text: string): Bindings {
    return this.driver.parse(text);
  }

  /** The syntax tree. Throws JsonataError when the text is not an expression. */
  parse(text: string): jsonata.ExprNode {
    return this.compile(text).ast();
  }

  /** The raw result, undefined when the expression finds nothing. Throws JsonataError. */
  evaluate(text: string, bindings: Bindings): unknown {
    const { job } = this.driver;
    const compiled = this.compile(text);
    const steps = plainPath.exec(text)?.[1]?.split(".");
    const followed = steps === undefined ? notPlain : followPath(steps, bindings);
    if (followed !== notPlain) return followed;
    job.expression = compiled;
    job.bindings = bindings;
    this.evaluateJob.runInContext(this.context);
    const { state, value } = job;
    job.value = undefined;
    job.bindings = undefined;
    if (state === "done") return value;
    if (state === "pending") throw new Error(`the JSONata expression '${text}' waits for something that never comes`);
    const error = describe(value);
    if (error.code === "D1012")
      throw new Error(`the JSONata expression '${text}' ran for ${watchdog} ms: an endless loop?`);
    throw error;
  }

  private compile(text: string): jsonata.Expression {
    const known = this.compiled.get(text);
    if (known !== undefined) return known;
    let expression: jsonata.Expression;
    try {
      expression = this.driver.compile(text, { timeout: watchdog });
    } catch (thrown) {
      throw describe(thrown);
    }
    registerAwsFunctions(expression, this.host);
    this.compiled.set(text, expression);
    return expression;
  }
}
