// JSONata expressions are parsed when a definition is created, as AWS does.
import type { Json } from "../../../json";
import { type JsonataEngine, JsonataError } from "../jsonata/engine";
import { forEachExpression } from "../jsonata/template";
import type { Diagnostics } from "./diagnostics";

/** The part of JSONata's syntax tree that is looked at. */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly steps?: readonly Node[];
  readonly expressions?: readonly Node[];
  readonly arguments?: readonly Node[];
  readonly procedure?: Node;
  readonly condition?: Node;
  readonly then?: Node;
  readonly else?: Node;
  readonly lhs?: Node | readonly (readonly Node[])[];
  readonly rhs?: Node;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

/** The nodes below one that see the same context item as itself: none of AWS's expressions has one at the top. */
function sameContext(node: Node): readonly Node[] {
  if (node.type === "path") return node.steps?.slice(0, 1) ?? [];
  if (node.type === "apply" || node.type === "lambda" || node.type === "transform") return [];
  const pairs = Array.isArray(node.lhs) ? node.lhs.flat() : [node.lhs];
  const branches = [node.condition, node.then, node.else];
  const below = [...(node.expressions ?? []), ...(node.arguments ?? []), ...pairs, node.rhs, ...branches];
  return below.filter(isNode);
}

function reportNode(node: Node, location: string, diagnostics: Diagnostics): void {
  if (node.type === "name") {
    const message = `Reference to '${String(node.value)}' at the top level is not supported.`;
    diagnostics.add(message, location, "UNSUPPORTED_JSONATA_EXPRESSION");
  }
  if (node.type === "function" && node.procedure?.type === "variable" && node.procedure.value === "eval") {
    const message = "Function '$eval' is not supported. Use '$parse' to parse JSON.";
    diagnostics.add(message, location, "UNSUPPORTED_JSONATA_EXPRESSION");
  }
  for (const below of sameContext(node)) reportNode(below, location, diagnostics);
}

/** Reports what AWS refuses in the expressions of a field. */
export function checkExpressions(
  value: Json | undefined,
  location: string,
  engine: JsonataEngine,
  diagnostics: Diagnostics,
): void {
  forEachExpression(value, location, (expression, at) => {
    try {
      reportNode(engine.parse(expression) as Node, at, diagnostics);
    } catch (error) {
      if (!(error instanceof JsonataError)) throw error;
      diagnostics.add(error.message, at, "INVALID_JSONATA_EXPRESSION");
    }
  });
}
