import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { dependencies } from "../../../bookshop/dependencies";

function configOf(values: Readonly<Record<string, string>>): pulumi.Config {
  pulumi.runtime.setAllConfig(values);
  return new pulumi.Config("respool");
}

const payments = "https://payments.example";
const partners = "https://partners.example";

describe("the addresses of the shop's neighbours", () => {
  it("are the configured ones, even where a fake is allowed", () => {
    const config = configOf({
      "respool:paymentProviderUrl": payments,
      "respool:partnersUrl": partners,
      "respool:fakePaymentProvider": "true",
    });
    expect(dependencies(config)).toEqual({ paymentProviderUrl: payments, partnersUrl: partners });
  });

  it.each<[string, Record<string, string>]>([
    ["paymentProviderUrl", {}],
    ["paymentProviderUrl", { "respool:paymentProviderUrl": "", "respool:partnersUrl": partners }],
    ["partnersUrl", { "respool:paymentProviderUrl": payments, "respool:fakePaymentProvider": "false" }],
  ])("are never a fake's by mistake: %s in %j", (missing, values) => {
    expect(() => dependencies(configOf(values))).toThrow(
      `[${missing}] must be configured, or [fakePaymentProvider] be true: \`pulumi config set ${missing} https://...\``,
    );
  });
});
