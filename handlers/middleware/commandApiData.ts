// The data of a command, as a request has it: its body, and the parameters of its path.
import { isObject, own } from "../../records/json";
import { escapedMember } from "../commands/soundJson";
import type { ApiRequest } from "./apiRequest";
import { RequestProblem } from "./problem";

/**
 * The body with the parameters of the path as members, since both are what the client asks for. A request without a body has them alone.
 *
 * @throws RequestProblem when body and path contradict each other, or cannot be one object: 400, with the place
 */
export function commandDataOf({ body, pathParameters }: Pick<ApiRequest, "body" | "pathParameters">): unknown {
  const given = body === undefined ? {} : body;
  const parameters = Object.entries(pathParameters);
  if (parameters.length === 0) return given;
  if (!isObject(given)) throw wrongBody("", "must be an object");
  for (const [name, value] of parameters) {
    const other = own(given, name);
    if (other !== undefined && other !== value)
      throw wrongBody(`/${escapedMember(name)}`, "must be what the path says");
  }
  return { ...given, ...pathParameters };
}

function wrongBody(pointer: string, detail: string): RequestProblem {
  return new RequestProblem(400, "Bad Request", "The request's body does not go with its path.", undefined, {
    members: { errors: [{ pointer, detail }] },
  });
}
