// The list of sources, and the permissions that derive from it.
import { describe, expect, it } from "vitest";
import { permissionsOf, recordSources } from "../../../../records/sources/sources";
import { executionOf, ORDERS_ARN, recordBody, recordByReference, statusChangeEvent } from "../../../support/records";

const received = (body: object) => ({
  message: { Body: JSON.stringify(body) },
  text: JSON.stringify(body),
  json: { ...body },
  attribute: {},
  direct: true,
});

describe("the sources", () => {
  it.each([
    [recordBody("order-1"), "Step Functions record by value"],
    [recordByReference("order-1"), "Step Functions record by reference"],
    [statusChangeEvent("order-1"), "Step Functions status-change event with input"],
    [statusChangeEvent("order-1", { input: null }), "Step Functions status-change event without input"],
  ])("recognise each form once (%#)", (body, name) => {
    const found = recordSources.filter((source) => source.recognise(received(body)));
    expect(found.map((source) => source.name)).toEqual([name]);
  });
});

describe("permissionsOf", () => {
  it("names each action once, on this state machine and its executions only", () => {
    expect(permissionsOf(ORDERS_ARN)).toEqual([
      { actions: ["states:StartExecution"], resources: [ORDERS_ARN] },
      { actions: ["states:DescribeExecution", "states:GetExecutionHistory"], resources: [executionOf("*")] },
    ]);
  });
});
