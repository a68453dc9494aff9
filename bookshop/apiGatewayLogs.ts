// The role by which API Gateway writes access logs: one for the whole account and region.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { trustPolicy } from "../components/policy";

/** Sets the account's role; whatever was set before is replaced. https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html */
export class ApiGatewayLogs extends pulumi.ComponentResource {
  constructor(name: string) {
    super("respool:bookshop:ApiGatewayLogs", name);
    const child = { parent: this };
    const role = new aws.iam.Role(name, { assumeRolePolicy: trustPolicy("apigateway.amazonaws.com") }, child);
    const policyArn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
    const policy = new aws.iam.RolePolicyAttachment(name, { role: role.name, policyArn }, child);
    new aws.apigateway.Account(name, { cloudwatchRoleArn: role.arn }, { ...child, dependsOn: [policy] });
    this.registerOutputs({});
  }
}
