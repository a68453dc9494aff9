// Reads and writes the plain XML of AWS's protocols: elements and text, no mixed content.

export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** Of an element without children. */
  readonly text: string;
}

const tokens = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([\w:.-]+)[^>]*?(\/?)>|([^<]+)/g;
const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescaped(text: string): string {
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return entities[name] ?? whole;
  });
}

/** The root element; undefined when the text is no well-formed XML. */
export function parseXml(xml: string): XmlElement | undefined {
  const root = { name: "", children: [] as XmlElement[], text: "" };
  const open = [root];
  for (const [, closing, name, empty, text] of xml.matchAll(tokens)) {
    const current = open.at(-1);
    if (current === undefined) return undefined;
    if (text !== undefined) current.text += unescaped(text);
    else if (name !== undefined && closing === "/") {
      if (open.length < 2 || open.pop()?.name !== name) return undefined;
    } else if (name !== undefined) {
      const child = { name, children: [], text: "" };
      current.children.push(child);
      if (empty !== "/") open.push(child);
    }
  }
  return open.length === 1 ? root.children[0] : undefined;
}

export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\r", "&#13;");
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}
