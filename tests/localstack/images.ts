// The container images that the tests run: all of them are named here.

/** LOCALSTACK_IMAGE names another one. */
export const localstackImage = process.env.LOCALSTACK_IMAGE || "localstack/localstack:4.14.0";

/** Lambda's base image, which LocalStack runs the functions in; the payment provider runs in it, too. */
export const nodeImage = "public.ecr.aws/lambda/nodejs:24";
