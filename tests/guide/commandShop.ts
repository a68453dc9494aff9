// A simulated account with a program of docs/guide/commands.md in it: its clients, its operators, its neighbours.
import { type EvaluatedProgram, type JsonObject, Simulation } from "@respool/simulator";
import type { CommandReason, CommandStatus } from "../../components";

/** What an API answers. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly json: JsonObject;
}

export interface Asked {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Without one the request is signed by an AWS identity. */
  readonly token?: string;
}

export class CommandShop {
  readonly simulation = new Simulation();
  /** What neighbours answer, by their names; 200 of others. */
  readonly status = new Map<string, number>();
  /** The idempotency keys that neighbours were asked with. */
  readonly keys = new Map<string, string[]>();
  /** The paths that neighbours were asked for. */
  readonly paths: string[] = [];

  constructor(private readonly program: EvaluatedProgram) {
    this.simulation.redeploy(program);
    for (const name of ["crm", "payments", "mail"]) {
      this.simulation.internet.register(`${name}.example.com`, ({ headers, url }, reply) => {
        this.paths.push(url.pathname);
        this.keys.set(name, [...(this.keys.get(name) ?? []), String(headers["idempotency-key"])]);
        reply({ status: this.status.get(name) ?? 200 });
      });
    }
  }

  output<Value = string>(name: string): Value {
    return this.program.outputs[name] as Value;
  }

  /** @param api the name of an output */
  ask(api: string, method: string, path: string, { body, headers = {}, token }: Asked = {}): Answer {
    const url = this.output(api);
    const answer = this.simulation.http({
      method,
      url: path.startsWith("/v") ? new URL(path, url).href : `${url}${path}`,
      headers: { ...headers, ...(token !== undefined && { authorization: token }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(token === undefined && { principal: { kind: "operator" } }),
    });
    return { status: answer.status, headers: answer.headers ?? {}, json: JSON.parse(String(answer.body)) };
  }

  run(seconds: number): void {
    this.simulation.runFor(seconds * 1000);
  }

  redrive(request: object = {}): JsonObject {
    this.run(5);
    const { Payload } = this.simulation.call<{ Payload: string }>("lambda", "Invoke", {
      FunctionName: this.output("reprocessFunctionName"),
      Payload: JSON.stringify(request),
    });
    this.run(60);
    return JSON.parse(Payload) as JsonObject;
  }

  /** An item of a table, its values as texts. */
  item(table: string, key: Readonly<Record<string, string>>): Record<string, string> | undefined {
    const Key = Object.fromEntries(Object.entries(key).map(([name, S]) => [name, { S }]));
    const { Item } = this.simulation.call<{ Item?: Record<string, Record<string, string>> }>("dynamodb", "GetItem", {
      TableName: this.output(table),
      Key,
    });
    return Item && Object.fromEntries(Object.entries(Item).map(([name, value]) => [name, Object.values(value).join()]));
  }

  /** How many values a metric of a command has. */
  counted(MetricName: string, service: string, command: string): number {
    const now = this.simulation.clock.now / 1000;
    const { Datapoints } = this.simulation.call<{ Datapoints: { SampleCount: number }[] }>(
      "cloudwatch",
      "GetMetricStatistics",
      {
        Namespace: "Respool",
        MetricName,
        Dimensions: [
          { Name: "service", Value: service },
          { Name: "command", Value: command },
        ],
        StartTime: now - 7_200,
        EndTime: now + 60,
        Period: 86_400,
        Statistics: ["SampleCount"],
      },
    );
    return Datapoints.reduce((sum, { SampleCount }) => sum + SampleCount, 0);
  }
}

/** A status without its times and ids, which the guide leaves out. */
export function told({ status, reason, steps = [] }: CommandStatus): {
  readonly status: string;
  readonly reason?: CommandReason;
  readonly steps: readonly string[];
} {
  return { status, ...(reason && { reason }), steps: steps.map(({ key, status: state }) => `${key} ${state}`) };
}
