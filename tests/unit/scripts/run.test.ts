// The bootstrap as a process, in a project of its own whose npm is a stand-in: nothing here reaches a registry.
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** Notes its arguments, then installs what the lockfile names: one package with one command, `tool`. */
const npm = `
const fs = require("node:fs");
fs.appendFileSync("npm-calls.txt", process.argv.slice(2).join(" ") + "\\n");
console.log("npm talks");
if (fs.existsSync("npm-fails")) { console.error("npm error: no network"); process.exit(1); }
fs.mkdirSync("node_modules/the-tool", { recursive: true });
fs.writeFileSync("node_modules/the-tool/package.json", JSON.stringify({ bin: { tool: "tool.js" } }));
fs.copyFileSync("tool.js", "node_modules/the-tool/tool.js");
fs.copyFileSync("package-lock.json", "node_modules/.package-lock.json");
`;

const tool = `
if (process.argv[2] === "wait") { console.log("waiting"); setInterval(() => {}, 1000); }
else { console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = Number(process.argv[2]) || 0; }
`;

let project: string;

function write(file: string, contents: string | object): void {
  writeFileSync(join(project, file), typeof contents === "string" ? contents : JSON.stringify(contents));
}

function run(...args: string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, npm_execpath: join(project, "npm-cli.js") };
  return spawnSync(process.execPath, [join(project, "scripts", "run.js"), ...args], { encoding: "utf8", env });
}

function npmCalls(): string[] {
  const file = join(project, "npm-calls.txt");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "respool-run-"));
  mkdirSync(join(project, "scripts"));
  cpSync(resolve(__dirname, "../../../scripts"), join(project, "scripts"), { recursive: true });
  write("npm-cli.js", npm);
  write("tool.js", tool);
  write("package.json", { devDependencies: { "the-tool": "1.0.0" } });
  write("package-lock.json", { packages: { "node_modules/the-tool": { version: "1.0.0", integrity: "sha512-a" } } });
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

describe("scripts/run.js", () => {
  it("installs, then runs the tool with its arguments; stdout is the tool's alone", () => {
    const { status, stdout, stderr } = run("tool", "0", "--json", "two words");

    expect(stdout).toBe('["0","--json","two words"]\n');
    expect(stderr).toBe("Installing what package-lock.json asks for (npm ci) ...\n");
    expect(status).toBe(0);
    expect(npmCalls()).toEqual(["ci --include=dev --no-audit --no-fund --ignore-scripts"]);
  });

  it("installs once, and again when the lockfile asks for something else", () => {
    run("tool");
    expect(run("tool").stderr).toBe("");
    expect(npmCalls()).toHaveLength(1);

    write("package-lock.json", { packages: { "node_modules/the-tool": { version: "1.0.1", integrity: "sha512-b" } } });
    run("tool");
    expect(npmCalls()).toHaveLength(2);
  });

  it("shows what npm said when it fails, and runs nothing", () => {
    write("npm-fails", "");

    const { status, stdout, stderr } = run("tool");

    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("npm error: no network");
    expect(stderr).toContain("npm ci failed: see above");
  });

  it("goes on after an installation whose process died with the lock in its hands", () => {
    mkdirSync(join(project, ".cache"));
    const { pid } = spawnSync(process.execPath, ["--version"]);
    write(".cache/install.lock", String(pid));

    expect(run("tool").status).toBe(0);
    expect(existsSync(join(project, ".cache", "install.lock"))).toBe(false);
  });

  it("passes the tool's exit code on", () => {
    expect(run("tool", "3").status).toBe(3);
  });

  it.skipIf(process.platform === "win32")("passes a signal on, and ends by it as the tool does", async () => {
    run("tool");
    const child = spawn(process.execPath, [join(project, "scripts", "run.js"), "tool", "wait"], { stdio: "pipe" });
    child.stdout.once("data", () => child.kill("SIGTERM"));

    const signal = await new Promise((done) => child.on("exit", (_code, name) => done(name)));

    expect(signal).toBe("SIGTERM");
  });

  it("names a command that no dependency brings", () => {
    const { status, stderr } = run("missing");

    expect(status).toBe(1);
    expect(stderr).toContain("no dependency in package.json brings the command missing");
  });

  it("asks for a command", () => {
    expect(run().stderr).toBe("usage: node scripts/run.js COMMAND [ARGUMENT ...]\n");
  });
});
