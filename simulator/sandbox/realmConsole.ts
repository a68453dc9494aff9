// `console` inside a realm: Lambda's text format, one line a call, with time, request id and level.
import type { RealmHost } from "./host";
import { logged } from "./realmErrors";
import type { RealmProcess } from "./realmProcess";

type Format = (...values: unknown[]) => string;

export interface RealmConsole {
  readonly console: Record<string, unknown>;
  readonly module: Record<string, unknown>;
  begin(requestId: string): void;
  invokeError(error: unknown): void;
}

const levels = {
  debug: "DEBUG",
  info: "INFO",
  log: "INFO",
  warn: "WARN",
  error: "ERROR",
  trace: "TRACE",
  fatal: "FATAL",
} as const;

/** See "Log and monitor Node.js Lambda functions" in the Lambda developer guide for the format. */
export function realmConsole(host: RealmHost, process: RealmProcess): RealmConsole {
  const { format } = host.pureModule("util") as { format: Format };
  const { Console } = host.pureModule("console") as { Console: new (options: object) => Record<string, unknown> };
  let requestId = "undefined";
  const write = (level: string, text: string) => {
    const time = new Date(host.now()).toISOString();
    host.write("stdout", `${time}\t${requestId}\t${level}\t${text}\n`);
  };
  const plain = new Console({ stdout: process.stdout, stderr: process.stderr });
  const own = Object.fromEntries(
    Object.entries(levels).map(([name, level]) => [name, (...values: unknown[]) => write(level, format(...values))]),
  );
  const console = Object.assign(Object.create(null), plain, own);
  return {
    console,
    module: Object.assign(Object.create(null), console, { Console }),
    begin(id) {
      requestId = id;
    },
    invokeError(error) {
      write("ERROR", `Invoke Error \t${logged(error)}`);
    },
  };
}
