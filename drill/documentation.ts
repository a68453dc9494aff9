// The tables in docs/guide/drill.md: what the drill prints for the default seed, between fences.
import { join } from "node:path";
import type { ProgramName } from "./programs";

export const documentPath = join(__dirname, "../docs/guide/drill.md");

/** The command whose output a block of the document shows: the block's first line. */
const commands: Readonly<Record<ProgramName, string>> = {
  bookshop: "$ npm run -s drill",
  control: "$ npm run -s drill -- --control",
};

/** The output that a document shows for a program. */
export function documentedOutput(document: string, program: ProgramName): string {
  const { begin, end } = blockOf(document, program);
  return document.slice(begin, end);
}

/** The document with another output for a program. */
export function withOutput(document: string, program: ProgramName, output: string): string {
  const { begin, end } = blockOf(document, program);
  return `${document.slice(0, begin)}${output}${document.slice(end)}`;
}

function blockOf(document: string, program: ProgramName): { begin: number; end: number } {
  const fence = `\`\`\`text\n${commands[program]}\n`;
  const found = document.indexOf(fence);
  if (found === -1) throw new Error(`the document must have a block that begins with ${commands[program]}`);
  const begin = found + fence.length;
  return { begin, end: document.indexOf("```", begin) };
}
