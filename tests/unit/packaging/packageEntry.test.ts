// The library's own handlers as archives: small, with source maps, the same bytes in every folder.
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, describe, expect, it } from "vitest";
import { bundle } from "../../../packaging/bundle";
import { packageEntry } from "../../../packaging/packageEntry";

const folder = "handlers/entries";
const entries = readdirSync(folder)
  .map((file) => file.replace(/\.ts$/, ""))
  .filter((name) => name !== "environment");

async function filesOf(name: string): Promise<Record<string, string>> {
  const archive = (await packageEntry(name).archive) as pulumi.asset.AssetArchive;
  const assets = Object.entries((await archive.assets) as Record<string, pulumi.asset.StringAsset>);
  return Object.fromEntries(await Promise.all(assets.map(async ([file, asset]) => [file, await asset.text])));
}

/** What the files take in a zip: headers of 30 and 46 bytes, their names twice, and 22 at the end. */
function zippedSize(files: Record<string, string>): number {
  const sizes = Object.entries(files).map(([name, text]) => deflateRawSync(text).length + 30 + 46 + 2 * name.length);
  return sizes.reduce((sum, size) => sum + size, 22);
}

/** Entry by entry: the largest zip in bytes, and the clients of the AWS SDK that are left to the Lambda runtime. */
const expected: Record<string, { readonly bytes: number; readonly clients: readonly string[] }> = {
  edit: { bytes: 64_500, clients: ["s3", "sfn", "sqs"] },
  outcomes: { bytes: 20_500, clients: ["dynamodb", "sfn", "sqs"] },
  reconcile: { bytes: 14_000, clients: ["sfn", "sqs"] },
  // It asks after each way in which work goes on, and carries over what a breaker holds back, whose state lies in DynamoDB.
  renew: { bytes: 29_500, clients: ["dynamodb", "s3", "sfn", "sqs"] },
  replay: { bytes: 16_000, clients: ["dynamodb-streams", "kinesis", "lambda", "s3", "sfn", "sqs"] },
  // Three ways in which work goes on, restarted, resumed and parked, and the circuit breakers that are asked before.
  reprocess: { bytes: 36_000, clients: ["dynamodb", "s3", "sfn", "sqs"] },
};

describe.each(entries)("the entry %s", (name) => {
  it("is a file and its source map", async () => {
    const files = await filesOf(name);

    expect(packageEntry(name).handler).toBe("index.handler");
    expect(Object.keys(files)).toEqual(["index.js", "index.js.map"]);
    expect(files["index.js"]?.endsWith("\n//# sourceMappingURL=index.js.map\n")).toBe(true);
  });

  it("takes no more room, zipped, than it needs", async () => {
    expect(zippedSize(await filesOf(name))).toBeLessThanOrEqual(expected[name]?.bytes ?? 0);
  });

  it("leaves the AWS SDK to the Lambda runtime, and nothing else", async () => {
    const required = [...((await filesOf(name))["index.js"] ?? "").matchAll(/\brequire\("([^"]+)"\)/g)].map(
      ([, id]) => id,
    );

    expect([...new Set(required.filter((id) => !id?.startsWith("node:")))].sort()).toEqual(
      expected[name]?.clients.map((client) => `@aws-sdk/client-${client}`),
    );
  });

  it("maps to sources by names that hold no folder of this machine", async () => {
    const { sources }: { sources: string[] } = JSON.parse((await filesOf(name))["index.js.map"] ?? "");

    expect(sources).toContain(`handlers/entries/${name}.ts`);
    expect(sources.filter((source) => !/^(handlers|records)\//.test(source))).toEqual([]);
  });
});

describe("an entry that does not exist", () => {
  it("is an error that names it", () => {
    expect(() => packageEntry("repair")).toThrow(new pulumi.RunError('there is no handler entry "repair"'));
  });
});

describe("two checkouts", () => {
  const checkouts: string[] = [];

  afterAll(() => {
    for (const checkout of checkouts) {
      rmSync(checkout, { recursive: true, force: true });
    }
  });

  it("give the same bytes", async () => {
    const bundles = ["a", "somewhere/much deeper"].map((path) => {
      const checkout = mkdtempSync(join(tmpdir(), "respool-"));
      checkouts.push(checkout);
      const root = join(checkout, path);
      for (const part of ["handlers", "records"]) {
        cpSync(part, join(root, part), { recursive: true });
      }
      symlinkSync(join(process.cwd(), "node_modules"), join(root, "node_modules"));
      const entry = join(root, folder, "reprocess.ts");
      return bundle({ kind: "file", path: entry }, { fileName: "index.js", root, bundleSdk: false });
    });
    const [first, second] = await Promise.all(bundles);

    expect(JSON.stringify(second) === JSON.stringify(first)).toBe(true);
    expect(JSON.stringify(first) === JSON.stringify(await filesOf("reprocess"))).toBe(true);
  });
});
