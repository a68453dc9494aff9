// Which work an invocation is about.
import { describe, expect, it } from "vitest";
import { replayOf, workOf } from "../../../../handlers/middleware/work";
import { lambdaContext } from "../../../support/middlewareRun";

const event = {
  id: "event-1",
  "detail-type": "OrderPlaced",
  source: "bookshop",
  account: "123456789012",
  time: "2026-01-01T00:00:00Z",
  detail: {},
};

describe("the work of an invocation", () => {
  it("is the replay's, before all else", () => {
    const context = lambdaContext({ respool: { id: "first", source: "shop", generation: 3 } });
    expect(workOf(event, context, { id: "known" })).toEqual({ id: "first", correlationId: "first", generation: 3 });
  });

  it("is what the caller knows, else the event's own, else the request's", () => {
    const context = lambdaContext();
    expect(workOf(event, context, { id: "known", generation: 2 })).toEqual({
      id: "known",
      correlationId: "known",
      generation: 2,
    });
    expect(workOf(event, context).id).toBe("event-1");
    expect(workOf({ amount: 5 }, context)).toEqual({ id: "request-1", correlationId: "request-1", generation: 0 });
    expect(workOf(undefined, context).id).toBe("request-1");
  });

  it("keeps the correlation id that came with it", () => {
    const context = lambdaContext();
    const sns = { Sns: { MessageId: "m", MessageAttributes: { correlationId: { Type: "String", Value: "visit-1" } } } };
    expect(workOf({ Records: [sns] }, context)).toEqual({ id: "m", correlationId: "visit-1", generation: 0 });
    expect(workOf({ ...event, detail: { correlationId: "visit-2" } }, context).correlationId).toBe("visit-2");
    expect(workOf({ ...event, detail: { correlationId: 2 } }, context).correlationId).toBe("event-1");
    expect(workOf(event, context, { correlationId: "visit-3" }).correlationId).toBe("visit-3");
  });
});

describe("a replay", () => {
  it.each([
    {},
    { id: 1, source: "shop", generation: 1 },
    { id: "a", generation: 1 },
    { id: "a", source: "shop" },
    { id: "a", source: "shop", generation: -1 },
    { id: "a", source: "shop", generation: 1.5 },
  ])("is none when its context is %j", (respool) => {
    expect(replayOf(lambdaContext({ respool }))).toBeUndefined();
  });

  it("is none without a client context, or with somebody else's", () => {
    expect(replayOf(lambdaContext())).toBeUndefined();
    for (const clientContext of [undefined, null, "respool", { custom: 1 }, { custom: { other: {} } }]) {
      expect(replayOf({ ...lambdaContext(), clientContext })).toBeUndefined();
    }
  });
});
