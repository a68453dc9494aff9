// Names of modules and of source files.
import { describe, expect, it } from "vitest";
import { isInLambdaRuntime, portableSource, splitSpecifier, withoutMainEntry } from "../../../packaging/modulePaths";

describe("isInLambdaRuntime", () => {
  it.each(["@aws-sdk/client-sqs", "@aws-sdk/lib-dynamodb"])("says so of %s", (name) => {
    expect(isInLambdaRuntime(name)).toBe(true);
  });

  it.each(["@aws-sdk/util-retry", "@smithy/node-http-handler", "@aws-lambda-powertools/logger", "client-sqs"])(
    "does not say so of %s",
    (name) => {
      expect(isInLambdaRuntime(name)).toBe(false);
    },
  );
});

describe("splitSpecifier", () => {
  it.each([
    ["lodash", "lodash", ""],
    ["lodash/fp/get.js", "lodash", "fp/get.js"],
    ["@aws-sdk/client-sqs", "@aws-sdk/client-sqs", ""],
    ["@aws-sdk/client-sqs/dist-cjs/index.js", "@aws-sdk/client-sqs", "dist-cjs/index.js"],
  ])("splits %s", (specifier, packageName, path) => {
    expect(splitSpecifier(specifier)).toEqual({ packageName, path });
  });

  it.each(["./local", "../local", "/absolute", ".", "@scope"])("knows that %s is no package", (specifier) => {
    expect(splitSpecifier(specifier)).toBeUndefined();
  });
});

describe("withoutMainEntry", () => {
  it("names the package for its main entry", () => {
    expect(withoutMainEntry("@aws-sdk/client-sqs/dist-cjs/index.js", "./dist-cjs/index.js")).toBe(
      "@aws-sdk/client-sqs",
    );
    expect(withoutMainEntry("lodash/lodash.js", "lodash.js")).toBe("lodash");
  });

  it("leaves other paths as they are", () => {
    expect(withoutMainEntry("lodash/fp.js", "lodash.js")).toBe("lodash/fp.js");
    expect(withoutMainEntry("lodash/fp.js", undefined)).toBe("lodash/fp.js");
    expect(withoutMainEntry("./lodash.js", "lodash.js")).toBe("./lodash.js");
  });
});

describe("portableSource", () => {
  it.each([
    ["handlers/renew.ts", "/home/a/shop", "handlers/renew.ts"],
    ["../shared/prices.ts", "/home/a/shop", "../shared/prices.ts"],
    ["/home/a/shop/index.ts", "/home/a/shop", "index.ts"],
    ["node_modules/lodash/lodash.js", "/home/a/shop", "node_modules/lodash/lodash.js"],
    ["../../node_modules/lodash/lodash.js", "/home/a/shop/infra/aws", "node_modules/lodash/lodash.js"],
    ["node_modules/a/node_modules/b/c.js", "/home/a/shop", "node_modules/b/c.js"],
    ["handlers/renew.ts", "/home/a/shop/node_modules/respool", "handlers/renew.ts"],
    ["../@scope/logger/index.js", "/home/a/shop/node_modules/respool", "node_modules/@scope/logger/index.js"],
  ])("names %s seen from %s", (source, root, name) => {
    expect(portableSource(source, root, root)).toBe(name);
  });
});
