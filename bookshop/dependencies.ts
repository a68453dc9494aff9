// The addresses of what the shop depends on: the configured ones, or that of a small fake which the program deploys itself.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ClosureFunction } from "../components";
import { fakePaymentProvider } from "../handlers/bookshop/fakePaymentProvider";

/** Where the shop's neighbours are. */
export interface Dependencies {
  /** Charges cards. */
  readonly paymentProviderUrl: pulumi.Input<string>;
  /** The gateway to everybody else: catalogue, mail service, search service, auditor and warehouse. */
  readonly partnersUrl: pulumi.Input<string>;
}

/** @throws when one is not configured and no fake is allowed: a real shop must not charge at a fake because a setting was forgotten */
export function dependencies(config: pulumi.Config): Dependencies {
  const [paymentProviderUrl, partnersUrl] = [config.get("paymentProviderUrl"), config.get("partnersUrl")];
  if (paymentProviderUrl && partnersUrl) {
    return { paymentProviderUrl, partnersUrl };
  }
  if (config.getBoolean("fakePaymentProvider")) {
    const fake = new FakePaymentProvider("fake-payment-provider").url;
    return { paymentProviderUrl: paymentProviderUrl || fake, partnersUrl: partnersUrl || fake };
  }
  const missing = paymentProviderUrl ? "partnersUrl" : "paymentProviderUrl";
  throw new pulumi.RunError(
    `[${missing}] must be configured, or [fakePaymentProvider] be true: \`pulumi config set ${missing} https://...\``,
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
      {
        callbackFactory: () => fakePaymentProvider(process.env),
        description: "Stands in for the payment provider and the shop's other neighbours",
      },
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
