// Every Allow that the components create is needed: each action on each resource is taken away on its own, and a cycle case fails.
import type { EvaluatedProgram } from "@respool/simulator";
import { beforeAll, describe, expect, it } from "vitest";
import { cycleProgram } from "../support/cycleProgram";
import { simulatorBackend } from "../support/simulatorBackend";
import { caseGroups } from "./cases/cases";
import { continuedEditCases } from "./cases/continuedEdits";
import { optionsCases } from "./cases/options";
import { telemetryCases } from "./cases/telemetry";
import { type Candidate, candidates, survivors } from "./coverage";
import { type Mutant, withoutOnePermission, withoutTrust } from "./mutants";

/** Cases of many rounds use nothing that quicker ones do not use. */
const manyRounds = /crashes at every call|loses its reply once/;

const cases = caseGroups
  .flatMap(([, group]) => group)
  .filter(({ name, program }) => program === undefined && !manyRounds.test(name));

/** Cases of index.ts that write to the queues as each role that does; in options.ts the queues have a key of their own. */
const writing =
  /^(failure waits in the spool with|an unreadable message goes|charge: the status event is never delivered)/;

/** All cases log and trace, but these look at it. */
const isTelemetry = ({ action }: Mutant) => /^(logs|xray):/.test(action);

/** Beginnings of the names of what carries a policy. */
const owners = [
  "spool-policy",
  "charge-policy",
  "careless-policy",
  "reprocess-policy",
  "reprocess-reconciler-",
  "reprocess-renewer-",
  "reprocess-edit-",
] as const;

let program: EvaluatedProgram;
let mutants: readonly Mutant[];
let tried: readonly Candidate[];

/** A spool takes dead letters of topics, which nothing here subscribes to: leastPrivilegeOfSources.test.ts tries that statement. */
function withoutTopics(evaluated: EvaluatedProgram): EvaluatedProgram {
  const resources = evaluated.resources.map((resource) => {
    if (resource.name !== "spool-policy") return resource;
    const policy = JSON.parse(String(resource.inputs.policy)) as { Statement: { Sid: string }[] };
    const Statement = policy.Statement.filter(({ Sid }) => Sid !== "DeadLettersOfTopics");
    return { ...resource, inputs: { ...resource.inputs, policy: JSON.stringify({ ...policy, Statement }) } };
  });
  return { ...evaluated, resources };
}

beforeAll(async () => {
  program = withoutTopics(await cycleProgram());
  mutants = withoutOnePermission(program.resources);
  tried = await candidates(program, cases);
});

describe("every Allow is needed", () => {
  it("and all are among these", () => {
    const services = new Set(mutants.map(({ action }) => action.split(":")[0]));
    expect(services).toEqual(new Set(["lambda", "logs", "s3", "sqs", "states", "xray"]));
    const owned = (mutant: Mutant) => isTelemetry(mutant) || owners.some((owner) => mutant.name.startsWith(owner));
    expect(mutants.filter((mutant) => !owned(mutant))).toEqual([]);
    expect(mutants.length).toBeGreaterThan(60);
  });

  it.each(owners)("of %s", async (owner) => {
    const own = mutants.filter((mutant) => !isTelemetry(mutant) && mutant.name.startsWith(owner));
    expect(own).not.toEqual([]);
    expect(await survivors(program, own, tried)).toEqual([]);
  });

  it("for logs and traces", async () => {
    const looking = tried.filter(({ entry }) => telemetryCases.includes(entry));
    expect(await survivors(program, mutants.filter(isTelemetry), looking)).toEqual([]);
  });

  it("or it would be found here: one that is there twice, and one that nobody uses", async () => {
    const resources = program.resources.map((resource) => {
      if (resource.name !== "spool-policy") return resource;
      const policy = JSON.parse(String(resource.inputs.policy)) as { Statement: { Effect: string }[] };
      const [allow] = policy.Statement.filter(({ Effect }) => Effect === "Allow");
      const Statement = [...policy.Statement, allow, { ...allow, Action: "sqs:PurgeQueue" }];
      return { ...resource, inputs: { ...resource.inputs, policy: JSON.stringify({ ...policy, Statement }) } };
    });
    const padded = { ...program, resources };
    const own = withoutOnePermission(resources).filter(({ name }) => name.startsWith("spool-policy"));
    const found = await survivors(padded, own, tried);
    expect(found.map((name) => name.split(" ")[1])).toEqual(["sqs:SendMessage", "sqs:SendMessage", "sqs:PurgeQueue"]);
  });

  it("for schedules, former state machines and a key of one's own", async () => {
    const options = await cycleProgram("options.ts");
    const known = new Set(mutants.map(({ name }) => name));
    // The former machine itself stands for one of another stack.
    const further = withoutOnePermission(options.resources).filter(
      ({ name }) => !known.has(name) && !name.startsWith("former-charge"),
    );
    expect(further.map(({ name }) => name)).toContain(
      "reprocess-schedule-permission: lambda:InvokeFunction by events.amazonaws.com",
    );
    expect(further.filter(({ action }) => action.startsWith("kms:")).length).toBeGreaterThan(5);
    const looking = [...optionsCases, ...cases.filter(({ name }) => writing.test(name))];
    expect(looking).toHaveLength(optionsCases.length + 3);
    expect(await survivors(options, further, await candidates(options, looking))).toEqual([]);
  });

  it("for edits of work whose execution waits, and of no other", async () => {
    const continued = await cycleProgram("continued.ts");
    const ofEditor = withoutOnePermission(continued.resources).filter(
      ({ name, action, resource }) =>
        name.startsWith("reprocess-edit-policy") && action.startsWith("states:") && !resource.includes(":log-group:"),
    );
    const machines = (action: string) =>
      ofEditor.filter((mutant) => mutant.action === action).map(({ resource }) => resource.split(":")[6]);
    for (const action of ["states:SendTaskSuccess", "states:GetExecutionHistory", "states:RedriveExecution"])
      expect(machines(action)).toEqual(
        ["charge", "guarded-parked"].map((name) => expect.stringMatching(`^${name}(-|$)`)),
      );
    const own = ofEditor.filter(
      ({ action, resource }) => !/StartExecution/.test(action) && /:charge(-|:|$)/.test(resource),
    );
    expect(own.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["states:SendTaskSuccess", "states:GetExecutionHistory", "states:RedriveExecution"]),
    );
    expect(await survivors(continued, own, await candidates(continued, continuedEditCases))).toEqual([]);
  });

  it("for the services that assume the roles", () => {
    const refused = withoutTrust(program.resources).map(({ change }) => {
      try {
        simulatorBackend(program, { change });
        return "deployed";
      } catch (error) {
        return (error as Error).message;
      }
    });
    const roles = program.resources.filter(({ type }) => type === "aws:iam/role:Role");
    expect(refused).toHaveLength(roles.length);
    for (const message of refused) expect(message).toMatch(/assume/);
  });
});
