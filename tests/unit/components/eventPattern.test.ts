import { expect, it } from "vitest";
import { eventPatternText } from "../../../components/eventPattern";

it.each([
  {
    source: ["shop.orders"],
    "detail-type": [{ prefix: "Order" }],
    detail: { order: { amount: [{ numeric: [">", 5] }] } },
  },
  { source: ["shop"], detail: { detailType: ["x"], $or: [{ a: [1] }, { b: [null] }] } },
  { $or: [{ source: ["shop"] }, { account: ["123456789012"] }] },
])("takes %j as it is", (pattern) => {
  expect(JSON.parse(eventPatternText("eventPattern", pattern))).toEqual(pattern);
});

it("leaves out what is undefined, as JSON does", () => {
  expect(eventPatternText("eventPattern", { source: ["shop"], detail: undefined })).toBe('{"source":["shop"]}');
});

it.each(["Source", "detailType", "DetailType", "detail_type"])("refuses the field %s, which no event has", (field) => {
  expect(() => eventPatternText("eventPattern", { [field]: ["shop"] })).toThrow(
    /^\[eventPattern\] must name the field "(source|detail-type)" as events do, got "/,
  );
});
