// The REST protocol of EventBridge Scheduler: a path and a method name an operation, members travel as JSON.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html
import type { HttpRequest } from "./internet";
import type { JsonObject } from "./json";

export interface SchedulerRequest {
  readonly action: string;
  readonly input: JsonObject;
}

const one: Readonly<Record<string, string>> = { POST: "Create", GET: "Get", PUT: "Update", DELETE: "Delete" };
const paths: Readonly<Record<string, string>> = { schedules: "Schedule", "schedule-groups": "ScheduleGroup" };
/** Query parameters by their members. */
const parameters: Readonly<Record<string, string>> = {
  clientToken: "ClientToken",
  groupName: "GroupName",
  MaxResults: "MaxResults",
  NamePrefix: "NamePrefix",
  NextToken: "NextToken",
  ScheduleGroup: "GroupName",
  State: "State",
};

function isScheduler({ url, headers }: HttpRequest): boolean {
  const signedFor = /Credential=[^/]+\/\d{8}\/[\w-]+\/scheduler\/aws4_request/.test(headers.authorization ?? "");
  return signedFor || /^scheduler\.[\w-]+\.(amazonaws\.com|api\.aws)$/.test(url.hostname);
}

/** The operation of a request; undefined when it is none of the scheduler's. @param body the request's JSON */
export function decodeScheduler(request: HttpRequest, body: JsonObject | undefined): SchedulerRequest | undefined {
  if (!isScheduler(request) || body === undefined) return undefined;
  const [, path = "", name, ...rest] = request.url.pathname.split("/");
  const noun = paths[path];
  if (noun === undefined || rest.length > 0) return undefined;
  const query = [...request.url.searchParams].flatMap(([key, value]) => {
    const member = parameters[key];
    return member === undefined ? [] : [[member, value] as const];
  });
  const verb = one[request.method];
  if (verb === undefined) return undefined;
  const action = name === undefined ? `List${noun}s` : `${verb}${noun}`;
  const named = name === undefined ? {} : { Name: decodeURIComponent(name) };
  return { action, input: { ...body, ...Object.fromEntries(query), ...named } };
}
