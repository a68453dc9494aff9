import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { paymentProviderUrl } from "../../../bookshop/paymentProvider";

function configOf(values: Readonly<Record<string, string>>): pulumi.Config {
  pulumi.runtime.setAllConfig(values);
  return new pulumi.Config("respool");
}

describe("the payment provider's address", () => {
  it("is the configured one, even where a fake is allowed", () => {
    const config = configOf({
      "respool:paymentProviderUrl": "https://payments.example",
      "respool:fakePaymentProvider": "true",
    });
    expect(paymentProviderUrl(config)).toBe("https://payments.example");
  });

  it.each<Record<string, string>>([{}, { "respool:paymentProviderUrl": "", "respool:fakePaymentProvider": "false" }])(
    "is never a fake's by mistake: %j",
    (values) => {
      expect(() => paymentProviderUrl(configOf(values))).toThrow(
        "[paymentProviderUrl] must be configured, or [fakePaymentProvider] be true: `pulumi config set paymentProviderUrl https://...`",
      );
    },
  );
});
