// A bucket's policy, and the public access that it may give.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
import type { PolicyDocument, PolicyStatement } from "../../iam";
import { AwsError } from "../../service";
import { compilePolicy } from "../iam/policyDocument";
import type { Bucket } from "./bucket";

function malformedPolicy(message: string): AwsError {
  return new AwsError("MalformedPolicy", message);
}

function isEverybody({ Principal: principal }: PolicyStatement): boolean {
  if (principal === "*") return true;
  const aws = typeof principal === "object" ? principal.AWS : undefined;
  return aws === "*" || (Array.isArray(aws) && aws.includes("*"));
}

/** Without a condition that ties it to an account or a source; the simulator takes any condition for one. */
function isPublic({ Statement: given }: PolicyDocument): boolean {
  const statements = (Array.isArray(given) ? given : [given]) as readonly PolicyStatement[];
  return statements.some((each) => each.Effect === "Allow" && isEverybody(each) && each.Condition === undefined);
}

function resourcesOf(document: PolicyDocument): string[] {
  const statements = [document.Statement].flat() as readonly PolicyStatement[];
  return statements.flatMap(({ Resource, NotResource }) => [Resource ?? NotResource ?? []].flat() as string[]);
}

/** @throws AwsError MalformedPolicy, or AccessDenied for a public policy on a bucket that blocks it */
export function setPolicy(bucket: Bucket, text: string, accountId: string): void {
  let document: PolicyDocument;
  try {
    document = compilePolicy(text, { kind: "resource", policy: `policy of ${bucket.name}`, accountId }).document;
  } catch (error) {
    if (!(error instanceof AwsError) || error.code.startsWith("Simulator")) throw error;
    throw malformedPolicy(error.message);
  }
  const foreign = resourcesOf(document).find((arn) => arn !== bucket.arn && !arn.startsWith(`${bucket.arn}/`));
  if (foreign !== undefined) throw malformedPolicy("Policy has invalid resource");
  if (bucket.publicAccess?.BlockPublicPolicy === true && isPublic(document)) {
    const why = "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.";
    throw new AwsError(
      "AccessDenied",
      `Not authorized to perform: s3:PutBucketPolicy on resource: "${bucket.arn}" ${why}`,
      403,
    );
  }
  bucket.policy = { text, document };
}
