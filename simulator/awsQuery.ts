// AWS's query protocol, which SNS speaks: a form goes in, XML comes out.
// (Smithy specification: "AWS query protocol".)
import type { Json, JsonObject } from "./json";
import type { AwsError } from "./service";
import { element, escaped } from "./xml";

interface QueryService {
  /** The simulator's name of the service. */
  readonly service: string;
  readonly namespace: string;
  /** Members that are maps, not structures. */
  readonly maps: readonly string[];
}

/** By the version in the request. */
const services: Readonly<Record<string, QueryService>> = {
  "2010-03-31": { service: "sns", namespace: "http://sns.amazonaws.com/doc/2010-03-31/", maps: ["Attributes"] },
};

interface Node {
  text?: string;
  readonly members: Map<string, Node>;
}

function tree(parameters: URLSearchParams): Node {
  const root: Node = { members: new Map() };
  for (const [name, text] of parameters) {
    let node = root;
    for (const part of name.split(".")) {
      let next = node.members.get(part);
      if (next === undefined) {
        next = { members: new Map() };
        node.members.set(part, next);
      }
      node = next;
    }
    node.text = text;
  }
  return root;
}

/** A map's entry has a key and a value, written in small letters or with capitals. */
function entryOf(node: Node): readonly [key: string, value: Json] {
  const of = (name: string) => node.members.get(name) ?? node.members.get(name.toLowerCase());
  const value = of("Value");
  return [(of("Name") ?? of("Key"))?.text ?? "", value === undefined ? null : jsonOf(value)];
}

function jsonOf(node: Node): Json {
  if (node.members.size === 0) return node.text ?? "";
  const entries = node.members.get("entry");
  if (entries !== undefined) return Object.fromEntries([...entries.members.values()].map(entryOf));
  const list = node.members.get("member");
  if (list !== undefined) return [...list.members.values()].map(jsonOf);
  return Object.fromEntries([...node.members].map(([name, member]) => [name, jsonOf(member)]));
}

export interface QueryCall {
  readonly service: string;
  readonly action: string;
  readonly input: JsonObject;
  readonly version: string;
}

/** The call in a form, or undefined when it is none that the simulator knows. */
export function decodeQuery(form: string): QueryCall | undefined {
  const parameters = new URLSearchParams(form);
  const [action, version] = [parameters.get("Action"), parameters.get("Version")];
  const known = services[version ?? ""];
  if (action === null || version === null || known === undefined) return undefined;
  parameters.delete("Action");
  parameters.delete("Version");
  const input = jsonOf(tree(parameters));
  return { service: known.service, action, input: typeof input === "string" ? {} : (input as JsonObject), version };
}

function encoded(value: Json, maps: readonly string[]): string {
  if (Array.isArray(value)) return value.map((one) => element("member", encoded(one as Json, maps))).join("");
  if (typeof value !== "object" || value === null) return escaped(String(value ?? ""));
  return Object.entries(value as JsonObject)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => {
      if (!maps.includes(name)) return element(name, encoded(member as Json, maps));
      const entries = Object.entries((member ?? {}) as JsonObject).map(([key, one]) =>
        element("entry", element("key", escaped(key)) + element("value", encoded(one as Json, maps))),
      );
      return element(name, entries.join(""));
    })
    .join("");
}

export function queryOutput({ action, version }: QueryCall, output: JsonObject, requestId: string): string {
  const { namespace = "", maps = [] } = services[version] ?? {};
  const result = element(`${action}Result`, encoded(output, maps));
  const metadata = element("ResponseMetadata", element("RequestId", requestId));
  return `<${action}Response xmlns="${namespace}">${result}${metadata}</${action}Response>`;
}

export function queryError({ version }: QueryCall, error: AwsError, requestId: string): string {
  const type = error.status < 500 ? "Sender" : "Receiver";
  const parts = element("Type", type) + element("Code", error.code) + element("Message", escaped(error.message));
  const namespace = services[version]?.namespace ?? "";
  return `<ErrorResponse xmlns="${namespace}">${element("Error", parts)}${element("RequestId", requestId)}</ErrorResponse>`;
}
