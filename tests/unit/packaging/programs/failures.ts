// A program of closures that cannot be packaged; each export is the error's message.
import { createReadStream } from "node:fs";
import { Logger } from "@aws-lambda-powertools/logger";
import { SQSClient } from "@aws-sdk/client-sqs";
import * as pulumi from "@pulumi/pulumi";
import { packageClosure } from "../../../../packaging/packageClosure";
import type { Closure } from "../../../../packaging/serialize";
import { priceOf } from "./prices";

const log = new Logger({ serviceName: "shop" });
const client = new SQSClient({});
const seen = new Map<string, number>();
const started = new Date(0);
const endpoint = new URL("https://example.com");
const key = Buffer.from("key");
const now = performance.now.bind(performance);
const open = createReadStream;
const config = new pulumi.Config("shop");
const password = pulumi.secret("hush");
const clients = { queues: { main: log } };
const report = (text: string) => log.info(text);
class Declined extends Error {}
class Till {
  #total = 0;
  add(amount: number) {
    this.#total += amount;
    return this.#total;
  }
}
const till = new Till();

function failure(closure: Closure, factory = false, argument?: string): Promise<string> {
  return packageClosure(closure, { factory, argument, bundleSdk: false }).archive.then(
    () => "packaged without an error",
    (error: Error) => error.message,
  );
}

export const logger = failure(async () => log.info("charged"));
export const loggerInFactory = failure(() => async () => log.info("charged"), true);
export const check = failure(async () => log.info("checked"), false, "check");
export const checkFactory = failure(() => async () => log.info("checked"), true, "check");
export const nested = failure(async () => clients.queues.main.info("charged"));
export const throughFunction = failure(async () => report("charged"));
export const sdkClient = failure(async () => client.config.region());
export const map = failure(async () => seen.get("a"));
export const mapOfModule = failure(async () => priceOf("book"));
export const date = failure(async () => started.getTime());
export const url = failure(async () => endpoint.host);
export const buffer = failure(async () => key.length);
export const native = failure(async () => now());
export const nativeFromModule = failure(async () => open("/tmp/file"));
export const secret = failure(async () => password.get());
export const configuration = failure(async () => config.get("provider"));
export const errorClass = failure(async () => {
  throw new Declined("no");
});
export const privateMember = failure(async () => till.add(1));
export const missingPackage = failure(async () => {
  const name: { charge(): void } = require("payments-that-nobody-installed");
  name.charge();
});
export const relativeImport = failure(async () => {
  const local: { priceOf(name: string): number } = require("./prices");
  return local.priceOf("book");
});
