// A program whose function cannot be serialized.
import { ClosureFunction } from "../../../../components/closureFunction";

const seen = new Map<string, number>();

new ClosureFunction("count", { callback: async (event: { id: string }) => seen.get(event.id) });
