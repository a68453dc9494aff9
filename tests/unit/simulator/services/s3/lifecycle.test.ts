import { expect, it } from "vitest";
import { s3World } from "./s3World";

const day = 86_400_000;
const rules = (...Rules: object[]) => ({ LifecycleConfiguration: { Rules } as never });
const rule = (more: object) => ({ ID: "r", Status: "Enabled", Filter: {}, ...more });

it("removes objects at the midnight after their days, and tells of it", () => {
  const { world, call, notify, keys } = s3World();
  notify({ EventBridgeConfiguration: {} });
  call("PutBucketLifecycleConfiguration", rules(rule({ Expiration: { Days: 2 }, Filter: { Prefix: "a/" } })));
  world.run(10 * 3_600_000);
  for (const Key of ["a/1", "b/1"]) call("PutObject", { Key, Body: "x" });
  world.run(2.5 * day);
  expect(keys()).toEqual(["a/1", "b/1"]);
  world.run(0.1 * day);
  expect(keys()).toEqual(["b/1"]);
  expect(world.collected.busEvents.at(-1)).toMatchObject({
    detailType: "Object Deleted",
    detail: { object: { key: "a/1" }, reason: "Lifecycle Expiration", requester: "s3.amazonaws.com" },
  });
});

it("takes new rules for old objects, and a date for all", () => {
  const { world, call, keys } = s3World();
  call("PutObject", { Key: "small", Body: "x" });
  call("PutObject", { Key: "large", Body: "x".repeat(100) });
  const Filter = { And: { Prefix: "", ObjectSizeGreaterThan: 10 } };
  call("PutBucketLifecycleConfiguration", rules(rule({ Filter, Expiration: { Date: "2026-02-01T00:00:00Z" } })));
  world.run(32 * day);
  expect(keys()).toEqual(["small"]);
});

it("begins anew for an object that is written again", () => {
  const { world, call, keys } = s3World();
  call("PutBucketLifecycleConfiguration", rules(rule({ Expiration: { Days: 3 } })));
  call("PutObject", { Key: "a", Body: "x" });
  world.run(2 * day);
  call("PutObject", { Key: "a", Body: "y" });
  world.run(2 * day);
  expect(keys()).toEqual(["a"]);
  world.run(2 * day);
  expect(keys()).toEqual([]);
});

it("has nothing to do while nothing expires", () => {
  const { world, call } = s3World();
  call("PutBucketLifecycleConfiguration", rules(rule({ Expiration: { Days: 30 } })));
  call("PutObject", { Key: "a", Body: "x" });
  expect(world.run(14 * day)).toBe(0);
});

it("refuses what the simulator lacks, and what makes no sense", () => {
  const { call } = s3World();
  const put = (more: object) => () => call("PutBucketLifecycleConfiguration", rules(rule(more)));
  expect(put({ Transitions: [{ Days: 1, StorageClass: "GLACIER" }] })).toThrow(
    "the simulator's LifecycleRule does not have [Transitions]",
  );
  expect(put({ Filter: { Tag: { Key: "a", Value: "b" } }, Expiration: { Days: 1 } })).toThrow("[Tag]");
  expect(put({})).toThrow("At least one action needs to be specified in a rule.");
  expect(put({ Expiration: { Days: 0 } })).toThrow("'Days' for Expiration action must be a positive integer");
  expect(put({ Status: "On", Expiration: { Days: 1 } })).toThrow("not well-formed");
});
