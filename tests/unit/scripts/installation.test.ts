// When `npm ci` has to run before a tool.
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";

interface Lockfile {
  packages?: Record<string, { version?: string; integrity?: string; link?: true; optional?: true; devOptional?: true }>;
}

interface Installation {
  isStale(wanted: Lockfile, installed: Lockfile | undefined): boolean;
}

const { isStale } = createRequire(__filename)("../../../scripts/installation.js") as Installation;

const wanted: Lockfile = {
  packages: {
    "": { version: "0.1.0" },
    "node_modules/@respool/simulator": { link: true },
    "node_modules/esbuild": { version: "0.28.2", integrity: "sha512-a" },
    "node_modules/@esbuild/darwin-arm64": { version: "0.28.2", integrity: "sha512-b", optional: true },
  },
};

function installed(changes: Lockfile["packages"] = {}): Lockfile {
  const { "": _root, "node_modules/@esbuild/darwin-arm64": _other, ...present } = wanted.packages ?? {};
  return { packages: { ...present, ...changes } };
}

describe("isStale", () => {
  it("is satisfied when all that this platform needs is there", () => {
    expect(isStale(wanted, installed())).toBe(false);
  });

  it("does not mind what was installed beyond it", () => {
    expect(isStale(wanted, installed({ "node_modules/extra": { version: "1.0.0" } }))).toBe(false);
  });

  it("is stale without node_modules, and after an installation that was cut short", () => {
    expect(isStale(wanted, undefined)).toBe(true);
    expect(isStale(wanted, {})).toBe(true);
  });

  it("is stale when a package is missing", () => {
    expect(isStale(wanted, { packages: { "node_modules/@respool/simulator": { link: true } } })).toBe(true);
  });

  it("is stale when a package has another version or other contents", () => {
    const other = { "node_modules/esbuild": { version: "0.28.1", integrity: "sha512-a" } };
    expect(isStale(wanted, installed(other))).toBe(true);
    const contents = { "node_modules/esbuild": { version: "0.28.2", integrity: "sha512-c" } };
    expect(isStale(wanted, installed(contents))).toBe(true);
  });

  it("is stale when an optional package that is there has another version", () => {
    const other = { "node_modules/@esbuild/darwin-arm64": { version: "0.28.1", integrity: "sha512-b" } };
    expect(isStale(wanted, installed(other))).toBe(true);
  });
});
