// Who may use a queue: permissions by label, and the key that encrypts its messages.
import { describe, expect, it } from "vitest";
import { defaultQuotas } from "../../../../../simulator/quotas";
import type { Principal } from "../../../../../simulator/service";
import { AccessControl } from "../../../../../simulator/services/iam/accessControl";
import { sqsWorld } from "./sqsWorld";

const arn = "arn:aws:sqs:eu-west-1:123456789012:orders";
const key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

describe("AddPermission and RemovePermission", () => {
  it("write and remove statements of the policy", () => {
    const { createQueue, call } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const policy = () => {
      const { Attributes } = call<{ Attributes: { Policy?: string } }>("GetQueueAttributes", {
        QueueUrl,
        AttributeNames: ["Policy"],
      });
      return Attributes.Policy === undefined ? undefined : JSON.parse(Attributes.Policy);
    };
    const accounts = ["111111111111", "222222222222"];
    call("AddPermission", { QueueUrl, Label: "one", AWSAccountIds: ["111111111111"], Actions: ["SendMessage"] });
    call("AddPermission", { QueueUrl, Label: "two", AWSAccountIds: accounts, Actions: ["ReceiveMessage", "*"] });
    const two = {
      Sid: "two",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"] },
      Action: ["SQS:ReceiveMessage", "SQS:*"],
      Resource: arn,
    };
    const one = {
      Sid: "one",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: "SQS:SendMessage",
      Resource: arn,
    };
    expect(policy()).toEqual({ Version: "2008-10-17", Id: `${arn}/SQSDefaultPolicy`, Statement: [one, two] });
    call("RemovePermission", { QueueUrl, Label: "one" });
    expect(policy()).toMatchObject({ Statement: [two] });
    call("RemovePermission", { QueueUrl, Label: "two" });
    expect(policy()).toBeUndefined();
  });

  it("refuse a label twice, one that is not there, and actions of the owner", () => {
    const { createQueue, call, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const grant = { QueueUrl, Label: "one", AWSAccountIds: ["111111111111"], Actions: ["SendMessage"] };
    call("AddPermission", grant);
    expect(failure("AddPermission", grant)).toBe(
      "InvalidParameterValueException: Value one for parameter Label is invalid. Reason: Already exists.",
    );
    expect(failure("RemovePermission", { QueueUrl, Label: "two" })).toBe(
      "InvalidParameterValueException: Value two for parameter Label is invalid. Reason: can't find label.",
    );
    expect(failure("AddPermission", { ...grant, Label: "two", Actions: ["DeleteQueue"] })).toMatch(
      /^InvalidParameterValueException: Value SQS:DeleteQueue for parameter ActionName is invalid\. Reason: Must be one of \*, /,
    );
    expect(failure("AddPermission", { ...grant, Label: "a b" })).toContain("parameter Label");
    expect(failure("AddPermission", { ...grant, Label: "two", AWSAccountIds: ["1"] })).toContain(
      "Value 1 for parameter",
    );
  });
});

describe("a queue with a key of the account", () => {
  const role: Principal = { kind: "role", roleArn: "arn:aws:iam::123456789012:role/worker" };

  /** A role that may use the queue, and these actions of the key. */
  function encrypted(keyActions: readonly string[], KmsMasterKeyId = key) {
    const iam = new AccessControl("123456789012", defaultQuotas("eu-west-1").iam);
    const trusted = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
    iam.createRole({
      name: "worker",
      arn: "arn:aws:iam::123456789012:role/worker",
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trusted] }),
    });
    const ofKey = keyActions.map((Action) => ({ Effect: "Allow", Action, Resource: key }));
    const Statement = [{ Effect: "Allow", Action: "sqs:*", Resource: arn }, ...ofKey];
    iam.putRolePolicy("worker", "own", JSON.stringify({ Version: "2012-10-17", Statement }));
    const sqs = sqsWorld({ iam });
    const events = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage" };
    const QueueUrl = sqs.createQueue("orders", {
      KmsMasterKeyId,
      Policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ ...events, Resource: arn }] }),
    });
    const attempt = (action: string, principal: Principal = role) => {
      const message = action === "SendMessage" ? { MessageBody: "a" } : {};
      const outcome = sqs.world.outcome("sqs", action, { QueueUrl, ...message }, principal);
      return outcome.ok ? "ok" : (/perform: (\S+) /.exec(outcome.error.message)?.[1] ?? outcome.error.message);
    };
    return { attempt, sqs };
  }

  it("asks senders for a data key and its decryption, receivers for the latter", () => {
    expect(encrypted([]).attempt("SendMessage")).toBe("kms:GenerateDataKey");
    expect(encrypted(["kms:GenerateDataKey"]).attempt("SendMessage")).toBe("kms:Decrypt");
    expect(encrypted(["kms:GenerateDataKey", "kms:Decrypt"]).attempt("SendMessage")).toBe("ok");
    expect(encrypted(["kms:GenerateDataKey"]).attempt("ReceiveMessage")).toBe("kms:Decrypt");
    expect(encrypted(["kms:Decrypt"]).attempt("ReceiveMessage")).toBe("ok");
    expect(encrypted([]).attempt("GetQueueAttributes")).toBe("ok");
  });

  it("asks the same when the key is given by its id, and nothing for SQS's own key", () => {
    const id = "1234abcd-12ab-34cd-56ef-1234567890ab";
    expect(encrypted([], id).attempt("SendMessage")).toBe("kms:GenerateDataKey");
    expect(encrypted(["kms:GenerateDataKey", "kms:Decrypt"], id).attempt("SendMessage")).toBe("ok");
    expect(encrypted([], "alias/aws/sqs").attempt("SendMessage")).toBe("ok");
  });

  it("lets EventBridge send: the key's policy is taken to be right", () => {
    const sourceArn = "arn:aws:events:eu-west-1:123456789012:rule/failed";
    const events: Principal = { kind: "service", service: "events.amazonaws.com", sourceArn };
    expect(encrypted([]).attempt("SendMessage", events)).toBe("ok");
  });

  it("cannot be named by an alias", () => {
    const { failure } = sqsWorld();
    expect(failure("CreateQueue", { QueueName: "orders", Attributes: { KmsMasterKeyId: "alias/mine" } })).toBe(
      "SimulatorUnsupportedArgument: the simulator's SQS does not have [KmsMasterKeyId], got \"alias/mine\"; give the key's ID or ARN",
    );
  });
});
