// ClosureFunction: the resources that it creates. Packaging has tests of its own; here the code is packaged already.
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ClosureFunction, type ClosureFunctionArgs } from "../../../components/closureFunction";
import { runProgram } from "../../support/runProgram";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

let registered: Registered[] = [];

beforeEach(() => {
  registered = [];
});

// Once: what a component registers at the end of one test would be unknown to the mocks of the next.
beforeAll(async () => {
  const newResource = async ({ type, name, inputs }: pulumi.runtime.MockResourceArgs) => {
    registered.push({ type, name, inputs });
    const physical = inputs.name ?? `${name}-0123456`;
    return { id: physical, state: { ...inputs, name: physical, arn: `arn:${name}` } };
  };
  await pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs }, "bookshop", "dev");
});

const code = { archive: new pulumi.asset.AssetArchive({}), handler: "index.handler" };
const known = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => void output.apply(resolve));

async function create(args: ClosureFunctionArgs = {}) {
  const component = new ClosureFunction("charge", { code, ...args });
  await known(component.arn);
  return component;
}

function inputsOf(type: string): Record<string, unknown> {
  return registered.find((resource) => resource.type === type)?.inputs ?? {};
}

const functionInputs = () => inputsOf("aws:lambda/function:Function");

describe("a ClosureFunction", () => {
  it("is a function, a role with one policy and a log group", async () => {
    await create();

    expect(registered.map(({ type, name }) => `${type} ${name}`)).toEqual([
      "respool:index:ClosureFunction charge",
      "aws:cloudwatch/logGroup:LogGroup charge-logs",
      "aws:iam/role:Role charge-role",
      "aws:iam/rolePolicy:RolePolicy charge-policy",
      "aws:lambda/function:Function charge",
    ]);
  });

  it("has the defaults of the documentation", async () => {
    await create();
    const { code: _, ...inputs } = functionInputs();

    expect(inputs).toEqual({
      handler: "index.handler",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      role: "arn:charge-role",
      memorySize: 256,
      timeout: 30,
      tracingConfig: { mode: "Active" },
      loggingConfig: { logFormat: "Text", logGroup: "/aws/lambda/bookshop-dev-charge" },
    });
    expect(inputsOf("aws:cloudwatch/logGroup:LogGroup")).toEqual({
      name: "/aws/lambda/bookshop-dev-charge",
      retentionInDays: 30,
    });
  });

  it("passes on what it is given", async () => {
    await create({
      memorySize: pulumi.output(512),
      timeout: "5 minutes",
      reservedConcurrency: 0,
      environment: { B: "2", A: pulumi.output("1") },
      architecture: "x86_64",
      description: "Charges a card",
      logRetention: "7 days",
      tracing: "PassThrough",
      tags: { team: "shop" },
    });

    expect(functionInputs()).toMatchObject({
      memorySize: 512,
      timeout: 300,
      reservedConcurrentExecutions: 0,
      environment: { variables: { A: "1", B: "2" } },
      architectures: ["x86_64"],
      description: "Charges a card",
      tracingConfig: { mode: "PassThrough" },
      tags: { team: "shop" },
    });
    expect(inputsOf("aws:cloudwatch/logGroup:LogGroup")).toMatchObject({ retentionInDays: 7, tags: { team: "shop" } });
    expect(inputsOf("aws:iam/role:Role")).toMatchObject({ tags: { team: "shop" } });
  });

  it("gives its role the statements asked for, its log group and X-Ray, and Lambda the right to assume it", async () => {
    await create({ permissions: [{ actions: ["sqs:SendMessage"], resources: [pulumi.output("arn:orders")] }] });

    expect(inputsOf("aws:iam/rolePolicy:RolePolicy").role).toBe("charge-role-0123456");
    expect(JSON.parse(String(inputsOf("aws:iam/rolePolicy:RolePolicy").policy)).Statement).toEqual([
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:orders" },
      { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "arn:charge-logs:*" },
      { Effect: "Allow", Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], Resource: "*" },
    ]);
    expect(JSON.parse(String(inputsOf("aws:iam/role:Role").assumeRolePolicy)).Statement).toEqual([
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("has no statement for X-Ray where it is not traced", async () => {
    await create({ tracing: "PassThrough" });

    expect(JSON.parse(String(inputsOf("aws:iam/rolePolicy:RolePolicy").policy)).Statement).toHaveLength(1);
  });

  it("opens every resource to transform", async () => {
    await create({
      transform: {
        function: { ephemeralStorage: { size: 1_024 } },
        role: (args, _, name) => {
          args.description = `role of ${name}`;
        },
        policy: { namePrefix: "shop-" },
        logGroup: { name: "/shop/charge" },
      },
    });

    expect(functionInputs()).toMatchObject({
      ephemeralStorage: { size: 1_024 },
      loggingConfig: { logGroup: "/shop/charge" },
    });
    expect(inputsOf("aws:iam/role:Role").description).toBe("role of charge-role");
    expect(inputsOf("aws:iam/rolePolicy:RolePolicy").namePrefix).toBe("shop-");
  });

  it("has the function's ARN and name, and its resources, as properties", async () => {
    const component = await create();

    expect(await known(component.arn)).toBe("arn:charge");
    expect(await known(component.functionName)).toBe("charge-0123456");
    expect(await known(component.role.name)).toBe("charge-role-0123456");
    expect(await known(component.logGroup.name)).toBe("/aws/lambda/bookshop-dev-charge");
    expect(await known(component.function.handler)).toBe("index.handler");
  });

  it("refuses a bad argument at once", () => {
    expect(() => new ClosureFunction("charge", { code, memorySize: 1 })).toThrow(
      new Error("[memorySize] must be a whole number from 128 to 10240, got 1"),
    );
  });

  it("fails the program where its closure cannot be serialized", async () => {
    const run = await runProgram("tests/unit/components/programs/unserializable.ts");

    expect(run.errors).toEqual([
      expect.stringMatching(
        /^error serializing .*: count: \[callback\] cannot be serialized: it captures "seen", a Map, which would arrive without its contents\. Make "seen" in a \[callbackFactory\], which runs in Lambda once per execution environment, or inside the callback\.$/,
      ),
    ]);
  });
});
