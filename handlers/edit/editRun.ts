// One edit, of work that was found: what is planned, recorded, started and settled, in this order.
import type { DeclaredSources, FailureRecord } from "../../records/record";
import type { EditClients } from "../edit";
import { Groups, groupOfRecord } from "../reprocess/groups";
import type { Pace } from "../reprocess/pace";
import { parkAgain } from "../reprocess/parkAgain";
import { answerEdited } from "./answer";
import { type AuditEntry, isSameEdit, recordEdit, recordedEdits } from "./audit";
import { type Editable, editedText, readEditable } from "./editable";
import type { HeldMessage, Search } from "./find";
import { resultOf } from "./outcome";
import type { CheckedEdit, EditResult } from "./request";
import type { Work } from "./select";
import { type EditedOutcome, nextExecution, nextStarted, startEdited, whoseInput } from "./start";

/** What an edit works with. */
export interface EditTools extends EditClients {
  readonly sources: DeclaredSources;
  /** The spool's bucket. */
  readonly bucket: string;
  readonly pace: Pace;
}

/** An edit of one piece of work. */
export class EditRun {
  private readonly record: FailureRecord;

  constructor(
    private readonly tools: EditTools,
    private readonly request: CheckedEdit,
    private readonly search: Search,
    private readonly work: Work,
  ) {
    this.record = work[0].record;
  }

  async result(): Promise<EditResult> {
    const { edit, id, dryRun } = this.request;
    const again = dryRun ? undefined : await this.parkedAgain();
    if (again !== undefined) return again;
    const editable = await readEditable(this.record, this.tools);
    const started = this.record.mode === "park" ? undefined : await nextStarted(this.record, this.tools);
    if (started !== undefined && !dryRun) return this.startedBefore(started, editable);
    const entry = this.entry(editable, await editedText(editable.originalText, edit));
    if (dryRun) {
      const reason = started === undefined ? {} : { reason: "this generation was started already" };
      const { outcome: _, ...planned } = resultOf(
        { outcome: "started", execution: entry.execution, ...reason },
        entry,
        id,
      );
      return { outcome: "planned", ...planned };
    }
    const { pace, s3 } = this.tools;
    const recorded = await recordEdit(entry, this.tools);
    const { payload, text } = editable.startWith(recorded.entry.editedText);
    if (payload !== undefined) await pace.persist(() => s3.putObject(payload.object, payload.text));
    const outcome = await this.start(text);
    await this.settle(outcome);
    return resultOf(outcome, recorded.entry, id, recorded.object);
  }

  /** Work that went to the poison queue does not wait any more: its execution was ended, and must park before its token can be answered. */
  private async parkedAgain(): Promise<EditResult | undefined> {
    const { mode, source, execution } = this.record;
    if (mode !== "park" || this.work.some(({ queue }) => queue.isPoison !== true)) return undefined;
    const again = await parkAgain(this.record, this.tools);
    if (again.is === "goingOn") return undefined;
    const told = { id: this.request.id, source, ...(execution !== undefined && { execution }) };
    if (again.is === "ended") return { outcome: "superseded", ...told, reason: again.reason };
    await this.search.settle(this.work);
    const reason = "its execution had been ended; it parks again now: make the same edit once more";
    return { outcome: "parksAgain", ...told, reason };
  }

  /** Nothing is written where the name is taken: either this very edit was recorded when it was, or another input runs. */
  private async startedBefore(execution: string, editable: Editable): Promise<EditResult> {
    const { edit, id } = this.request;
    const { source, identity, generation } = this.record;
    const known = await recordedEdits(source, identity.id, this.tools);
    const same = known.find(
      ({ entry }) =>
        entry.generation === generation + 1 &&
        isSameEdit(entry, { editText: edit.text, originalText: editable.originalText }),
    );
    const entry = same?.entry ?? this.entry(editable, await editedText(editable.originalText, edit));
    const outcome = await whoseInput(execution, editable.startWith(entry.editedText).text, this.tools);
    await this.settle(outcome);
    return resultOf(outcome, { ...entry, execution }, id, same?.object);
  }

  private entry(editable: Editable, edited: string): AuditEntry {
    const { source, identity, work, generation, mode, execution } = this.record;
    const { edit, by, reason } = this.request;
    const { text } = editable.startWith(edited);
    return {
      source,
      id: identity.id,
      ...(work !== undefined && { work }),
      generation: generation + 1,
      execution: mode === "park" ? (execution ?? "") : nextExecution(this.record),
      ...(mode === "park" && { mode }),
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
      at: new Date().toISOString(),
      editText: edit.text,
      originalText: editable.originalText,
      editedText: edited,
      ...(text !== edited && { inputText: text }),
    };
  }

  private async start(text: string): Promise<EditedOutcome> {
    const { mode, execution = "", taskToken } = this.record;
    if (mode !== "park") return startEdited(this.record, text, this.tools);
    if (taskToken === undefined) throw new Error(`the record of "${this.request.id}" must have a task token, got none`);
    return answerEdited({ execution, taskToken, text }, this.tools);
  }

  /** Deletes what is confirmed. A conflict is a person's to look at, and so is what lies in the poison queue without an effect. */
  private async settle({ outcome, execution }: EditedOutcome): Promise<void> {
    if (outcome === "conflict") return;
    const isDone = (held: HeldMessage) => outcome !== "superseded" || held.queue.isPoison !== true;
    // The next message of a FIFO group is only redriven when this one has ended: until that is known, the message says so.
    if (outcome !== "superseded" && !(await this.mayBeFollowed(execution))) return;
    await this.search.settle(this.work.filter(isDone));
  }

  private async mayBeFollowed(execution: string): Promise<boolean> {
    const group = groupOfRecord(this.record);
    if (group === undefined) return true;
    const groups = new Groups(this.tools, this.tools.pace);
    groups.started(group, execution);
    return (await groups.settle(group)) !== "unknown";
  }
}
