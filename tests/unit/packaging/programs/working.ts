// A program of closures that can be packaged, each in its own way.
import { Logger } from "@aws-lambda-powertools/logger";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ClosureFunction } from "../../../../components/closureFunction";
import { discount } from "./discounts";

const provider = new pulumi.Config("shop").get("provider") ?? "none";
const queue = new aws.sqs.Queue("orders");
const currency = "EUR";

new ClosureFunction("plain", {
  callback: async (order: { price: number }) => ({ price: discount(order.price), currency }),
});

new ClosureFunction("capturing", {
  callback: async () => ({ queue: queue.url.get(), provider }),
});

new ClosureFunction("failing", {
  callbackFactory: () => {
    class Declined extends Error {
      override name = "Declined";
    }
    return async () => {
      // A comment that must not get into the code.
      throw new Declined("no funds");
    };
  },
});

const sendOrder = () => {
  const sqs = new SQSClient({});
  return async (order: { id: string }) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queue.url.get(), MessageBody: order.id }));
    return "sent";
  };
};

new ClosureFunction("sending", { callbackFactory: sendOrder });
new ClosureFunction("sendingBundled", { callbackFactory: sendOrder, bundleSdk: true });

new ClosureFunction("logging", {
  callbackFactory: () => {
    const logger = new Logger({ serviceName: "shop" });
    return async () => logger.getLevelName();
  },
});
