// The tables of docs/guide/costs.md, as they are counted.
import type { EvaluatedProgram } from "@respool/simulator";
import {
  type Mode,
  modes,
  type Option,
  options,
  type Redriving,
  recovering,
  redriving,
  turns,
  type Work,
  waitsFor,
  workflowWork,
  workOf,
} from "./cases";
import { difference, dollarsPerMillion, functionDollarsPerMillion, type Usage } from "./usage";

type Path = keyof Work;

const titles: Readonly<Record<Path, string>> = {
  succeeds: "succeeds",
  fails: "fails twice, and is recorded",
  redriven: "is redriven, and succeeds",
  held: "is held, and recorded",
};

const paths = ["succeeds", "fails", "redriven"] as const;

/** The tables by their names. */
export function tables(program: EvaluatedProgram): Readonly<Record<string, string>> {
  const work = new Map(
    modes.flatMap((mode) => options.map((option) => [key(mode, option), workOf(program, mode, option)])),
  );
  const of = (mode: Mode, option: Option): Work => {
    const found = work.get(key(mode, option));
    if (found === undefined) throw new Error(`nothing was counted of ${key(mode, option)}`);
    return found;
  };
  return {
    work: workTable(of),
    added: addedTable(program, of),
    redriving: redrivingTable(program),
  };
}

const key = (mode: Mode, option: Option) => `${mode} ${option}`;

/** State transitions and dollars per million, all in all. */
function workTable(of: (mode: Mode, option: Option) => Work): string {
  const cell = (usage: Usage | undefined) =>
    usage === undefined ? "" : `${usage.transitions}: ${dollars(dollarsPerMillion(usage))}`;
  return table(
    ["`onFailure`", "a piece of work that", "plain", "`semaphore`", "`breaker`", "both"],
    modes.flatMap((mode) =>
      ([...paths, "held"] as const).map((path) => [
        `\`"${mode}"\``,
        titles[path],
        ...options.map((option) => (path === "held" && option === "semaphore" ? "" : cell(of(mode, option)[path]))),
      ]),
    ),
  );
}

/** What an option adds to a plain `restart` of the same fate. */
function addedTable(program: EvaluatedProgram, of: (mode: Mode, option: Option) => Work): string {
  const plain = of("restart", "plain");
  const added = (option: string, when: string, usage: Usage) => [option, when, ...parts(usage)];
  const more = (option: string, mode: Mode, other: Option) =>
    paths.map((path) => added(option, titles[path], difference(of(mode, other)[path], plain[path])));
  const free = of("restart", "semaphore").succeeds;
  const waits = (title: string, seconds: number) =>
    added("`semaphore` adds, more", title, difference(waitsFor(program, "restart-semaphore", seconds), free));
  const changes = turns(program);
  const closed = of("restart", "breaker");
  const steps = workflowWork(program);
  return table(
    ["", "a piece of work that", "transitions", "writes", "reads", "messages", "events", "dollars for a million"],
    [
      ...paths.map((path) => added("plain, in all", titles[path], plain[path])),
      ...more('`onFailure: "resume"` adds', "resume", "plain"),
      ...more('`onFailure: "park"` adds', "park", "plain"),
      ...more("`semaphore` adds", "restart", "semaphore"),
      waits("waits for a minute", 60),
      waits("waits for ten minutes", 600),
      added(
        "`semaphore`, in all",
        "waits for an hour in vain, and is recorded",
        of("restart", "semaphore").held ?? free,
      ),
      ...more("`breaker` adds", "restart", "breaker"),
      added("`breaker` adds, more", "is the failure that opens it", difference(changes.opens, closed.fails)),
      added("`breaker` adds, more", "is the probe, and fails", difference(changes.probeFails, closed.fails)),
      added("`breaker` adds, more", "is the probe, and succeeds", difference(changes.probeSucceeds, closed.succeeds)),
      added("`breaker` adds, more", "is the success that closes it", difference(changes.closes, closed.succeeds)),
      added("`breaker`, in all", titles.held, of("restart", "breaker").held ?? free),
      added("three steps, in all", "succeeds", steps.succeeds),
      added("three steps, in all", "fails twice in the second one, and is recorded", steps.fails),
      added("three steps, in all", "is redriven at the second one, and succeeds", steps.redriven),
    ],
  );
}

function parts(usage: Usage): string[] {
  const { transitions, writes, reads, messages, events } = usage;
  return [...[transitions, writes, reads, messages, events].map(count), dollars(dollarsPerMillion(usage))];
}

/** Beside the work itself. */
function redrivingTable(program: EvaluatedProgram): string {
  const none: Usage = { transitions: 0, writes: 0, reads: 0, messages: 0, events: 0 };
  const row = (title: string, { machine, functions }: Redriving) => [
    title,
    count(machine.transitions),
    count(functions.invocations),
    count(machine.writes + functions.writes),
    count(machine.reads + functions.reads),
    count(functions.queueRequests),
    ((dollarsPerMillion(machine) + functionDollarsPerMillion(functions)) / 1e6).toFixed(4),
  ];
  return table(
    ["", "transitions", "invocations", "writes", "reads", "requests to SQS", "dollars in all"],
    [
      row("`ReprocessFunction`, one run for 1,000", { machine: none, functions: redriving(program, 1000) }),
      row("`AutoRedrive`, 1,000 that succeed", recovering(program, 1000, true)),
      row("`AutoRedrive`, stopped by its first five", recovering(program, 1000, false)),
    ],
  );
}

const count = (number: number) => number.toLocaleString("en-US");
const dollars = (number: number) =>
  number.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The document with what was counted between the marks `<!-- counted: name -->` and `<!-- end -->`. */
export function withTables(document: string, counted: Readonly<Record<string, string>>): string {
  return Object.entries(counted).reduce((text, [name, rows]) => {
    const mark = `<!-- counted: ${name} -->\n`;
    const begin = text.indexOf(mark);
    if (begin < 0) throw new Error(`the document must have a line <!-- counted: ${name} -->`);
    const end = text.indexOf("\n<!-- end -->", begin);
    return `${text.slice(0, begin + mark.length)}\n${rows}\n${text.slice(end)}`;
  }, document);
}
