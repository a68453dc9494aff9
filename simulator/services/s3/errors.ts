// The errors of S3's API, with AWS's texts. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
import { AwsError } from "../../service";

export function noSuchBucket(): AwsError {
  return new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
}

export function noSuchKey(): AwsError {
  return new AwsError("NoSuchKey", "The specified key does not exist.", 404);
}

/** What HEAD answers, which has no body to carry a code. */
export function notFound(): AwsError {
  return new AwsError("NotFound", "Not Found", 404);
}

export function invalidArgument(message: string): AwsError {
  return new AwsError("InvalidArgument", message);
}

export function malformedXml(): AwsError {
  const message = "The XML you provided was not well-formed or did not validate against our published schema";
  return new AwsError("MalformedXML", message);
}

export function preconditionFailed(): AwsError {
  return new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
}

/** Something of the API that the simulator does not have. */
export function unsupported(argument: string, value: unknown, has: string): AwsError {
  const message = `the simulator's S3 does not have [${argument}] ${JSON.stringify(value)}; it has ${has}`;
  return new AwsError("SimulatorUnsupportedArgument", message, 501);
}

/** Refuses members that an operation has on AWS and not here. */
export function refuseUnknown(operation: string, given: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || known.includes(name)) continue;
    const message = `the simulator's ${operation} does not have [${name}], got ${JSON.stringify(value)}; it has ${known.join(", ")}`;
    throw new AwsError("SimulatorUnsupportedArgument", message, 501);
  }
}
