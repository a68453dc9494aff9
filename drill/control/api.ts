// The API of the program without components: a REST API that proxies to a function.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** @returns where it is, stage included */
export function api(name: string, handler: aws.lambda.Function): pulumi.Output<string> {
  const body = handler.invokeArn.apply((uri) =>
    JSON.stringify({
      openapi: "3.0.3",
      info: { title: name, version: "1.0.0" },
      paths: {
        "/books/{bookId}": {
          get: {
            operationId: "getBook",
            parameters: [{ name: "bookId", in: "path", required: true, schema: { type: "string" } }],
            "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri },
          },
        },
      },
    }),
  );
  const restApi = new aws.apigateway.RestApi(name, { body });
  const deployment = new aws.apigateway.Deployment(`${name}-deployment`, { restApi: restApi.id });
  const stage = new aws.apigateway.Stage(`${name}-stage`, {
    restApi: restApi.id,
    deployment: deployment.id,
    stageName: "live",
  });
  new aws.lambda.Permission(`${name}-permission`, {
    action: "lambda:InvokeFunction",
    function: handler.name,
    principal: "apigateway.amazonaws.com",
    sourceArn: pulumi.interpolate`${restApi.executionArn}/*`,
  });
  return stage.invokeUrl;
}
