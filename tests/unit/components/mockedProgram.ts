// Runs component constructors against Pulumi's mocks, and keeps what they would have created.
import * as pulumi from "@pulumi/pulumi";

export interface MockedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A statement of a policy. */
export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

export type Grant = [action: Statement["Action"], resource: Statement["Resource"]];

/** The resources that were registered since the mocks were set. */
export class MockedProgram {
  private readonly resources: MockedResource[] = [];

  /** Sets the mocks; every resource gets an ARN, a URL and a name that follow from its logical name. */
  static async start(): Promise<MockedProgram> {
    const program = new MockedProgram();
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => {
          program.resources.push({ type, name, inputs });
          return { id: `${name}-id`, state: { ...outputsOf(type, name, inputs), ...inputs } };
        },
        call: ({ token }) => {
          if (token === "aws:index/getRegion:getRegion") return { region: "eu-west-1" };
          throw new Error(`unexpected call of ${token}`);
        },
      },
      "respool",
      "test",
    );
    return program;
  }

  /** The one resource of this type and name. */
  async resource(type: string, name: string): Promise<MockedResource> {
    const found = (await this.all(type)).filter((resource) => resource.name === name);
    const [only] = found;
    if (only === undefined || found.length > 1) {
      const have = this.resources.map((resource) => `${resource.type} ${resource.name}`).join(", ");
      throw new Error(`${found.length} resources ${type} ${name} in ${have}`);
    }
    return only;
  }

  async inputs(type: string, name: string): Promise<MockedResource["inputs"]> {
    return (await this.resource(type, name)).inputs;
  }

  /** The environment variables of a function. */
  async environment(functionName: string): Promise<Readonly<Record<string, string>>> {
    const { environment } = await this.inputs("aws:lambda/function:Function", functionName);
    return (environment as { variables: Record<string, string> }).variables;
  }

  /** What a function of the library is told. */
  async config(functionName: string) {
    return JSON.parse((await this.environment(functionName)).RESPOOL_CONFIG ?? "");
  }

  /** What a function's middleware is told. */
  async middleware(functionName: string) {
    return JSON.parse((await this.environment(functionName)).RESPOOL_MIDDLEWARE ?? "");
  }

  /** The statements of a role's policy. */
  async statements(policyName: string): Promise<Statement[]> {
    return JSON.parse(String((await this.inputs("aws:iam/rolePolicy:RolePolicy", policyName)).policy)).Statement;
  }

  /** Those of a function's role that not every function has: without its own log group and X-Ray. */
  async ownStatements(functionName: string): Promise<Statement[]> {
    return (await this.statements(`${functionName}-policy`)).slice(0, -2);
  }

  /** Actions and resources of a role's policy. */
  async grants(policyName: string): Promise<Grant[]> {
    return (await this.statements(policyName)).map(({ Action, Resource }) => [Action, Resource]);
  }

  /** Those of a function's role that not every function has. */
  async ownGrants(functionName: string): Promise<Grant[]> {
    return (await this.grants(`${functionName}-policy`)).slice(0, -2);
  }

  /** Waits until every registration has ended: else it would meet the mocks of the next test. */
  async settled(): Promise<void> {
    await pulumi.runtime.disconnect();
  }

  async all(type: string): Promise<MockedResource[]> {
    await this.settled();
    return this.resources.filter((resource) => resource.type === type);
  }
}

/** The value of an output. */
export function outputValue<T>(output: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => {
    pulumi.output(output).apply(resolve);
  });
}

function outputsOf(
  type: string,
  logicalName: string,
  inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const name = inputs.fifoQueue === true ? `${logicalName}.fifo` : logicalName;
  const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;
  switch (type) {
    case "aws:sqs/queue:Queue":
      return { arn: arn("sqs", name), url: `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`, name };
    case "aws:lambda/function:Function":
      return { arn: arn("lambda", `function:${name}`), name };
    case "aws:sfn/stateMachine:StateMachine":
      return { arn: arn("states", `stateMachine:${name}`), name };
    case "aws:cloudwatch/eventRule:EventRule":
      return { arn: arn("events", `rule/${name}`), name };
    case "aws:cloudwatch/eventBus:EventBus":
      return { arn: arn("events", `event-bus/${name}`), name };
    case "aws:scheduler/schedule:Schedule":
      return { arn: arn("scheduler", `schedule/default/${name}`), name };
    case "aws:sns/topic:Topic":
      return { arn: arn("sns", name), name };
    case "aws:sns/topicSubscription:TopicSubscription":
      return { arn: arn("sns", `topic:${name}`) };
    case "aws:s3/bucket:Bucket":
      return { arn: `arn:aws:s3:::${name}`, bucket: name };
    case "aws:kinesis/stream:Stream":
      return { arn: arn("kinesis", `stream/${name}`), name };
    case "aws:dynamodb/table:Table": {
      const stream = inputs.streamEnabled === true ? { streamArn: arn("dynamodb", `table/${name}/stream/1`) } : {};
      return { arn: arn("dynamodb", `table/${name}`), name, ...stream };
    }
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return { arn: arn("cloudwatch", `alarm:${name}`), name };
    case "aws:iam/role:Role":
      return { arn: `arn:aws:iam::123456789012:role/${name}`, name };
    default:
      return { arn: arn("other", name), name };
  }
}
