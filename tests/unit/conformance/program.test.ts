// `npm run conformance` as a whole, on folders of small cases.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConformanceCase } from "../../../conformance/conformanceCase";
import { runConformance } from "../../../conformance/program";
import { passCase } from "./cases";

let folder: string;
const floorsFile = () => join(folder, "floors.json");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "conformance-"));
  mkdirSync(join(folder, "cases", "own"), { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const broken = { ...passCase().expected, output: { a: 2 } };

function write(name: string, item: Partial<ConformanceCase> = {}): void {
  writeFileSync(
    join(folder, "cases", "own", `${name}.json`),
    JSON.stringify(passCase({ name: `own/${name}`, ...item })),
  );
}

function run(...args: readonly string[]) {
  const lines: string[] = [];
  const complaints: string[] = [];
  const exitCode = runConformance([join(folder, "cases"), ...args], {
    print: (line) => lines.push(line),
    complain: (line) => complaints.push(line),
    floorsFile: floorsFile(),
  });
  return { exitCode, text: lines.join("\n"), lines, complaints };
}

describe("runConformance", () => {
  it("prints a line for each area and a count, and succeeds when all passes", () => {
    write("one");
    write("two", { area: "other", features: ["map-distributed"] });
    const { exitCode, text } = run();
    expect(text).toBe(
      [
        "other          0 passed, 0 failed, 1 skipped",
        "own    100.0%  1 passed, 0 failed, 0 skipped",
        "2 cases: 1 passed, 0 failed, 1 skipped; mean over 1 areas 100.0%",
      ].join("\n"),
    );
    expect(exitCode).toBe(0);
  });

  it("tells how a failing case differs, and why one is skipped, when asked", () => {
    write("one", { expected: broken });
    write("two", { features: ["task:ecs:runTask"] });
    expect(run().text).not.toContain("FAILED");
    const { exitCode, lines } = run("--verbose");
    expect(lines[0]).toBe("  FAILED own/one\n    output.a\n      recorded  2\n      simulated 1");
    expect(lines[1]).toBe("  SKIPPED own/two: it uses an integration with ecs");
    expect(lines[2]).toContain("1 failed, 1 skipped, below its floor of 1");
    expect(exitCode).toBe(1);
  });

  it("ends with JSON when asked", () => {
    write("one");
    writeFileSync(
      join(folder, "cases", "patterns.json"),
      JSON.stringify([
        { name: "p", pattern: { source: ["a"] }, event: testEvent("a"), expected: "match" },
        { name: "q", pattern: { source: ["a"] }, event: testEvent("b"), expected: "match" },
      ]),
    );
    const { lines } = run("--json");
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual({
      passed: 2,
      failed: 1,
      skipped: 0,
      areas: { own: { passed: 1, failed: 0, skipped: 0 }, patterns: { passed: 1, failed: 1, skipped: 0 } },
    });
  });

  it("replays one area only when asked, and says when there is none", () => {
    write("one");
    write("two", { area: "other", expected: broken });
    expect(run("--only", "own").text).toContain("1 cases: 1 passed");
    expect(run("--only", "none")).toMatchObject({
      exitCode: 2,
      complaints: [`no case of the area none in ${join(folder, "cases")}`],
    });
  });

  it("fails below an area's floor only, and counts areas as tests", () => {
    write("one");
    write("two", { expected: broken });
    write("three", { area: "other", features: ["express"] });
    writeFileSync(floorsFile(), JSON.stringify({ own: 0.5 }));
    const areas = join(folder, "areas");
    expect(run("--areas", areas).exitCode).toBe(0);
    expect(readFileSync(areas, "utf8")).toBe("1 0 1\n");
    writeFileSync(floorsFile(), JSON.stringify({ own: 0.6 }));
    expect(run("--areas", areas).exitCode).toBe(1);
    expect(readFileSync(areas, "utf8")).toBe("0 1 1\n");
  });

  it("raises floors, and refuses to lower them", () => {
    write("one");
    write("two", { expected: broken });
    writeFileSync(floorsFile(), JSON.stringify({ own: 0.2, gone: 0.9 }));
    run("--raise");
    expect(JSON.parse(readFileSync(floorsFile(), "utf8"))).toEqual({ gone: 0.9, own: 0.5 });
    write("three", { expected: broken });
    const { exitCode, complaints } = run("--raise");
    expect(complaints).toEqual([`floors only rise: own (${1 / 3} is below 0.5)`]);
    expect(exitCode).toBe(2);
  });

  it("refuses a floor below one that was committed", () => {
    write("one");
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
        cwd: folder,
        stdio: "pipe",
      });
    git("init", "-q");
    writeFileSync(floorsFile(), JSON.stringify({ own: 0.9 }));
    git("add", "floors.json");
    git("commit", "-qm", "floors");
    writeFileSync(floorsFile(), JSON.stringify({ own: 0.8 }));
    expect(run()).toMatchObject({
      exitCode: 2,
      complaints: ["floors only rise, and these were higher: own (0.8 is below 0.9)"],
    });
    writeFileSync(floorsFile(), JSON.stringify({ own: 1 }));
    expect(run().exitCode).toBe(0);
  });

  it("names what it cannot use", () => {
    expect(run("second")).toMatchObject({
      exitCode: 2,
      complaints: [expect.stringContaining("[FOLDER] must be one folder, got ")],
    });
    writeFileSync(join(folder, "cases", "bad.json"), "{}");
    expect(run().complaints[0]).toContain("bad.json is no case: it lacks name, area, definition, expected");
    writeFileSync(floorsFile(), '{"own": 2}');
    expect(run().complaints[0]).toContain("[own] in ");
  });
});

function testEvent(source: string): object {
  return { id: "1", account: "1", source, time: "2022-07-13T13:48:01Z", region: "r", "detail-type": "d", detail: {} };
}
