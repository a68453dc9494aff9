// References of a case.
import { describe, expect, it } from "vitest";
import { References } from "../../../conformance/references";

const account = { accountId: "111111111111", region: "eu-west-1", now: Date.UTC(2026, 0, 5, 8) };
const references = new References(account, new Set(["fifo"]), { start_at: "at \u0024{Now}" });
const text = (value: string) => references.text(value);

describe("References", () => {
  it("gives names, ARNs and URLs", () => {
    expect(text("\u0024{Function:fn1}")).toBe("conformance-Function-fn1");
    expect(text("\u0024{Function:fn1}.arn")).toBe(
      "arn:aws:lambda:eu-west-1:111111111111:function:conformance-Function-fn1",
    );
    expect(text("\u0024{Queue:q1}.url")).toBe("https://sqs.eu-west-1.amazonaws.com/111111111111/conformance-Queue-q1");
    expect(text("\u0024{Topic:fifo}.arn")).toBe("arn:aws:sns:eu-west-1:111111111111:conformance-Topic-fifo.fifo");
    expect(text("\u0024{StateMachine:sm1}.arnNoSuch")).toBe(
      "arn:aws:states:eu-west-1:111111111111:stateMachine:conformance-StateMachine-sm1NoSuch",
    );
    expect(text("\u0024{Table:t1}.name")).toBe("conformance-Table-t1");
  });

  it("gives moments, parts of the input, and long texts", () => {
    expect(text("\u0024{Now}Z")).toBe("2026-01-05T08:00:00Z");
    expect(text("\u0024{Now+1d}")).toBe("2026-01-06T08:00:00");
    expect(text("\u0024{input.start_at}")).toBe("at 2026-01-05T08:00:00");
    expect(references.resolve({ a: [{ $repeat: { text: "ab", times: 3 } }] })).toEqual({ a: ["ababab"] });
  });

  it("leaves other text alone", () => {
    expect(text("$.a \u0024{b} \u0024{Cluster:c}")).toBe("$.a \u0024{b} \u0024{Cluster:c}");
  });
});
