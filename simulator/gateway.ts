// Every API call of a simulation goes through here: authorization, faults, latency, the event log.

import type { Clock } from "./clock";
import type { EventLog } from "./eventLog";
import type { Faults } from "./faults";
import type { Iam } from "./iam";
import type { JsonObject } from "./json";
import type { Random } from "./random";
import {
  AwsError,
  type Call,
  Deferred,
  type Origin,
  type Outcome,
  type Principal,
  type Reply,
  type Service,
} from "./service";

export interface CallRequest {
  readonly service: string;
  readonly action: string;
  readonly input: JsonObject;
  readonly principal: Principal;
  /** @default true */
  readonly secureTransport?: boolean;
  readonly origin?: Origin;
}

const oneWay = { low: 2, high: 9 };

function describeCaller(call: Call): string {
  switch (call.principal.kind) {
    case "role":
      return call.origin?.functionName ?? call.principal.roleArn;
    case "service":
      return call.principal.service;
    default:
      return call.principal.kind;
  }
}

/** Where callers meet services. */
export class Gateway {
  private readonly services = new Map<string, Service>();

  constructor(
    private readonly parts: {
      readonly clock: Clock;
      readonly random: Random;
      readonly events: EventLog;
      readonly faults: Faults;
      readonly iam: Iam;
    },
  ) {}

  add(service: Service): void {
    this.services.set(service.name, service);
  }

  /** Sends a call; the reply comes later in virtual time, or never when the caller crashed meanwhile. */
  call(request: CallRequest, reply: Reply): void {
    const { clock, random, faults } = this.parts;
    const call: Call = { secureTransport: true, ...request, requestId: random.uuid() };
    const fault = faults.forCall(call);
    if (fault?.kind === "crashBefore") {
      this.record(call, "crashed before");
      call.origin?.crash();
      return;
    }
    const extra = fault?.kind === "latency" ? fault.milliseconds / 2 : 0;
    const travel = () => random.integer(oneWay.low, oneWay.high) + extra;
    clock.after(travel(), () => {
      if (fault?.kind === "errorBefore") {
        this.record(call, fault.error.code);
        clock.after(travel(), () => reply({ ok: false, error: fault.error }, call.requestId));
        return;
      }
      this.handle(call, (outcome) => {
        this.record(call, outcome.ok ? "ok" : outcome.error.code);
        if (fault?.kind === "crashAfter") {
          call.origin?.crash();
          return;
        }
        const answer: Outcome = fault?.kind === "errorAfter" ? { ok: false, error: fault.error } : outcome;
        clock.after(travel(), () => reply(answer, call.requestId));
      });
    });
  }

  /** What would refuse a call for lack of rights, asked by a service that checks a destination before it uses it. */
  refusal(request: CallRequest): AwsError | undefined {
    const call: Call = { secureTransport: true, ...request, requestId: "" };
    const operation = this.services.get(call.service)?.operations[call.action];
    try {
      for (const authorization of operation?.authorize(call.input) ?? []) this.parts.iam.authorize(call, authorization);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  }

  private handle(call: Call, reply: (outcome: Outcome) => void): void {
    let result: JsonObject | Deferred;
    try {
      result = this.perform(call);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      reply({ ok: false, error });
      return;
    }
    if (result instanceof Deferred) result.onSettled(reply);
    else reply({ ok: true, output: result });
  }

  private perform(call: Call): JsonObject | Deferred {
    const service = this.services.get(call.service);
    const operation = service?.operations[call.action];
    if (operation === undefined) {
      const known = service === undefined ? [...this.services.keys()] : Object.keys(service.operations);
      throw new AwsError(
        "SimulatorUnsupportedOperation",
        `the simulator does not have ${call.service}:${call.action}; it has ${known.sort().join(", ")}`,
        501,
      );
    }
    for (const authorization of operation.authorize(call.input)) this.parts.iam.authorize(call, authorization);
    return operation.handle(call.input, call);
  }

  private record(call: Call, result: string): void {
    const { origin } = call;
    this.parts.events.append(`${call.service}.${call.action}`, {
      caller: describeCaller(call),
      result,
      ...(origin === undefined ? {} : { invocation: origin.requestId }),
    });
  }
}
