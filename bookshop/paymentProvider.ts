// The address of the payment provider: the configured one, or that of a small fake which the program deploys itself.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ClosureFunction } from "../components";
import { fakePaymentProvider } from "../handlers/bookshop/fakePaymentProvider";

/** @throws when neither is configured: a real shop must not charge at a fake because a setting was forgotten */
export function paymentProviderUrl(config: pulumi.Config): pulumi.Input<string> {
  const url = config.get("paymentProviderUrl");
  if (url) {
    return url;
  }
  if (config.getBoolean("fakePaymentProvider")) {
    return new FakePaymentProvider("fake-payment-provider").url;
  }
  throw new pulumi.RunError(
    "[paymentProviderUrl] must be configured, or [fakePaymentProvider] be true: `pulumi config set paymentProviderUrl https://...`",
  );
}

/** A function behind a public URL. It charges nobody. */
class FakePaymentProvider extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;

  constructor(name: string) {
    super("respool:bookshop:FakePaymentProvider", name);
    const child = { parent: this };
    const provider = new ClosureFunction(
      name,
      { callbackFactory: () => fakePaymentProvider(process.env), description: "Stands in for the payment provider" },
      child,
    );
    const { functionUrl } = new aws.lambda.FunctionUrl(
      name,
      { functionName: provider.functionName, authorizationType: "NONE" },
      child,
    );
    // Function URLs need both: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    const permissions = [
      new aws.lambda.Permission(
        `${name}-url`,
        {
          action: "lambda:InvokeFunctionUrl",
          function: provider.functionName,
          principal: "*",
          functionUrlAuthType: "NONE",
        },
        child,
      ),
      new aws.lambda.Permission(
        `${name}-invoke`,
        {
          action: "lambda:InvokeFunction",
          function: provider.functionName,
          principal: "*",
          invokedViaFunctionUrl: true,
        },
        child,
      ),
    ];
    this.url = pulumi.all(permissions.map(({ id }) => id)).apply(() => functionUrl);
    this.registerOutputs({ url: this.url });
  }
}
