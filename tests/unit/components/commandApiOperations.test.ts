// The operations of an API of commands: what their function is told of them, and what API Gateway and readers are.
import { describe, expect, it } from "vitest";
import type { CommandOperation } from "../../../components/commandApiArgs";
import { checkedStatusPath, commandOperations, operationShapes } from "../../../components/commandApiOperations";
import { checkOperations } from "../../../components/openApi/operation";

const order = {
  type: "object",
  required: ["orderId", "isbn"],
  properties: { orderId: { type: "string", pattern: "^o-" }, isbn: { type: "string" }, copies: { type: "integer" } },
};
const to = {
  source: "orders",
  queueArn: "arn:aws:sqs:eu-west-1:123456789012:orders",
  queueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
  commands: ["placeOrder", "cancelOrder"],
};
const place: CommandOperation = { command: "placeOrder", to, path: "/orders", schema: order };
const change = { ...place, operationId: "changeOrder", path: "/orders/{orderId}", method: "PUT" } as const;

describe("the function of an API of commands", () => {
  it("is told of each operation, by its id", () => {
    expect(commandOperations([place, change], "/commands")).toEqual({
      placeOrder: { command: "placeOrder", source: "orders", schema: order },
      changeOrder: { command: "placeOrder", source: "orders", schema: order },
    });
  });

  const own = { ...to, schemas: { placeOrder: order } };
  it.each<[Partial<CommandOperation>, string]>([
    [{ command: "ship" }, '[operations[0].command] must be "placeOrder" or "cancelOrder", got "ship"'],
    [
      { schema: undefined },
      "[operations[0].schema] must be given where [operations[0].to] is another stack's function",
    ],
    [
      { path: "/orders/{rest+}" },
      '[operations[0].path] must not have a parameter that takes the rest of it, got "/orders/{rest+}"',
    ],
    [
      { path: "/commands/all" },
      '[operations[0].path] must not be that of the status, "/commands", or below it, got "/commands/all"',
    ],
    [
      { path: "/orders/{copies}" },
      '[operations[0].path] must have parameters that the command\'s schema has as properties of type "string", got {copies} of type "integer"',
    ],
    [
      { path: "/orders/{id}" },
      '[operations[0].path] must have parameters that the command\'s schema has as properties of type "string", got {id} of type undefined',
    ],
    [
      { path: undefined },
      '[operations[0].path] must be a path such as "/books/{bookId}", of parts with letters, digits, ".", "_", ":" and "-", got undefined',
    ],
    [
      { path: "/orders/:orderId/items" },
      '[operations[0].path] must have its parameters in braces, such as "/orders/{orderId}/items", got "/orders/:orderId/items"',
    ],
    [
      { schema: { type: "text" } },
      "[operations[0].schema] must be a JSON Schema of draft 2020-12, got one that says: schema is invalid: data/type must be equal to one of the allowed values, data/type must be array, data/type must match a schema in anyOf",
    ],
    [{ operationId: "getCommand" }, '[operations[0].operationId] must not be one of the status, got "getCommand"'],
    [JSON.parse('{"method":"GET"}'), '[operations[0].method] must be "DELETE", "PATCH", "POST" or "PUT", got "GET"'],
    [
      JSON.parse('{"to":"orders"}'),
      '[operations[0].to] must be a CommandFunction, or of another stack\'s { source, queueArn, queueUrl, commands }, got "orders"',
    ],
  ])("refuses %j", (wrong, message) => {
    expect(() => commandOperations([{ ...place, ...wrong }], "/commands")).toThrow(new Error(message));
  });

  it("takes a command's schema from its function alone", () => {
    const known = [JSON.parse(JSON.stringify({ ...place, to: own }))];
    expect(() => commandOperations(known, "/commands")).toThrow(
      new Error("[operations[0].schema] must be left out where [operations[0].to] is a CommandFunction, which has it"),
    );
    expect(commandOperations([{ ...known[0], schema: undefined }], "/commands").placeOrder?.schema).toEqual(order);
  });

  it("needs an operation", () => {
    expect(() => commandOperations([], "/commands")).toThrow(
      new Error("[operations] must be at least one operation, got []"),
    );
  });

  it("has its statuses at a path of its own", () => {
    expect([checkedStatusPath(), checkedStatusPath("/v2/status")]).toEqual(["/commands", "/v2/status"]);
    expect(() => checkedStatusPath("commands")).toThrow(
      new Error(
        '[statusPath] must be a path such as "/commands", of parts with letters, digits, ".", "_", ":" and "-", got "commands"',
      ),
    );
  });
});

describe("API Gateway", () => {
  it("has an operation a command, and two for the status", () => {
    const shapes = operationShapes([place, change], "/commands");
    expect(() => checkOperations(shapes)).not.toThrow();
    expect(shapes.map(({ method, path, operationId }) => `${method} ${path} ${operationId}`)).toEqual([
      "POST /orders placeOrder",
      "PUT /orders/{orderId} changeOrder",
      "GET /commands/{commandId} getCommand",
      "POST /commands/{commandId}/cancel cancelCommand",
    ]);
  });

  it("leaves bodies to the function, which says where they are wrong", () => {
    const [first] = operationShapes([place], "/commands");
    expect(first).toMatchObject({ requestBody: order, validateBody: false });
  });

  it("asks for in the body what the path does not say", () => {
    const [first] = operationShapes([change], "/commands");
    expect(first?.requestBody).toEqual({
      type: "object",
      required: ["isbn"],
      properties: { isbn: { type: "string" }, copies: { type: "integer" } },
    });
    expect(first?.parameters).toMatchObject([
      { name: "orderId", in: "path", schema: { type: "string", pattern: "^o-" } },
      { name: "Idempotency-Key", in: "header" },
    ]);
  });

  it.each<[string, object, boolean]>([
    ["the path says all that must be said", { required: ["orderId"] }, false],
    ["something else must be said", { required: ["orderId", "isbn"] }, true],
    ["something must be said, in whatever way", { anyOf: [{ required: ["isbn"] }, { required: ["copies"] }] }, true],
  ])("tells readers whether a body is needed: %s", (_, more, bodyRequired) => {
    const [first] = operationShapes([{ ...change, schema: { ...order, required: [], ...more } }], "/commands");
    expect(first).toMatchObject({ requestBody: {}, bodyRequired });
  });

  it("may be asked without a body where nothing must be said", () => {
    const [first] = operationShapes([{ ...place, schema: { type: "object", properties: {} } }], "/commands");
    expect(first).toMatchObject({ bodyRequired: false });
  });

  it("asks for no body where the path says all", () => {
    const schema = { type: "object", required: ["orderId"], properties: { orderId: { type: "string" } } };
    const [first] = operationShapes([{ ...change, method: "DELETE", schema }], "/commands");
    expect(first).not.toHaveProperty("requestBody");
  });
});
