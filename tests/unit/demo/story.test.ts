// The story's lines, and the closing table.
import { describe, expect, it } from "vitest";
import { formatLine, formatRecord, Story, type StoryLine } from "../../../demo/story";
import { formatRows } from "../../../demo/summary";

describe("Story", () => {
  it("keeps each line with its time, and passes it on", () => {
    const heard: string[] = [];
    let now = 0;
    const story = new Story(
      () => now,
      (line) => heard.push(line.text),
    );
    story.tell("provider", "opens");
    now = 1500;
    story.tell("order", "waits", "{}");

    expect(story.lines).toEqual([
      { at: 0, tone: "provider", text: "opens" },
      { at: 1500, tone: "order", text: "waits", detail: "{}" },
    ]);
    expect(heard).toEqual(["opens", "waits"]);
  });
});

describe("formatLine", () => {
  it("puts the time before, and the detail below", () => {
    expect(formatLine({ at: 61_000, tone: "order", text: "waits", detail: "{\n}" }, 80)).toEqual({
      head: "  0:01:01  waits",
      below: "           {\n           }",
    });
  });

  it("wraps the text and cuts the detail at the width", () => {
    const line = {
      at: 61_000,
      tone: "order",
      text: "waits until somebody comes",
      detail: '{"input":"something long"}',
    };
    expect(formatLine(line as StoryLine, 30)).toEqual({
      head: "  0:01:01  waits until\n           somebody comes",
      below: '           {"input":"someth...',
    });
  });
});

describe("formatRecord", () => {
  it("cuts what is long", () => {
    const record = { input: "x".repeat(50), list: [1, 2, 3, 4, 5] };
    expect(formatRecord(record, 5, 20)).toBe('{\n  "input": "xxxxx...\n  "list": [\n    1,\n...');
  });

  it("leaves what is short", () => expect(formatRecord({ a: 1 })).toBe('{\n  "a": 1\n}'));
});

describe("formatRows", () => {
  const rows = [
    ["lost", "0", "none"],
    ["submitted", "200", "orders of the input"],
  ] as const;

  it("aligns them", () => {
    expect(formatRows(rows, 80)).toEqual(["  lost         0  none", "  submitted  200  orders of the input"]);
  });

  it("wraps the notes under each other", () => {
    expect(formatRows(rows, 34)[1]).toBe("  submitted  200  orders of the\n                  input");
  });
});
