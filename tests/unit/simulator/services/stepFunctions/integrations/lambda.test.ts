// Both ways to call a Lambda function.
import { describe, expect, it } from "vitest";
import type { Json } from "../../../../../../simulator/json";
import { AwsError } from "../../../../../../simulator/service";
import { functionArn, refusal, stepFunctionsWorld, throws, types } from "../stepFunctionsWorld";

const invoke = (parameters: Json) => ({
  A: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Arguments: parameters, End: true },
});
const direct = { A: { Type: "Task", Resource: functionArn, End: true } };

describe("arn:aws:states:::lambda:invoke", () => {
  it("sends the payload, and wraps the answer", () => {
    const { run, calls } = stepFunctionsWorld();
    const execution = run(invoke({ FunctionName: "charge", Payload: { n: "{% $states.input.n %}" } }), { n: 1 });
    expect(calls[0]?.input).toEqual({ FunctionName: "charge", Payload: '{"n":1}' });
    const output = JSON.parse(execution.output ?? "") as Record<string, unknown>;
    expect(Object.keys(output)).toEqual([
      "ExecutedVersion",
      "Payload",
      "SdkHttpMetadata",
      "SdkResponseMetadata",
      "StatusCode",
    ]);
    expect(output).toMatchObject({ ExecutedVersion: "$LATEST", Payload: { n: 1 }, StatusCode: 200 });
  });

  it("sends a string that is JSON as it is, any other as a JSON string, and nothing for null", () => {
    const payload = (value: Json) => {
      const { run, calls } = stepFunctionsWorld();
      run(invoke({ FunctionName: "charge", Payload: value }));
      return calls[0]?.input.Payload;
    };
    expect(payload('{"n":1}')).toBe('{"n":1}');
    expect(payload('"text"')).toBe('"text"');
    expect(payload("text")).toBe('"text"');
    expect(payload([1])).toBe("[1]");
    expect(payload(null)).toBeUndefined();
  });

  it("leaves Task events", () => {
    const { history } = stepFunctionsWorld().run(invoke({ FunctionName: "charge", Payload: 1 }));
    expect(types(history).slice(2, 5)).toEqual(["TaskScheduled", "TaskStarted", "TaskSucceeded"]);
    expect(history[2]?.taskScheduledEventDetails).toEqual({
      resourceType: "lambda",
      resource: "invoke",
      region: "eu-west-1",
      parameters: '{"FunctionName":"charge","Payload":1}',
    });
    expect(history[3]?.taskStartedEventDetails).toEqual({ resourceType: "lambda", resource: "invoke" });
  });

  it("reports a function's error with its payload, written anew", () => {
    const execution = stepFunctionsWorld({ lambda: () => throws("Declined") }).run(invoke({ FunctionName: "charge" }));
    expect(execution).toMatchObject({ error: "Declined", cause: '{"errorMessage":"no","errorType":"Declined"}' });
    expect(execution.history[4]?.taskFailedEventDetails).toEqual({
      resourceType: "lambda",
      resource: "invoke",
      error: "Declined",
      cause: '{"errorMessage":"no","errorType":"Declined"}',
    });
  });

  it("knows its arguments when the definition is created", () => {
    expect(refusal(invoke({ Payload: 1 }))).toContain(
      "The field 'FunctionName' is required but was missing at /States/A/Arguments",
    );
    expect(refusal(invoke({ FunctionName: "f", Nonsense: 1 }))).toContain(
      'The field "Nonsense" is not supported by Step Functions at /States/A/Arguments',
    );
    expect(refusal(invoke("{% $states.input %}"))).toBe("accepted");
  });
});

describe("a function's ARN", () => {
  it("reports a function's error with its payload as it came", () => {
    const { error, cause } = stepFunctionsWorld({ lambda: () => throws("Declined") }).run(direct);
    expect([error, cause]).toEqual(["Declined", '{"errorMessage": "no", "errorType": "Declined"}']);
  });

  it("takes an answer without a payload for null", () => {
    expect(stepFunctionsWorld({ lambda: () => ({ StatusCode: 200 }) }).run(direct).output).toBe("null");
  });
});

describe("errors of Lambda", () => {
  const failing = (error: AwsError) => stepFunctionsWorld({ lambda: () => error }).run(direct);
  const requestId = "[0-9a-f-]{36}";

  it("have Lambda's name, and the text of AWS's SDK", () => {
    const { error, cause } = failing(new AwsError("TooManyRequestsException", "Rate Exceeded.", 429));
    expect(error).toBe("Lambda.TooManyRequestsException");
    expect(cause).toMatch(
      new RegExp(
        `^Rate Exceeded\\. \\(Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException; Request ID: ${requestId}; Proxy: null\\)$`,
      ),
    );
    expect(failing(new AwsError("ServiceException", "x", 500)).error).toBe("Lambda.ServiceException");
    expect(failing(new AwsError("ResourceNotFoundException", "x", 404)).error).toBe("Lambda.ResourceNotFoundException");
  });

  it("are general where the SDK has no name for them", () => {
    expect(failing(new AwsError("AccessDeniedException", "x", 403)).error).toBe("Lambda.AWSLambdaException");
  });

  it("are the client's when there was no answer", () => {
    expect(failing(new AwsError("ECONNRESET", "Connection reset", 0))).toMatchObject({
      error: "Lambda.SdkClientException",
      cause: "Unable to execute HTTP request: Connection reset",
    });
  });

  it("are unknown when a function gives no error type", () => {
    const payload = '{"errorMessage":"Task timed out after 3.00 seconds"}';
    const lambda = () => ({ StatusCode: 200, FunctionError: "Unhandled", Payload: payload });
    expect(stepFunctionsWorld({ lambda }).run(direct)).toMatchObject({
      error: "Lambda.Unknown",
      cause: `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
    });
  });
});
