// Which events carry an id of their own.
import { describe, expect, it } from "vitest";
import { workIdOfEvent } from "../../../records/workId";

const eventBridge = {
  version: "0",
  id: "6f87d04b-9f74-4f04-a780-7acf4b0a9b38",
  "detail-type": "OrderPlaced",
  source: "bookshop",
  account: "123456789012",
  time: "2026-11-20T10:00:00Z",
  region: "eu-west-1",
  resources: [],
  detail: { id: "order-1" },
};
const sns = { EventSource: "aws:sns", Sns: { MessageId: "95df01b4-ee98-5cb9-9903-4c221d41eb5e", Message: "{}" } };
const s3 = {
  eventName: "ObjectCreated:Put",
  s3: { bucket: { name: "covers" }, object: { key: "a+book.png", sequencer: "0055AED6DCD90281E5" } },
};

describe("the work id of an event", () => {
  it.each([
    { from: "EventBridge", event: eventBridge, id: "6f87d04b-9f74-4f04-a780-7acf4b0a9b38" },
    { from: "SNS", event: { Records: [sns] }, id: "95df01b4-ee98-5cb9-9903-4c221d41eb5e" },
    { from: "S3", event: { Records: [s3] }, id: "covers a+book.png 0055AED6DCD90281E5 ObjectCreated:Put" },
  ])("is what $from gave it", ({ event, id }) => {
    expect(workIdOfEvent(event)).toBe(id);
  });

  it("is another for each of S3's events about one change", () => {
    const other = { ...s3, eventName: "ObjectCreated:CompleteMultipartUpload" };
    expect(workIdOfEvent({ Records: [other] })).not.toBe(workIdOfEvent({ Records: [s3] }));
  });

  it.each([
    { what: "an event with an id of the caller's own", event: { id: "order-1", amount: 5 } },
    { what: "an EventBridge event without a detail", event: { ...eventBridge, detail: undefined, id: "" } },
    { what: "several SNS records", event: { Records: [sns, sns] } },
    {
      what: "an S3 event without a sequencer",
      event: { Records: [{ ...s3, s3: { ...s3.s3, object: { key: "a" } } }] },
    },
    { what: "a queue's batch", event: { Records: [{ messageId: "1", body: "{}" }] } },
    { what: "no records", event: { Records: [] } },
    { what: "records that are none", event: { Records: "1" } },
    { what: "a text", event: "id" },
    { what: "a list", event: [eventBridge] },
    { what: "nothing", event: null },
  ])("is not there for $what", ({ event }) => {
    expect(workIdOfEvent(event)).toBeUndefined();
  });
});
