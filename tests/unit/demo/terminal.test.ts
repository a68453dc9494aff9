// Plain lines anywhere; colours and a progress bar on a terminal only.
import { describe, expect, it } from "vitest";
import { formatProgress, Terminal } from "../../../demo/terminal";

const progress = { at: 72 * 60_000, charged: 100, waiting: 58, submitted: 200 };
const CLEAR = "\r\u001B[2K";

function open(stream: { isTTY?: boolean; columns?: number } = {}, environment: Record<string, string> = {}) {
  const written: string[] = [];
  return { written, terminal: new Terminal({ ...stream, write: (text) => written.push(text) }, environment) };
}

describe("formatProgress", () => {
  it("fills half of the bar when half is done", () => {
    expect(formatProgress(progress, 60)).toBe(
      `[${"█".repeat(8)}${" ".repeat(9)}]  100 of 200 charged, 58 waiting, 1:12:00`,
    );
  });

  it("leaves the bar out, then cuts the text, where there is no room", () => {
    expect(formatProgress(progress, 45)).toBe("100 of 200 charged, 58 waiting, 1:12:00");
    expect(formatProgress(progress, 10)).toBe("100 of 200");
  });

  it("never draws more than a full bar", () => {
    expect(formatProgress({ ...progress, charged: 400 }, 60)).toContain(`[${"█".repeat(17)}]`);
  });
});

describe("Terminal", () => {
  it("writes plain lines and no progress into a file or a pipe", () => {
    const { terminal, written } = open();
    terminal.showProgress(progress);
    terminal.print(terminal.paint("red", "alarm"));
    terminal.hideProgress();
    expect(written).toEqual(["alarm\n"]);
    expect(terminal.columns).toBe(80);
    expect(terminal.textColumns).toBe(Number.POSITIVE_INFINITY);
    expect(open({ isTTY: true, columns: 60 }).terminal.textColumns).toBe(60);
  });

  it("colours on a terminal, unless NO_COLOR is set", () => {
    expect(open({ isTTY: true }).terminal.paint("red", "x")).toBe("\u001B[31mx\u001B[39m");
    expect(open({ isTTY: true }, { NO_COLOR: "" }).terminal.paint("red", "x")).not.toBe("x");
    expect(open({ isTTY: true }, { NO_COLOR: "1" }).terminal.paint("red", "x")).toBe("x");
    expect(open().terminal.paint("red", "x")).toBe("x");
  });

  it("keeps the progress bar below the lines, and removes it in the end", () => {
    const { terminal, written } = open({ isTTY: true, columns: 61 });
    const bar = formatProgress(progress, 60);
    terminal.showProgress(progress);
    terminal.showProgress(progress);
    terminal.print("line");
    terminal.hideProgress();
    expect(written).toEqual([bar, `${CLEAR}line\n${bar}`, CLEAR]);
  });
});
